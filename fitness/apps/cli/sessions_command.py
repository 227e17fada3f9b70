"""`fitness sessions`: list, change, merge and recount stored sessions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import Group
from fitness.apps.cli.options import counting_options, settings_of, typed
from fitness.apps.cli.session_tables import print_rows, print_workout
from fitness.apps.cli.storing import moment_of, store_option
from fitness.errors import OptionError

if TYPE_CHECKING:
    from fitness.session.store import SessionRow
    from fitness.types import JsonDict

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
_NONE = "none"


@click.group(
    cls=Group,
    examples=[
        "fitness sessions list # the numbers of all sessions",
        "fitness sessions show 12 # sets and reps of session 12",
        "fitness sessions edit 12 --set 2 --reps 10 --weight 12.5 # correct a set",
    ],
    help="List, show, edit, merge and recount stored sessions.",
)
def sessions() -> None:
    """The group of the commands below."""


@sessions.command(
    "list",
    examples=["fitness sessions list", "fitness sessions list --since 2026-03-01"],
    help="List the stored sessions, oldest first.",
)
@click.option("--since", metavar="DATE", help="Only sessions that began on this date or later.")
@_JSON
@store_option
def list_command(since: str | None, as_json: bool, store: Path | None) -> None:
    """Print one line, or one JSON object in a list, per session. A store that does not exist yet has no sessions."""
    from fitness.session.store import Store, default_store_path

    rows: Sequence[SessionRow] = ()
    moment = moment_of(since, "--since")
    if store is not None or default_store_path().exists():
        with Store.open(store, readonly=True) as opened:
            rows = opened.sessions(moment)
    if as_json:
        click.echo(json.dumps([_document(row) for row in rows], indent=2, ensure_ascii=False))
    else:
        print_rows(rows)


@sessions.command(
    examples=["fitness sessions show 12"],
    help="Show the sets of a session. SESSION is its number in `fitness sessions list`.",
)
@click.argument("session", type=int)
@_JSON
@store_option
def show(session: int, as_json: bool, store: Path | None) -> None:
    """The JSON is that of `fitness export --format json` for this session."""
    from fitness.session.exports import format_named
    from fitness.session.store import Store

    with Store.open(store, readonly=True) as opened:
        workout = opened.workout(session)
    if as_json:
        whole = format_named("json").whole
        assert whole is not None
        (document,) = json.loads(whole([workout]))["sessions"]
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        print_workout(workout)


@sessions.command(
    examples=[
        'fitness sessions edit 12 --title "Legs" --note "new shoes"',
        "fitness sessions edit 12 --set 2 --reps 10 --weight 12.5 # correct the second set",
    ],
    help="Change a session, or one of its sets. A session has a title, a start and a note. With --set, the other options "
    "change that set.",
)
@click.argument("session", type=int)
@click.option("--title", help="Title of the session.")
@click.option("--note", help="Note on the session, or with --set on the set.")
@click.option("--started", metavar="TIME", help="Start of the session, such as 2026-03-01T18:30.")
@click.option("--set", "number", type=int, help="Number of the set to change.")
@click.option("--exercise", help="Exercise of the set, if two sets have the same number.")
@click.option("--reps", metavar="N", help="True number of reps; none removes the correction.")
@click.option("--weight", metavar="KG", help="Weight in kilograms; none removes it.")
@click.option("--rpe", metavar="1..10", help="Rate of perceived exertion, 1 to 10; none removes it.")
@click.option("--kind", help="Kind of set: normal, warmup, dropset or failure.")
@_JSON
@store_option
def edit(session: int, as_json: bool, store: Path | None, number: int | None, **given: Any) -> None:
    """Print the changed session."""
    from fitness.session.store import SetEdit, Store

    whole, of_set = ("title", "started"), ("exercise", "reps", "weight", "rpe", "kind")
    wrong = [name for name in (of_set if number is None else whole) if given[name] is not None]
    if wrong:
        raise click.UsageError(
            f"--{wrong[0]} is for {'a set: give --set' if number is None else 'a session'}."
        )
    with Store.open(store, create=False) as opened:
        if number is None:
            started = moment_of(given["started"], "--started")
            opened.edit(session, title=given["title"], note=given["note"], started_at=started)
        else:
            change = SetEdit(
                reps=None if (reps := _number(given["reps"], "--reps", whole=True)) is None else int(reps),
                weight_kg=_number(given["weight"], "--weight"),
                rpe=_number(given["rpe"], "--rpe"),
                kind=given["kind"],
                note=given["note"],
            )
            opened.edit_set(session, number, change, given["exercise"])
        if as_json:
            click.echo(json.dumps(_document(opened.row(session)), indent=2, ensure_ascii=False))
        else:
            print_workout(opened.workout(session))


@sessions.command(
    examples=["fitness sessions merge 12 13 # two parts of one workout"],
    help="Join sessions into a new one. They must have the same frame size and model. The old sessions stay.",
)
@click.argument("session", type=int, nargs=-1, required=True)
@click.option("--replace", is_flag=True, help="Delete the old sessions.")
@click.option("--keep", is_flag=True, hidden=True, help="Keep the old sessions (the default).")
@_JSON
@store_option
def merge(session: tuple[int, ...], replace: bool, keep: bool, as_json: bool, store: Path | None) -> None:
    """Print the new session as `list` does. The old sessions stay, unless --replace is given."""
    from fitness.session.store import Store

    with Store.open(store, create=False) as opened:
        _print_row(opened.row(opened.merge(session, replace=replace and not keep)), as_json)
    if not replace:
        numbers = " ".join(map(str, session))
        click.echo(f"the old sessions stay; `fitness sessions delete {numbers}` deletes them", err=True)


@sessions.command(
    examples=[
        "fitness sessions redo 12 # as the exercise that it was counted as",
        "fitness sessions redo 12 --exercise squat --replace # store the new counts",
    ],
    help="Count a session again and show what differs. It is counted from its stored landmarks, by this version of the "
    "program, as the exercise that it was counted as, unless --exercise names another one. Sets of a live workout, and "
    "sets with your notes, keep their times, notes and weights.",
)
@click.argument("session", type=int)
@click.option("--replace", "replaced", is_flag=True, help="Store the new counts instead of the old ones.")
@counting_options
@_JSON
@store_option
@click.pass_obj
def redo(
    common: CommonSettings,
    /,
    session: int,
    replaced: bool,
    as_json: bool,
    store: Path | None,
    **chosen: Any,
) -> None:
    """Print old and new totals and sets, and the reps that only one of the counts has."""
    from dataclasses import replace

    from fitness.apps.cli.differences import difference, print_difference
    from fitness.apps.cli.progress import frames_progress
    from fitness.pipeline.analyzer import recount
    from fitness.pipeline.recounting import counter_of, settings_after, turns_of
    from fitness.pipeline.settings import classifier, counter, noted
    from fitness.session.store import Store

    with Store.open(store, readonly=not replaced, create=False) as opened:
        workout, old = opened.workout(session), opened.load(session)
        log = old.landmarks
        if log is None:
            raise OptionError(f"session {session} has no landmarks, so it cannot be counted again")
        exercise = chosen["exercise"] if typed("exercise") else None
        if not typed("count_partials"):
            chosen["count_partials"] = old.settings.get("partials") == "counted"
        settings = settings_of(chosen)
        turns = turns_of(workout, exercise, settings.recogniser.taught)
        if settings.samples is None and old.settings.get("samples") == "own":
            click.echo(
                f"session {session} was counted with your own pose samples; --samples FOLDER uses them again",
                err=True,
            )
        fitted = classifier(settings)
        fresh = counter_of(
            workout, turns, lambda name, ids: counter(settings.with_exercise(name), fitted, ids)
        )
        with frames_progress(common) as progress, progress.steps(f"session {session}", len(log.t)) as advance:
            new = recount(log, fresh, settings_after(workout, noted(settings), exercise), advance)
        arranged = opened.arranged(session, new)
        if replaced:
            opened.recounted(session, replace(new, landmarks=log, warnings=old.warnings))
    found = difference(workout, old, arranged)
    if as_json:
        click.echo(json.dumps({"session": session, "replaced": replaced, **found}, indent=2))
    else:
        print_difference(found)


@sessions.command(
    examples=["fitness sessions delete 12", "fitness sessions delete 12 13 --yes # without a question"],
    help="Delete sessions for good.",
)
@click.argument("session", type=int, nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Delete without asking.")
@store_option
def delete(session: tuple[int, ...], yes: bool, store: Path | None) -> None:
    """Delete all of them, or none if one does not exist."""
    from fitness.session.store import Store

    with Store.open(store, create=False) as opened:
        rows = [opened.row(one) for one in dict.fromkeys(session)]
        if not yes:
            print_rows(rows)
            click.confirm("Delete them for good?", abort=True, err=True)
        for row in rows:
            opened.delete(row.id)


def _number(text: str | None, option: str, *, whole: bool = False) -> float | None:
    """The number in `text`; None if not given, -1 for "none". OptionError for anything but a number of at least 0."""
    if text is None:
        return None
    if text == _NONE:
        return -1
    try:
        value = float(int(text) if whole else text)
    except ValueError:
        value = -1.0
    if not value >= 0:
        raise OptionError(f"{option} must be a number of at least 0, or {_NONE}; got '{text}'")
    return value


def _document(row: SessionRow) -> JsonDict:
    return {
        "session": row.id,
        "title": row.title,
        "name": row.name,
        "source": row.source.name,
        "kind": row.kind,
        "finished": row.finished,
        "started_at": row.started_at.isoformat(timespec="milliseconds"),
        "duration_s": round(row.length_s, 3),
        "totals": dict(row.totals),
        "note": row.note,
    }


def _print_row(row: SessionRow, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_document(row), indent=2, ensure_ascii=False))
    else:
        print_rows([row])
