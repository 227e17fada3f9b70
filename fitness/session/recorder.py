"""Collects the results of a stream, frame by frame, and makes a session from them."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fitness.errors import OptionError, StateError
from fitness.media.info import SourceInfo
from fitness.session.landmarks import LandmarkColumns
from fitness.session.session import FrameTable, Session, seconds_where
from fitness.session.stream_log import StreamLog, StreamScores
from fitness.types import (
    Classification,
    Count,
    Event,
    FrameResult,
    JsonDict,
    OtherRep,
    PartialRep,
    Pose,
    Renamed,
    Rep,
    RepAmended,
    RepCounted,
)


@dataclass(frozen=True, slots=True)
class RecorderMark:
    """A position in a recording: numbers of frames, counted reps and partial reps."""

    frames: int = 0
    reps: int = 0
    partials: int = 0


class SessionRecorder:
    """Collects the results of one stream; images are not kept.

    Args:
        keep_landmarks: keep the poses for the landmark log, about 1.1 KB per frame.
    """

    def __init__(self, *, keep_landmarks: bool = True) -> None:
        self._log = StreamLog() if keep_landmarks else None
        self._t = array("d")
        self._found = bytearray()
        self._exercise: list[str | None] = []
        self._phase = array("d")
        self._count = array("q")
        self._message: list[str | None] = []
        self._scores = StreamScores()
        self._reps: list[Rep] = []
        self._other_reps: list[Rep] = []
        self._partials: list[Rep] = []
        self._place_of: dict[int, tuple[list[Rep], int]] = {}
        """A rep's id -> the list that holds it, and its index there."""
        self._totals: Mapping[str, int] = {}
        self._unsure: tuple[Rep, ...] = ()

    @property
    def frames(self) -> int:
        """Number of frames so far."""
        return len(self._t)

    def add(self, result: FrameResult) -> None:
        """Add the next frame's result.

        Raises:
            StateError: its time is not after that of the last frame.
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
        """Like `add`, for a frame without an image (in a replay).

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
        for event in count.events:
            self._follow(event)

    def finish(self, count: Count | None) -> None:
        """Add the final counts, which come after the last frame; None if there are none."""
        if count is not None:
            self._totals, self._unsure = count.totals, count.pending
            for event in count.events:
                self._follow(event)

    def _follow(self, event: Event) -> None:
        """Add one event. Changes of reps from before this recorder's first frame are ignored."""
        if isinstance(event, RepCounted):
            self._place_of[event.rep.id] = self._reps, len(self._reps)
            self._reps.append(event.rep)
        elif isinstance(event, PartialRep):
            self._place_of[event.rep.id] = self._partials, len(self._partials)
            self._partials.append(event.rep)
        elif isinstance(event, OtherRep):
            self._other_reps.append(event.rep)
        elif isinstance(event, RepAmended) and event.id in self._place_of:
            reps, at = self._place_of[event.id]
            reps[at] = event.rep
        elif isinstance(event, Renamed):
            for reps, at in (self._place_of[one] for one in event.ids if one in self._place_of):
                reps[at] = replace(reps[at], exercise=event.exercise)

    def watch(self, results: Iterable[FrameResult]) -> Iterator[FrameResult]:
        """Add each result and pass it on."""
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
        """The session so far; may be called again later.

        Args:
            source: the stream's current description.
            model: name of the landmark model.
            settings: options to store; JSON values only.
            warnings: problems of the source.
            ended: the stream has ended, so pending reps count.
            landmarks: include the landmark log, if it was kept.

        Raises:
            OptionError: settings are not JSON values.
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

    @property
    def mark(self) -> RecorderMark:
        """The current position; `since` returns what came after it."""
        return RecorderMark(len(self._t), len(self._reps), len(self._partials))

    def since(self, mark: RecorderMark, source: SourceInfo, model: str = "") -> Session:
        """The part of the session after `mark`: its frames and the reps found in them.

        Earlier reps are left out, even if they have been amended since. `unmeasurable_s` is 0. Totals are those of the
        whole session so far.
        """
        return Session(
            source=source,
            frames=self._table(mark.frames),
            reps=tuple(self._reps[mark.reps :]),
            totals=dict(self._totals),
            unmeasurable_s=0.0,
            landmarks=None if self._log is None else self._log.since(mark.frames, source, model),
            partials=tuple(self._partials[mark.partials :]),
        )

    def columns(self, source: SourceInfo, model: str = "") -> LandmarkColumns | None:
        """The landmark log so far, in pieces; None if it was not kept."""
        return None if self._log is None else self._log.columns(source, model)

    def _table(self, first: int = 0) -> FrameTable:
        """The rows of the frames from number `first` on."""
        classes, scores = self._scores.table(first)
        return FrameTable(
            t=np.array(self._t[first:], np.float64),
            found=np.array(self._found[first:], np.bool_),
            exercise=tuple(self._exercise[first:]),
            phase=np.array(self._phase[first:], np.float64),
            count=np.array(self._count[first:], np.int64),
            message=tuple(self._message[first:]),
            classes=classes,
            scores=scores,
        )


def _as_json(settings: Mapping[str, Any]) -> JsonDict:
    try:
        copied: JsonDict = json.loads(json.dumps(dict(settings), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise OptionError(f"option settings must hold JSON values only: {error}") from error
    return copied
