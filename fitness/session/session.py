"""FrameResults -> Session: what is kept of a recording or a live stream, without its pictures."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fitness.errors import OptionError, StateError
from fitness.media.info import SourceInfo
from fitness.session.growing import GrowingLog, GrowingScores
from fitness.session.landmarks import BoolArray, LandmarkColumns, LandmarkLog
from fitness.types import (
    RECORD_FIELDS,
    Classification,
    Count,
    DoubleArray,
    FrameResult,
    JsonDict,
    Pose,
    Rep,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class SetRecord:
    """One set: reps of one exercise without a long pause.

    set: 1-based number in the session.   start_s: when its first rep began.   end_s: when its last one was
        counted.   speed_loss: 0..1, of its last rep against its fastest, or None where no speed is known.
    """

    exercise: str
    set: int
    reps: int
    start_s: float
    end_s: float
    speed_loss: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FrameTable:
    """What was known after each of T frames.

    t: (T,) float64, seconds.   found: (T,) bool, a person was found.
    exercise: T names, None where nothing is being done.   phase: (T,) float64, as in Count, NaN where
        unknown.
    count: (T,) int64, reps so far of all exercises together.   message: T texts, None where all was well.
    classes: C pose classes.   scores: (T, C) float64, 0..1, NaN where the frame was not classified.
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

    source: where it came from.   frames: one row per frame.   reps: in the order they were counted.
    totals: exercise -> reps.   landmarks: the replayable log, or None if it was not kept.
    unmeasurable_s: seconds of frames without a person, or with a message that says why nothing can be
        measured.
    warnings: what was wrong with the source.   settings: options it was counted with, as JSON values.
    others: reps of people who were not the one that is counted.
    partials: reps that did not go far enough and were not counted, in the order they were seen.
    It holds plain values only, so it can be sent to another process.
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
        """One row per rep, in the order they were counted: the columns of the reps table, unrounded.

        exercise: text.   set, rep: int64, 1-based.   start_s, peak_s, end_s, duration_s: float64, seconds.
        confidence: float64, 0..1.   partial: bool.   side: text or None.   cues: ids with a blank between.
        The numbers of `RepRecord`: float64, NaN where not known.
        Columns and types are there also when there is no rep.
        """
        import pandas as pd

        reps = self.reps
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
            }
        )
        return table


class SessionRecorder:
    """Collects the results of one stream; pictures are let go of.

    Args:
        keep_landmarks: keep the poses for the replayable log, about 1.1 KB a frame.
    """

    def __init__(self, *, keep_landmarks: bool = True) -> None:
        self._log = GrowingLog() if keep_landmarks else None
        self._t = array("d")
        self._found = bytearray()
        self._exercise: list[str | None] = []
        self._phase = array("d")
        self._count = array("q")
        self._message: list[str | None] = []
        self._scores = GrowingScores()
        self._reps: list[Rep] = []
        self._other_reps: list[Rep] = []
        self._partials: list[Rep] = []
        self._amended: list[Rep] = []
        self._totals: Mapping[str, int] = {}
        self._unsure: tuple[Rep, ...] = ()

    @property
    def frames(self) -> int:
        """Frames taken in so far."""
        return len(self._t)

    def add(self, result: FrameResult) -> None:
        """Take in the next frame's result.

        Raises:
            StateError: its time is not after the last one's.
        """
        self.add_counted(result.frame.t, result.pose, result.classification, result.count, result.others)

    def add_counted(
        self,
        t: float,
        pose: Pose | None,
        classification: Classification | None,
        count: Count,
        others: Sequence[Pose] = (),
    ) -> None:
        """As `add`, for a frame whose picture is not at hand (a replay).

        Raises:
            StateError: `t` is not after the last frame's.
        """
        if self._t and t <= self._t[-1]:
            raise StateError(f"frame times must increase, got {t} s after {self._t[-1]} s")
        self._t.append(t)
        self._found.append(pose is not None)
        if self._log is not None:
            self._log.add(t, pose, others)
        self._exercise.append(count.exercise)
        self._phase.append(np.nan if count.phase is None else count.phase)
        self._count.append(sum(count.totals.values()))
        self._message.append(count.message)
        self._scores.add({} if classification is None else classification.scores)
        self._totals = count.totals
        self._unsure = count.pending
        if count.measured is not None:
            self._amend(count.measured)
        if count.rep is not None:
            self._reps.append(count.rep)
        self._other_reps.extend(count.others)
        if count.partial is not None:
            self._partials.append(count.partial)

    def _amend(self, better: Rep) -> None:
        """What is known better now takes the place of what was known at the count."""
        for reps in (self._reps, self._partials):
            for at in range(len(reps) - 1, -1, -1):
                if reps[at].same(better):
                    reps[at] = better
                    return
        self._amended.append(better)

    @property
    def amended(self) -> tuple[Rep, ...]:
        """Reps of a time before this recorder's first frame that are known better now."""
        return tuple(self._amended)

    def watch(self, results: Iterable[FrameResult]) -> Iterator[FrameResult]:
        """The same results, each taken in before it is passed on."""
        for result in results:
            self.add(result)
            yield result

    def session(
        self,
        source: SourceInfo,
        *,
        model: str = "",
        settings: Mapping[str, Any] | None = None,
        warnings: Sequence[str] = (),
        ended: bool = True,
        landmarks: bool = True,
    ) -> Session:
        """What was taken in so far; may be asked for again later.

        Args:
            source: the stream, as it describes itself now.
            model: name of the landmark model.
            settings: options to note down; JSON values only.
            warnings: what was wrong with the source.
            ended: nothing more will come, so that what was shown as pending counts.
            landmarks: with the log, if it was kept.

        Raises:
            OptionError: settings cannot be written as JSON.
        """
        frames = self._table()
        measured = frames.found & np.array([message is None for message in self._message], np.bool_)
        unsure = self._unsure if ended else ()
        log = self.columns(source, model) if landmarks else None
        totals = Counter(self._totals)
        totals.update(rep.exercise for rep in unsure)
        return Session(
            source=source,
            frames=frames,
            reps=(*self._reps, *unsure),
            totals=dict(totals),
            unmeasurable_s=seconds_where(~measured, frames.t, source.fps),
            landmarks=None if log is None else log.log(),
            warnings=tuple(warnings),
            settings=_as_json(settings or {}),
            others=tuple(self._other_reps),
            partials=tuple(self._partials),
        )

    def columns(self, source: SourceInfo, model: str = "") -> LandmarkColumns | None:
        """The log of what was taken in so far, not in memory as a whole; None if it was not kept."""
        return None if self._log is None else self._log.columns(source, model)

    def _table(self) -> FrameTable:
        classes, scores = self._scores.table()
        return FrameTable(
            t=np.array(self._t, np.float64),
            found=np.array(self._found, np.bool_),
            exercise=tuple(self._exercise),
            phase=np.array(self._phase, np.float64),
            count=np.array(self._count, np.int64),
            message=tuple(self._message),
            classes=classes,
            scores=scores,
        )


def seconds_where(mask: BoolArray, t: DoubleArray, fps: float) -> float:
    """Seconds that the marked frames lasted: each until the next one, the last for a usual interval."""
    if not len(t):
        return 0.0
    steps = np.diff(t)
    last = 1 / fps if fps > 0 else (float(np.median(steps)) if len(steps) else 0.0)
    return float(np.append(steps, last)[mask].sum())


def _as_json(settings: Mapping[str, Any]) -> JsonDict:
    try:
        copied: JsonDict = json.loads(json.dumps(dict(settings), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise OptionError(f"option settings must hold JSON values only: {error}") from error
    return copied
