"""`fitness export`: kept sessions as files of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.storing import moment_of, store_option

if TYPE_CHECKING:
    from fitness.session.exports import Format
    from fitness.session.store import Store, Workout


@click.command(
    help="Write kept SESSIONS (numbers of `fitness sessions list`; all without one) for other programs.\n\n"
    "Formats: csv, json, jsonl, parquet; strong, hevy, fitnotes, liftlog; fit and tcx (a file a session)."
)
@click.argument("sessions", nargs=-1, type=int)
@click.option("--since", metavar="DATE", help="Sessions that began then or later.")
@click.option("--format", "name", required=True, metavar="NAME", help="One of the formats above.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File, or folder for fit and tcx. Without it, text goes to standard output.",
)
@store_option
@click.pass_obj
def export(
    common: CommonSettings,
    /,
    sessions: tuple[int, ...],
    since: str | None,
    name: str,
    out: Path | None,
    store: Path | None,
) -> None:
    """Export what was chosen, in the order of the sessions' starts."""
    from fitness.session.exports import export_files, format_named
    from fitness.session.store import Store

    if sessions and since:
        raise click.UsageError("SESSIONS and --since exclude each other.")
    chosen = format_named(name)
    if out is None and (chosen.whole is None or not chosen.text):
        raise click.UsageError(f"--format {name} needs --out.")
    with Store.open(store, readonly=True) as opened:
        workouts = _chosen(opened, sessions, since)
    if not workouts and not common.quiet:
        click.echo("no sessions were chosen; the export is empty", err=True)
    if out is None:
        _print(chosen, workouts)
        return
    for made in export_files(workouts, chosen, out):
        if not common.quiet:
            click.echo(f"{made.path}: {made.sessions} session{'' if made.sessions == 1 else 's'}", err=True)


def _chosen(store: Store, sessions: tuple[int, ...], since: str | None) -> list[Workout]:
    if sessions:
        return [store.workout(one) for one in dict.fromkeys(sessions)]
    return [store.workout(row.id) for row in store.sessions(moment_of(since, "--since"))]


def _print(chosen: Format, workouts: list[Workout]) -> None:
    assert chosen.whole is not None
    click.echo(chosen.whole(workouts), nl=False)
