"""Stored sessions and their sets as tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fitness.session.store import SessionRow, Workout


def print_rows(rows: Sequence[SessionRow]) -> None:
    """Print a line for each session."""
    from fitness.apps.cli.tables import Column, print_table
    from fitness.session.amounts import totals_text

    if not rows:
        click.echo("no sessions")
        return
    columns = [
        Column("id", right=True, whole=True), Column("began", whole=True), Column("session"), Column("reps"),
        Column("length", right=True, whole=True), Column("from"),
    ]  # fmt: skip
    print_table(
        columns,
        [
            [
                str(row.id),
                f"{row.started_at:%Y-%m-%d %H:%M}",
                row.name,
                totals_text(row.totals),
                f"{row.length_s:.1f} s",
                row.kind if row.finished else f"{row.kind}, unfinished",
            ]
            for row in rows
        ],
    )


def print_workout(workout: Workout) -> None:
    """Print the session, its note, and a line for each set."""
    from fitness.apps.cli.tables import Column, print_table
    from fitness.recognition.exercises import is_held

    print_rows([workout.row])
    if workout.row.note:
        click.echo(workout.row.note)
    if not workout.sets:
        return
    columns = [
        Column("set", right=True), Column("exercise", whole=True), Column("reps", right=True),
        Column("weight", right=True), Column("rpe", right=True), Column("begins", right=True),
        Column("lasts", right=True), Column("note"),
    ]  # fmt: skip
    rows = []
    for one in workout.sets:
        unit = " s" if is_held(one.exercise) else ""
        corrected = "" if one.corrected is None else f" (counted {one.counted}{unit})"
        kind = "" if one.kind == "normal" else f"{one.kind}  "
        rows.append(
            [
                str(one.set),
                one.exercise,
                f"{one.reps}{unit}{corrected}",
                "-" if one.weight_kg is None else f"{one.weight_kg:g} kg",
                "-" if one.rpe is None else f"{one.rpe:g}",
                f"{one.start_s:.1f} s",
                f"{one.end_s - one.start_s:.1f} s",
                kind + one.note,
            ]
        )
    print_table(columns, rows)
