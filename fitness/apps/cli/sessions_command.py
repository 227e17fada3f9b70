"""`fitness sessions`: list, change, merge and recount stored sessions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fitness.apps.cli.command import Group
from fitness.apps.cli.options import counting_options, settings_of
from fitness.apps.cli.session_tables import print_rows, print_workout
from fitness.apps.cli.storing import moment_of, store_option
from fitness.errors import OptionError

if TYPE_CHECKING:
    from fitness.session import Session
    from fitness.session.store import SessionRow
    from fitness.types import JsonDict

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, nothing else.")
_NONE = "none"


@click.group(cls=Group, help="List, show, edit, merge and recount kept sessions.")
def sessions() -> None:
    """The group of the commands below."""


@sessions.command("list", help="List all stored sessions, oldest first.")
@click.option("--since", metavar="DATE", help="Sessions that began then or later.")
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


@sessions.command(help="Show the sets and reps of a session.")
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


@sessions.command(help="Remove sessions for good.")
@click.argument("session", type=int, nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_option
def delete(session: tuple[int, ...], yes: bool, store: Path | None) -> None:
    """All of them must exist, else none is removed."""
    from fitness.session.store import Store

    with Store.open(store, create=False) as opened:
        rows = [opened.row(one) for one in dict.fromkeys(session)]
        if not yes:
            print_rows(rows)
            click.confirm("Remove them for good?", abort=True, err=True)
        for row in rows:
            opened.delete(row.id)


@sessions.command(help="Join sessions of one frame size and model into a new one; the old ones stay.")
@click.argument("session", type=int, nargs=-1, required=True)
@click.option("--replace", is_flag=True, help="Remove the old ones for good.")
@click.option("--keep", is_flag=True, hidden=True, help="Keep the old ones (the default).")
@_JSON
@store_option
def merge(session: tuple[int, ...], replace: bool, keep: bool, as_json: bool, store: Path | None) -> None:
    """The new session, as `list` shows it; the old ones stay unless they are to be replaced."""
    from fitness.session.store import Store

    with Store.open(store, create=False) as opened:
        _tell_row(opened.row(opened.merge(session, replace=replace and not keep)), as_json)
    if not replace:
        numbers = " ".join(map(str, session))
        click.echo(f"the old sessions are kept; `fitness sessions delete {numbers}` removes them", err=True)


@sessions.command(help="Change the notes about a session, or with --set about one of its sets.")
@click.argument("session", type=int)
@click.option("--title", help="For people.")
@click.option("--note", help="Free text, of the session or of the set.")
@click.option("--started", metavar="TIME", help="When it began, ISO 8601.")
@click.option("--set", "number", type=int, help="Number of the set.")
@click.option("--exercise", help="The exercise, if two exercises share the set's number.")
@click.option("--reps", metavar="N", help="The true number of reps; none removes it.")
@click.option("--weight", metavar="KG", help="Kilograms; none removes it.")
@click.option("--rpe", metavar="1..10", help="Rate of perceived exertion; none removes it.")
@click.option("--kind", help="normal, warmup, dropset or failure.")
@_JSON
@store_option
def edit(session: int, as_json: bool, store: Path | None, number: int | None, **given: Any) -> None:
    """The session as it is then."""
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


@sessions.command(help="Count a session again from its landmarks with today's settings; show the difference.")
@click.argument("session", type=int)
@click.option("--replace", "replaced", is_flag=True, help="Keep the new counts instead of the old ones.")
@_JSON
@store_option
@counting_options
def redo(session: int, replaced: bool, as_json: bool, store: Path | None, **chosen: Any) -> None:
    """Old and new totals, and the reps that only one of them has."""
    from dataclasses import replace

    from fitness.pipeline.analyzer import recount
    from fitness.pipeline.settings import counter, noted
    from fitness.session.store import Store

    settings = settings_of(chosen)
    with Store.open(store, readonly=not replaced, create=False) as opened:
        old = opened.load(session)
        log = old.landmarks
        if log is None:
            raise OptionError(
                f"session must be one with landmarks, got {session}; nothing else can be counted again"
            )
        counted = noted(settings) | {"model": log.model or settings.model}
        new = recount(log, counter(settings), counted)
        if replaced:
            opened.recounted(session, replace(new, landmarks=log, warnings=old.warnings))
    difference = _difference(old, new)
    if as_json:
        click.echo(json.dumps({"session": session, "replaced": replaced, **difference}, indent=2))
    else:
        _print_difference(difference)


def _number(text: str | None, option: str, *, whole: bool = False) -> float | None:
    """None if not given, -1 for "none", else the number. OptionError if it is not a number of 0 or more."""
    if text is None:
        return None
    if text == _NONE:
        return -1
    try:
        value = float(int(text) if whole else text)
    except ValueError:
        value = -1.0
    if not value >= 0:
        raise OptionError(f"{option} must be a number from 0 on, or {_NONE}; got '{text}'")
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


def _tell_row(row: SessionRow, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_document(row), indent=2, ensure_ascii=False))
    else:
        print_rows([row])


def _difference(old: Session, new: Session) -> JsonDict:
    """Totals of both, and reps (exercise, seconds of the turning point) that have no partner within half a second."""
    names = dict.fromkeys([*old.totals, *new.totals])
    return {
        "totals": {name: {"old": old.totals.get(name, 0), "new": new.totals.get(name, 0)} for name in names},
        "gone": _alone(old, new),
        "found": _alone(new, old),
    }


def _alone(one: Session, other: Session) -> list[JsonDict]:
    free = list(other.reps)
    alone = []
    for rep in one.reps:
        near = [r for r in free if r.exercise == rep.exercise and abs(r.t_peak - rep.t_peak) <= 0.5]
        if near:
            free.remove(min(near, key=lambda r: abs(r.t_peak - rep.t_peak)))
        else:
            alone.append({"exercise": rep.exercise, "peak_s": round(rep.t_peak, 3)})
    return alone


def _print_difference(difference: JsonDict) -> None:
    for name, both in difference["totals"].items():
        change = both["new"] - both["old"]
        click.echo(f"{name}: {both['old']} -> {both['new']} ({f'{change:+d}' if change else 'same'})")
    if not difference["totals"]:
        click.echo("no reps before, none now")
    for word in ("gone", "found"):
        for rep in difference[word]:
            click.echo(f"  {word}: {rep['exercise']} at {rep['peak_s']:.1f} s")
