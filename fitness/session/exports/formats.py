"""The table of formats, and the files of an export."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from fitness.errors import OptionError
from fitness.session.exports import apps, fit, tables, tcx
from fitness.session.exports.names import Names
from fitness.session.output import prepare_out_dir, whole_file
from fitness.session.own_files import free_path
from fitness.session.store import Workout

_Table = Callable[[Sequence[Workout]], bytes]


class _Many(Protocol):
    """Sessions, and the names of exercises (None: as shipped) -> one file."""

    def __call__(self, workouts: Sequence[Workout], names: Names | None = None) -> bytes: ...


class _One(Protocol):
    """One session, and the names of exercises (None: as shipped) -> its file."""

    def __call__(self, workout: Workout, names: Names | None = None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    name: for the option.   ending: of its files.   about: a description in one line.
    text: it can be printed.   whole: makes one file of all sessions; None if each session has its own file.
    each: makes the file of one session.   beside: ending and maker of a second file, such as the table of sets.
    """

    name: str
    ending: str
    about: str
    text: bool = True
    whole: _Many | None = None
    each: _One | None = None
    beside: tuple[str, _Table] | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of an export.   path: of the file. sessions: number of sessions in it."""

    path: Path
    sessions: int


def _unnamed(maker: _Table) -> _Many:
    """A maker of this program's own tables, which use its own names."""

    def made(workouts: Sequence[Workout], names: Names | None = None) -> bytes:
        return maker(workouts)

    return made


FORMATS: Final[Mapping[str, Format]] = {
    one.name: one
    for one in (
        Format(
            "csv", ".csv", "one row for each rep or hold; sets in a second file",
            whole=_unnamed(tables.reps_csv), beside=(".sets.csv", tables.sets_csv),
        ),
        Format("json", ".json", "sessions with sets and reps, nothing rounded", whole=_unnamed(tables.document_json)),
        Format("jsonl", ".jsonl", "one line of JSON for each rep or hold", whole=_unnamed(tables.reps_jsonl)),
        Format("parquet", ".parquet", "one row for each rep or hold, for pandas and databases", text=False,
            whole=_unnamed(tables.reps_parquet)),
        Format("strong", ".csv", "the Strong app; most other apps read it", whole=apps.strong_csv),
        Format("hevy", ".csv", "the Hevy app", whole=apps.hevy_csv),
        Format("fitnotes", ".csv", "FitNotes for Android", whole=apps.fitnotes_csv),
        Format("liftlog", ".csv", "LiftLog: import the file there as FitNotes", whole=apps.liftlog_csv),
        Format("fit", ".fit", "sports watches and their sites, with sets and reps", text=False, each=fit.fit_bytes),
        Format("tcx", ".tcx", "Training Center XML, one lap for each set", each=tcx.tcx_bytes),
    )
}  # fmt: skip


def format_named(name: str) -> Format:
    """The format of that name. OptionError if there is none."""
    if name not in FORMATS:
        close = difflib.get_close_matches(name.lower(), FORMATS, n=1)
        meant = f"; did you mean '{close[0]}'?" if close else ""
        raise OptionError(f"format must be one of {', '.join(FORMATS)}, got '{name}'{meant}")
    return FORMATS[name]


def export_files(
    workouts: Sequence[Workout], chosen: Format, out: Path, names: Names | None = None
) -> list[Exported]:
    """Write the export; every file is either complete or absent.

    Args:
        out: the file. For a format with one file per session: the folder for them, created if missing, or with one
            session the file itself, if its name has the format's ending.
        names: names of the exercises in other programs, from `read_names`; None for the table that ships.

    Raises:
        OptionError: `out` names one file, and there are several sessions.
        OutputError: the path cannot be written.
    """
    if chosen.each is not None:
        return [
            _written(path, chosen.each(one, names), 1)
            for one, path in zip(workouts, _places(workouts, chosen, out), strict=True)
        ]
    assert chosen.whole is not None
    prepare_out_dir(out.parent)
    made = [_written(out, chosen.whole(workouts, names), len(workouts))]
    if chosen.beside is not None:
        ending, maker = chosen.beside
        made.append(_written(out.with_name(out.stem + ending), maker(workouts), len(workouts)))
    return made


def _places(workouts: Sequence[Workout], chosen: Format, out: Path) -> list[Path]:
    """The path of each session's file."""
    if out.suffix.lower() == chosen.ending and not out.is_dir():
        if len(workouts) > 1:
            raise OptionError(
                f"out must be a folder for {len(workouts)} sessions, as {chosen.name} has one file per session; "
                f"got the file name {out.name}"
            )
        prepare_out_dir(out.parent)
        return [out][: len(workouts)]
    folder = prepare_out_dir(out)
    return [
        folder / f"session-{one.row.id}-{one.row.started_at:%Y%m%d-%H%M}{chosen.ending}" for one in workouts
    ]


def _written(path: Path, data: bytes, sessions: int) -> Exported:
    path = free_path(path)
    with whole_file(path) as file:
        file.write(data)
    return Exported(path, sessions)
