"""Tables on the terminal that never cut off a name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fitness.errors import printable

_PIPE_COLUMNS: Final = 10_000
"""Width if the output is not a terminal, so that every row is one line."""

_LEAST_COLUMNS: Final = 10
"""Minimum width of a column, in characters."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.   right: right-aligned.   whole: its cells are wrapped only if nothing else can be."""

    title: str
    right: bool = False
    whole: bool = False


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of plain text. If the terminal is too narrow, cells are wrapped.

    Args:
        columns: the headings.
        rows: a text for each column.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [[printable(cell) for cell in row] for row in rows]
    console = Console(width=None if sys.stdout.isatty() else _PIPE_COLUMNS)
    widest = [max([len(column.title), *(len(row[i]) for row in rows)]) for i, column in enumerate(columns)]
    needed = sum(
        width if column.whole else min(width, _LEAST_COLUMNS)
        for column, width in zip(columns, widest, strict=True)
    )
    fits = needed + 2 * len(columns) <= console.width
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, width in zip(columns, widest, strict=True):
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            overflow="fold",
            min_width=width if column.whole and fits else None,
        )
    for row in rows:
        table.add_row(*(Text(cell, style="red" if cell == "failed" else "") for cell in row))
    console.print(table)
