"""`fitness exercises`: what can be counted."""

from __future__ import annotations

import json

import click

from fitness.apps.cli.command import Command


@click.command(cls=Command, help="List the exercises that can be counted.", examples=["fitness exercises"])
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def exercises(as_json: bool) -> None:
    """Print a table of the exercises."""
    from fitness.apps.cli.options import user_taught_folder
    from fitness.recognition.exercises import EXERCISES
    from fitness.recognition.taught import taught_names

    taught = taught_names(user_taught_folder())
    if as_json:
        rows: list[dict[str, object]] = [
            {
                "name": e.name,
                "joint": e.joint,
                "needs": list(e.needs),
                "classes": [e.top_class, e.bottom_class] if e.has_samples else [],
                "auto": e.has_samples,
                "counts": "seconds" if e.hold else "reps",
                "sides": e.sides,
                "cues": [cue.id for cue in e.cues],
                "tested": e.tested,
            }
            for e in EXERCISES.values()
        ]
        rows += [
            {
                "name": name,
                "joint": None,
                "needs": [],
                "classes": [f"{name}_up", f"{name}_down"],
                "auto": True,
                "counts": "reps",
                "sides": "both",
                "cues": [],
                "tested": "your own pictures: fitness teach shows the report",
            }
            for name in taught
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("exercise", "counts", "must be visible", "auto finds it", "tested on"):
        table.add_column(title)
    for e in EXERCISES.values():
        which = {"both": "both", "each": "each", "any": "either or both"}[e.sides]
        swings = (
            "swings of the trunk"
            if e.joint == "trunk"
            else f"swings of {which} {e.joint}{'s' * (e.sides != 'each')}"
        )
        swings = "seconds in form" if e.hold else swings
        needs = ", ".join(e.needs) + ("" if e.hold else " (of one side)")
        table.add_row(e.name, swings, needs, "yes" if e.has_samples else "no, name it", e.tested)
    for name in taught:
        table.add_row(name, "what you taught", "what swings", "yes", "your pictures")
    Console().print(table)
