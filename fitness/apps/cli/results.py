"""Prints counted recordings as a table, the same for one process and for many, and files that were left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from fitness.apps.cli.tables import Column, print_table
from fitness.errors import printable
from fitness.session.amounts import amount_text
from fitness.types import JsonDict

if TYPE_CHECKING:
    from fitness.media.source import Sources

_MOST_SHOWN: Final = 10
"""Maximum number of files that are named."""


@dataclass(frozen=True, slots=True)
class Result:
    """One recording.   name: for the table.   summary: its summary, or None if counting failed."""

    name: str
    summary: JsonDict | None


def print_results(results: Sequence[Result]) -> None:
    """Print a line for each recording: reps, sets, length, and the seconds in which nothing could be measured."""
    columns = [
        Column("file", whole=True), Column("reps"), Column("sets", right=True), Column("length", right=True),
        Column("not measurable", right=True),
    ]  # fmt: skip
    print_table(columns, [_row(one) for one in results])


def _row(result: Result) -> list[str]:
    summary = result.summary
    if summary is None:
        return [result.name, "failed", "-", "-", "-"]
    return [
        result.name,
        counts_text(summary),
        str(len(summary["sets"])),
        f"{summary['length_s']:.1f} s",
        f"{summary['unmeasurable_s']:.1f} s",
    ]


def print_left_out(found: Sources) -> None:
    """Print the skipped files of folders, with reasons."""
    names = [f"{path.name} ({why})" for path, why in found.left_out]
    if names:
        more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
        click.echo(printable(f"left out: {', '.join(names[:_MOST_SHOWN])}{more}"), err=True)


def counts_text(summary: JsonDict) -> str:
    """ "12 squat", "10 lunge (5 left, 5 right), plank 35 s (and 2 partial)"; "none" if nothing was counted."""
    sides: Mapping[str, Mapping[str, int]] = summary.get("sides", {})
    amounts = []
    for name, amount in summary["totals"].items():
        each = ", ".join(f"{number} {side}" for side, number in sides.get(name, {}).items() if number)
        amounts.append(amount_text(name, amount) + (f" ({each})" if each else ""))
    partials = len(summary.get("partials", ()))
    text = (", ".join(amounts) or "none") + (f" (and {partials} partial)" if partials else "")
    return text + _others_text(summary.get("others", ()))


def _others_text(others: Sequence[Mapping[str, object]]) -> str:
    """ "; others: 2 squat": the reps of bystanders; "" if there are none."""
    counts = Counter(str(rep["exercise"]) for rep in others)
    text = ", ".join(amount_text(name, number) for name, number in counts.items())
    return f"; others: {text}" if text else ""
