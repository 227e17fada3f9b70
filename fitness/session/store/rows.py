"""The rows of a session in the store, without its frames."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from fitness.media.info import SourceInfo
from fitness.options import bounded, check_options, choice, matching
from fitness.recognition.exercises.names import pretty_name
from fitness.session.session import SetRecord, span_s
from fitness.types import RECORD_FIELDS, Rep, RepRecord

KINDS: Final = ("live", "page", "analyze", "merge")
"""Origin of a session."""

SET_KINDS: Final = ("normal", "warmup", "dropset", "failure")
"""Kinds of set that the user can choose, in the terms of the Hevy app."""

PLAN: Final = "plan"
"""Stored setting: the plan of a workout, as text."""

REST_S: Final = "rest_s"
"""Stored setting: seconds of rest in a workout, unless its plan states others."""

BY_SET: Final = "by_set"
"""Stored setting: whether each part of the session was counted as the exercise of its set, for example in a plan."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MAX_REPS: Final = 10_000
MAX_WEIGHT_KG: Final = 4095.0
"""Largest weight of a set, kg: the limit of FIT's 16 bits of 1/16 kg."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One stored session.

    id: number in its store.   started_at: wall-clock time of stream time 0, with offset.   kind: one of `KINDS`.
    finished: False while it runs; it stays False if the program was killed.
    source: the stream; its `frames` is the number of stored frames.
    first_s, last_s: stream time of the first and the last stored frame.
    totals: exercise -> reps, with the user's corrections.   counted: the same without corrections.   settings: JSON values.
    video: the annotated video that was written of the session, or None.
    """

    id: int
    started_at: datetime
    kind: str
    title: str
    note: str
    finished: bool
    model: str
    source: SourceInfo
    last_s: float
    totals: Mapping[str, int]
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    warnings: tuple[str, ...] = ()
    counted: Mapping[str, int] = field(default_factory=dict, hash=False)
    first_s: float = 0.0
    video: Path | None = None

    @property
    def length_s(self) -> float:
        """Length of the session, seconds, from its first frame to the end of its last one."""
        return span_s(self.first_s, self.last_s, self.source.frames, self.source.fps)

    @property
    def end_s(self) -> float:
        """Stream time at the end of the last stored frame, seconds."""
        return self.first_s + self.length_s

    @property
    def ended_at(self) -> datetime:
        """Time at the end of the last stored frame, from stream time: a change of the clock has no effect."""
        return self.at(self.end_s)

    def at(self, t: float) -> datetime:
        """The wall-clock time of stream time `t`, seconds, in the session's own offset."""
        return self.started_at + timedelta(seconds=t)

    @property
    def name(self) -> str:
        """What the session is called everywhere: its title, else its heading."""
        return self.title or self.heading

    @property
    def heading(self) -> str:
        """ "Squat, push-up - 28 Nov 2026"."""
        return f"{self.exercises} - {date_text(self.started_at.date())}"

    @property
    def exercises(self) -> str:
        """ "Squat, push-up"; "Nothing counted" for a session without reps."""
        return exercises_text(self.totals)


def exercises_text(totals: Mapping[str, int]) -> str:
    """ "Squat, push-up"; "Nothing counted" without reps.   totals: exercise -> reps."""
    names = [pretty_name(name, plural=False) for name, reps in totals.items() if reps]
    return ", ".join([*names[:1], *(name.lower() for name in names[1:])]) or "Nothing counted"


