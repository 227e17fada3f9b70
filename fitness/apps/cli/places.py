"""Chooses output names so that no file of the user is replaced."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from fitness.errors import printable
from fitness.session.own_files import free_path


def output_path(path: Path, inputs: Collection[Path] = ()) -> Path:
    """`path`, or another name beside it (with a message) if `path` is a file that this program did not write.

    Args:
        path: the name that the user gave.   inputs: files that the command reads.
    """
    chosen = free_path(path, inputs)
    if chosen != path:
        text = f"{path} exists and is not a result of this program; writing {chosen.name} instead"
        click.echo(printable(text), err=True)
    return chosen
