"""`fitness exercises`: list the exercises that can be counted."""

from __future__ import annotations

import json

import click

from fitness.apps.cli.command import Command


@click.command(cls=Command, help="List the exercises that can be counted.", examples=["fitness exercises"])
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
# long: one table, column by column
def exercises(as_json: bool) -> None:
    """Print a table of the exercises."""
    from fitness.apps.cli.options import damaged_taught, user_taught_folder
    from fitness.recognition.exercises import EXERCISES
    from fitness.recognition.recogniser import MODEL
    from fitness.recognition.taught_folders import taught_names
    from fitness.recognition.trajectory import load_model

    taught, damaged = taught_names(user_taught_folder()), damaged_taught(user_taught_folder())
    recognised = {*load_model(MODEL).exercises, *(e.name for e in EXERCISES.values() if e.has_samples)}
    if as_json:
        rows: list[dict[str, object]] = [
            {
                "name": e.name,
                "joint": e.joint,
                "needs": list(e.needs),
                "classes": [e.top_class, e.bottom_class] if e.has_samples else [],
                "auto": e.name in recognised,
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
                "auto": name not in damaged,
                "counts": "reps",
                "sides": "both",
                "cues": [],
                "tested": damaged.get(name, "your own samples; `fitness teach --report` shows how well"),
            }
            for name in taught
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    from fitness.apps.cli.tables import Column, print_table

    table: list[list[str]] = []
    for e in EXERCISES.values():
        which = {"both": "both", "each": "each", "any": "either or both"}[e.sides]
        swings = (
            "swings of the trunk"
            if e.joint == "trunk"
            else f"swings of {which} {e.joint}{'s' * (e.sides != 'each')}"
        )
        swings = "seconds in form" if e.hold else swings
        needs = ", ".join(e.needs) + ("" if e.hold else " (of one side)")
        table.append(
            [e.name, swings, needs, "yes" if e.name in recognised else "no, give its name", e.tested]
        )
    for name in taught:
        state = ["no, it is damaged", "see below"] if name in damaged else ["yes", "your samples"]
        table.append([name, "your own, taught", "what moves", *state])
    columns = [
        Column("exercise", whole=True), Column("counts"), Column("must be visible"), Column("recognised by auto"),
        Column("tested on"),
    ]  # fmt: skip
    print_table(columns, table)
    for problem in damaged.values():
        click.echo(problem, err=True)