def date_text(day: date) -> str:
    """ "28 Nov 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True)
class SetRow:
    """One set as it is stored.

    counted: counted reps.   start_s, end_s: seconds; start of the first rep and count of the last.
    corrected: the user's correction of the number of reps, or None.
    weight_kg: kilograms; None for bodyweight.   rpe: rate of perceived exertion, 1..10, or None.
    kind: one of `SET_KINDS`.   note: free text.   target: planned reps, or None.
    """

    exercise: str
    set: int
    counted: int
    start_s: float
    end_s: float
    corrected: int | None = None
    weight_kg: float | None = None
    rpe: float | None = None
    kind: str = "normal"
    note: str = ""
    target: int | None = None

    @property
    def reps(self) -> int:
        """The corrected number of reps, else the counted one."""
        return self.counted if self.corrected is None else self.corrected


def _is_rpe(value: Any) -> bool:
    return not isinstance(value, bool) and math.isfinite(value) and (value < 0 or 1 <= value <= 10)


@dataclass(frozen=True, slots=True)
class SetEdit:
    """Changes to the notes about a set. None leaves a value as it is; a negative number removes it.

    Raises:
        OptionError: a value is not allowed.
    """

    reps: int | None = bounded(None, high=MAX_REPS, whole=True, optional=True)
    weight_kg: float | None = bounded(None, high=MAX_WEIGHT_KG, optional=True, unit="kg")
    rpe: float | None = matching(None, "between 1 and 10", _is_rpe, optional=True)
    kind: str | None = choice(None, SET_KINDS, optional=True)
    note: str | None = None

    def __post_init__(self) -> None:
        check_options(self)


@dataclass(frozen=True, slots=True)
class Workout:
    """A session without its frames, for exports.

    reps: in the order they were counted.   partials: partial reps, not counted.
    """

    row: SessionRow
    sets: tuple[SetRow, ...]
    reps: tuple[Rep, ...]
    partials: tuple[Rep, ...] = ()


def row_of(one: sqlite3.Row, corrected: Mapping[str, int] | None = None) -> SessionRow:
    """A row of the table `sessions`.

    Args:
        corrected: exercise -> reps that the user added (negative: removed).
    """
    counted = json.loads(one["totals"])
    totals = {
        name: counted.get(name, 0) + (corrected or {}).get(name, 0)
        for name in {**counted, **(corrected or {})}
    }
    return SessionRow(
        id=one["id"],
        started_at=datetime.fromisoformat(one["started_at"]),
        kind=one["kind"],
        title=one["title"],
        note=one["note"],
        finished=bool(one["finished"]),
        model=one["model"],
        source=SourceInfo(
            name=one["source_name"],
            duration_s=one["source_duration_s"],
            fps=one["source_fps"],
            width=one["source_width"],
            height=one["source_height"],
            frames=one["frames"],
        ),
        last_s=one["last_s"],
        totals=totals,
        counted=counted,
        settings=json.loads(one["settings"]),
        warnings=tuple(json.loads(one["warnings"])),
        first_s=one["first_s"],
        video=Path(one["video"]) if one["video"] else None,
    )


def led_set(one: sqlite3.Row, counted: int) -> SetRow:
    """A set of a live workout (a row of the table `sets`).   counted: its counted reps."""
    return SetRow(
        one["exercise"], one["set_number"], counted, one["start_s"], one["end_s"], target=one["target"]
    )


def counted_set(one: SetRecord) -> SetRow:
    """A set of a recording, with its counted reps."""
    return SetRow(one.exercise, one.set, one.reps, one.start_s, one.end_s)


def with_notes(row: SetRow, notes: sqlite3.Row | None) -> SetRow:
    """The set with the user's notes about it (a row of the table `set_notes`, or None)."""
    if notes is None:
        return row
    return replace(
        row,
        corrected=notes["reps"],
        weight_kg=notes["weight_kg"],
        rpe=notes["rpe"],
        kind=notes["kind"],
        note=notes["note"],
    )


REP_ROW: Final = (
    "session", "number", "exercise", "set_number", "rep_number", "start_s", "peak_s", "end_s", "confidence", "details",
    "counted", "partial", "side", "cues", "record",
)  # fmt: skip
"""Columns of the table `reps`."""


def rep_row(session_id: int, index: int, rep: Rep, counted: bool) -> tuple[object, ...]:
    """`REP_ROW` of a rep."""
    return (
        session_id, index, rep.exercise, rep.set, rep.number, rep.t_start, rep.t_peak, rep.t_end, rep.confidence,
        json.dumps(dict(rep.details)), int(counted), int(rep.partial), rep.side, json.dumps(rep.cues),
        record_text(rep.record),
    )  # fmt: skip


def record_text(record: RepRecord) -> str:
    """The known numbers of the record, as JSON."""
    known = {name: getattr(record, name) for name in RECORD_FIELDS}
    return json.dumps({name: value for name, value in known.items() if value is not None})


def rep_of_row(one: sqlite3.Row) -> Rep:
    """The rep in a row of the table `reps`. Unknown numbers, from a newer version, are ignored."""
    record = json.loads(one["record"])
    return Rep(
        one["exercise"],
        one["set_number"],
        one["rep_number"],
        one["start_s"],
        one["peak_s"],
        one["end_s"],
        one["confidence"],
        json.loads(one["details"]),
        partial=bool(one["partial"]),
        side=one["side"],
        cues=tuple(json.loads(one["cues"])),
        record=RepRecord(**{name: record[name] for name in RECORD_FIELDS if name in record}),
    )
