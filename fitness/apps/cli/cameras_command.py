"""`fitness cameras`: list the cameras of this machine by name."""

from __future__ import annotations

import json

import click

from fitness.apps.cli.command import Command


@click.command(
    cls=Command,
    examples=["fitness cameras"],
    help="List the cameras of this machine: the number for `fitness live --camera`, the name, and whether it works.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def cameras(as_json: bool) -> int:
    """Print one line for each camera."""
    from fitness.media.camera_list import cameras as found

    rows = found()
    if as_json:
        click.echo(json.dumps([{"number": c.number, "name": c.name, "problem": c.problem} for c in rows]))
    else:
        for camera in rows:
            click.echo(
                f"{camera.number}  {camera.name}" + (f"  ({camera.problem})" if camera.problem else "")
            )
        if not rows:
            click.echo(
                "no camera found; plug one in, or give a file or address to `fitness live --camera`", err=True
            )
    return 0
