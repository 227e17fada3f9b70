"""`fitness export`: write stored sessions to files that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import Command
from fitness.apps.cli.storing import moment_of, store_option

if TYPE_CHECKING:
    from fitness.session.exports import Format
    from fitness.session.exports.names import Names
    from fitness.session.store import Store, Workout


def _complete_format(context: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from fitness.session.exports import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]


@click.command(
    cls=Command,
    examples=[
        "fitness export --format csv --out workouts.csv # all sessions, for a spreadsheet",
        "fitness export 12 --format fit --out leg-day.fit # one session, for Garmin Connect",
        "fitness export --since 2026-03-01 --format strong --out strong.csv # since a date, for the app Strong",
        "fitness export --write-names names.toml # to change the names of exercises",
    ],
    help="Write stored sessions to files for other programs. SESSIONS are numbers from `fitness sessions list`; without "
    "numbers, all sessions are written.\n\n"
    "Formats: csv, json, jsonl and parquet for tables and programs; strong, hevy, fitnotes and liftlog for apps "
    "(LiftLog: import the file as FitNotes); fit and tcx for watches and training sites.\n\n"
    "Exercises get the names that the app itself uses. To change names, write the table with --write-names and edit it. "
    "Give it with --names, or store it as export-names.toml beside the session store to use it always.",
)
@click.argument("sessions", nargs=-1, type=int)
@click.option("--since", metavar="DATE", help="Only sessions that began on this date or later.")
@click.option(
    "--format",
    "name",
    metavar="NAME",
    shell_complete=_complete_format,
    help="The format, see above; required.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write. For fit and tcx: a folder, or a file for one session. Without --out, text is printed.",
)
@click.option("--names", type=click.Path(path_type=Path), help="TOML file with names of exercises.")
@click.option(
    "--write-names",
    type=click.Path(path_type=Path),
    help="Write the TOML file with names of exercises, and nothing else.",
)
@store_option
@click.pass_obj
def export(
    common: CommonSettings,
    /,
    sessions: tuple[int, ...],
    since: str | None,
    name: str | None,
    out: Path | None,
    names: Path | None,
    write_names: Path | None,
    store: Path | None,
) -> None:
    """Export the chosen sessions, in the order in which they began."""
    from fitness.session.exports import export_files, format_named, user_names
    from fitness.session.store import Store

    if write_names is not None:
        _write_names(write_names, common)
        return
    if name is None:
        raise click.UsageError("give a format, such as --format csv.")
    if sessions and since:
        raise click.UsageError("give SESSIONS or --since, not both.")
    chosen = format_named(name)
    if out is None and (chosen.whole is None or not chosen.text):
        raise click.UsageError(f"--format {name} needs --out.")
    called = user_names(names)
    with Store.open(store, readonly=True) as opened:
        workouts = _chosen(opened, sessions, since)
    if not workouts and not common.quiet:
        click.echo("no sessions were chosen; the export is empty", err=True)
    if out is None:
        _print(chosen, workouts, called)
        return
    for made in export_files(workouts, chosen, out, called):
        if not common.quiet:
            click.echo(f"{made.path}: {made.sessions} session{'' if made.sessions == 1 else 's'}", err=True)


def _write_names(path: Path, common: CommonSettings) -> None:
    """Write the shipped table of names as a file to edit. An existing file is an error."""
    from fitness.errors import OutputError
    from fitness.session import prepare_out_dir, whole_file
    from fitness.session.exports import shipped_text, user_names_path

    if path.exists():
        raise OutputError(f"{path} exists already; edit it, or give another name")
    prepare_out_dir(path.parent)
    with whole_file(path) as file:
        file.write(shipped_text().encode("utf-8"))
    if not common.quiet:
        click.echo(
            f"edit {path}, then use --names {path}; to use it always, move it to {user_names_path()}",
            err=True,
        )


def _chosen(store: Store, sessions: tuple[int, ...], since: str | None) -> list[Workout]:
    if sessions:
        return [store.workout(one) for one in dict.fromkeys(sessions)]
    return [store.workout(row.id) for row in store.sessions(moment_of(since, "--since"))]


def _print(chosen: Format, workouts: list[Workout], names: Names) -> None:
    assert chosen.whole is not None
    click.echo(chosen.whole(workouts, names), nl=False)
