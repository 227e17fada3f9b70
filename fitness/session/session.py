"""The session: everything that is kept of a recording or a live stream, except the images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fitness.media.info import SourceInfo
from fitness.session.amounts import counted_rows
from fitness.session.landmarks import BoolArray, LandmarkLog
from fitness.types import RECORD_FIELDS, DoubleArray, Rep

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class SetRecord:
    """One set: reps of one exercise without a long pause.

    set: 1-based number in the session.   start_s: start of its first rep.   end_s: count of its last rep.
    speed_loss: 0..1, of its last rep against its fastest; None if no speed is known.
    """

    exercise: str
    set: int
    reps: int
    start_s: float
    end_s: float
    speed_loss: float | None = None


@dataclass(frozen=True, slots=True)
class WorkoutSet:
    """One set of a live workout, as the screen showed it.

    set: 1-based number in the workout.   counted: its counted reps.
    reps: its reps on the screen, with manual corrections.
    start_s, end_s: seconds; start of its first rep and count of its last, or the time of the first manual change.
    target: planned reps, or None.   weight_kg: kilograms, as planned, or None.
    """

    set: int
    exercise: str
    counted: tuple[Rep, ...]
    reps: int
    start_s: float
    end_s: float
    target: int | None = None
    weight_kg: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FrameTable:
    """The state of counting after each of T frames.

    t: (T,) float64, seconds.   found: (T,) bool, a person was found.
    exercise: T names, None without an exercise.   phase: (T,) float64, as in Count; NaN if unknown.
    count: (T,) int64, reps so far of all exercises together.   message: T texts, None if there was no problem.
    classes: C pose classes.   scores: (T, C) float64, 0..1; NaN if the frame was not classified.
    """

    t: DoubleArray
    found: BoolArray
    exercise: tuple[str | None, ...]
    phase: DoubleArray
    count: NDArray[np.int64]
    message: tuple[str | None, ...]
    classes: tuple[str, ...]
    scores: DoubleArray

    def __len__(self) -> int:
        return len(self.t)


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One recording or live stream, counted.

    source: the recording or stream.   frames: one row per frame.   reps: in the order they were counted.
    totals: exercise -> reps.   landmarks: the replayable log, or None if it was not kept.
    unmeasurable_s: seconds of frames in which nothing could be measured: without a person, or with a message.
    warnings: problems of the source.   settings: the options that were used for counting, as JSON values.
    others: reps of bystanders.
    partials: partial reps that were not counted, in the order in which they were found.
    A session holds plain values only, so it can be sent to another process.
    """

    source: SourceInfo
    frames: FrameTable
    reps: tuple[Rep, ...]
    totals: Mapping[str, int]
    unmeasurable_s: float
    landmarks: LandmarkLog | None = None
    warnings: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[Rep, ...] = ()
    partials: tuple[Rep, ...] = ()

    @property
    def length_s(self) -> float:
        """Length of the session, seconds, from its first frame to the end of its last one."""
        t = self.frames.t
        return span_s(float(t[0]), float(t[-1]), len(t), self.source.fps) if len(t) else 0.0

    @property
    def sides(self) -> dict[str, dict[str, int]]:
        """exercise -> side ("left", "right", "both") -> reps, for exercises of one side at a time."""
        found: dict[str, dict[str, int]] = {}
        for rep in self.reps:
            if rep.side is not None:
                counts = found.setdefault(rep.exercise, {"left": 0, "right": 0, "both": 0})
                counts[rep.side] += 1
        return found

    @property
    def sets(self) -> tuple[SetRecord, ...]:
        """The sets, in order of their first rep."""
        grouped: dict[tuple[int, str], list[Rep]] = {}
        for rep in self.reps:
            grouped.setdefault((rep.set, rep.exercise), []).append(rep)
        return tuple(
            SetRecord(
                exercise,
                number,
                len(reps),
                min(r.t_start for r in reps),
                max(r.t_end for r in reps),
                next((r.record.speed_loss for r in reversed(reps) if r.record.speed_loss is not None), None),
            )
            for (number, exercise), reps in grouped.items()
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per rep or hold, in the order they were counted: the columns of the reps table, unrounded.

        exercise: text.   set, rep: int64, 1-based.   start_s, peak_s, end_s, duration_s: float64, seconds.
        confidence: float64, 0..1.   partial: bool.   side: text or None.   cues: ids, separated by spaces.
        Fields of `RepRecord`: float64, NaN if unknown.   held_s: float64, seconds of a hold; NaN for a rep.
        Columns and types are the same if there is no rep.
        """
        import pandas as pd

        rows = counted_rows(self.reps)
        reps = [row.rep for row in rows]
        table: pd.DataFrame = pd.DataFrame(
            {
                "exercise": pd.Series([rep.exercise for rep in reps], dtype="str"),
                "set": np.array([rep.set for rep in reps], np.int64),
                "rep": np.array([rep.number for rep in reps], np.int64),
                "start_s": np.array([rep.t_start for rep in reps], np.float64),
                "peak_s": np.array([rep.t_peak for rep in reps], np.float64),
                "end_s": np.array([rep.t_end for rep in reps], np.float64),
                "duration_s": np.array([rep.duration for rep in reps], np.float64),
                "confidence": np.array([rep.confidence for rep in reps], np.float64),
                "partial": np.array([rep.partial for rep in reps], np.bool_),
                "side": pd.Series([rep.side for rep in reps], dtype="object"),
                "cues": pd.Series([" ".join(rep.cues) for rep in reps], dtype="str"),
                **{
                    name: np.array([getattr(rep.record, name) for rep in reps], np.float64)
                    for name in RECORD_FIELDS
                },
                "held_s": np.array([row.held_s for row in rows], np.float64),
            }
        )
        return table


def span_s(first_s: float, last_s: float, frames: int, fps: float) -> float:
    """Time from the first frame to the end of the last one, seconds; without a frame rate, frames are evenly spaced."""
    between = last_s - first_s
    return between + (1 / fps if fps > 0 else between / (frames - 1) if frames > 1 else 0.0)


def joined_scores(
    parts: Sequence[tuple[Sequence[str], DoubleArray]],
) -> tuple[tuple[str, ...], DoubleArray]:
    """Join tables of class scores that may have different classes.

    parts: pose classes C and scores (T, C) of each table.   Returns all classes in order of first appearance, and the
    scores, with NaN where a table lacks the class.
    """
    classes = tuple(dict.fromkeys(name for names, _ in parts for name in names))
    whole = np.full((sum(len(rows) for _, rows in parts), len(classes)), np.nan)
    row = 0
    for names, rows in parts:
        for column, name in enumerate(names):
            whole[row : row + len(rows), classes.index(name)] = rows[:, column]
        row += len(rows)
    return classes, whole


def seconds_where(mask: BoolArray, t: DoubleArray, fps: float) -> float:
    """Total duration of the marked frames, seconds. A frame lasts until the next one, the last one for a usual interval."""
    if not len(t):
        return 0.0
    steps = np.diff(t)
    last = 1 / fps if fps > 0 else (float(np.median(steps)) if len(steps) else 0.0)
    return float(np.append(steps, last)[mask].sum())
