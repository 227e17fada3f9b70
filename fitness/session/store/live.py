"""A session that is written to the store while it runs."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final

from fitness.errors import StateError
from fitness.media.info import SourceInfo
from fitness.session.recorder import SessionRecorder
from fitness.session.session import WorkoutSet
from fitness.session.store.connection import plain_errors, transaction
from fitness.session.store.writing import amend_reps, video_text, write_chunk, write_reps, write_sets
from fitness.types import Classification, Count, Event, FrameResult, Pose, Renamed, Rep, RepAmended

COMMIT_S: Final = 0.5
"""Stream time between two commits, seconds. One second may be lost, so half a second remains for a slow disk."""


class LiveSession:
    """One session of a store while it runs; made by `Store.begin`. Use it from one thread at a time.

    Frames are committed every `COMMIT_S` of stream time, and immediately when a rep is counted. If a commit fails
    (full disk), its frames are kept and written with the next commit, so nothing is lost if there is space later.
    As a context manager, the session ends itself, also after an error.

    Args:
        recorder: a shared recorder; the caller adds each result to it first, then here. None: the session has its own
            recorder.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        session_id: int,
        source: SourceInfo,
        model: str,
        recorder: SessionRecorder | None = None,
    ) -> None:
        self.id: Final = session_id
        self._connection = connection
        self._path = path
        self._source = source
        self._model = model
        self._shared = recorder is not None
        self._recorder = recorder or SessionRecorder()
        self._mark = self._recorder.mark
        """Position in the recorder up to which everything is on the disk."""
        self._last_t: float | None = None
        self._last: Count | None = None
        self._committed_t = 0.0
        self._due_t: float | None = None
        self._chunks = 0
        self._reps = 0
        self._stored: dict[int, tuple[int, Rep]] = {}
        """Id of each rep on the disk -> number of its row, and the rep."""
        self._better: dict[int, Rep] = {}
        """Number of a row on the disk -> its rep as amended since."""
        self._frames = 0
        self._ended = False
        self._sets: tuple[WorkoutSet, ...] = ()
        self._written_sets: tuple[WorkoutSet, ...] = ()
        self._numbers: dict[int, tuple[int, int]] = {}
        """Id of each rep in those sets -> number of its set, and its number in the set."""

    @property
    def frames(self) -> int:
        """Number of frames on the disk."""
        return self._frames

    @property
    def pending(self) -> int:
        """Number of frames that are not on the disk yet."""
        return self._recorder.frames - self._mark.frames

    @property
    def unstored_s(self) -> float:
        """Stream time from the last frame on the disk to the last frame added, seconds."""
        return 0.0 if self._last_t is None else self._last_t - self._committed_t

    def add(self, result: FrameResult) -> None:
        """Add the next frame's result.

        Raises:
            StateError: its time is not after that of the last frame, or the session has ended.
            OutputError: the store cannot be written; the frame is kept for the next try.
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
        """Like `add`, for a frame without an image (in a replay)."""
        if self._ended:
            raise StateError("this session has ended; begin a new one")
        if self._last_t is not None and t <= self._last_t:
            raise StateError(f"frame times must increase, got {t} s after {self._last_t} s")
        self._last_t, self._last = t, count
        if self._due_t is None:
            self._due_t = t + COMMIT_S
        if not self._shared:
            self._recorder.add_counted(t, pose, classification, count, others)
        for event in count.events:
            self._amend(event)
        if count.new_reps or t >= self._due_t:
            self._due_t = t + COMMIT_S  # also after a failure: no retry at every frame
            self.commit()

    def _amend(self, event: Event) -> None:
        """Note changes of reps that are on the disk. The recorder notes those of other reps."""
        if isinstance(event, RepAmended):
            better = [event.rep]
        elif isinstance(event, Renamed):
            known = [self._stored[one][1] for one in event.ids if one in self._stored]
            better = [replace(rep, exercise=event.exercise) for rep in known]
        else:
            return
        for rep in better:
            if rep.id in self._stored:
                number, _ = self._stored[rep.id]
                a_set, at = self._numbers.get(rep.id, (rep.set, rep.number))
                rep = replace(rep, set=a_set, number=at)
                self._stored[rep.id] = number, rep
                self._better[number] = rep

    def watch(self, results: Iterable[FrameResult]) -> Iterator[FrameResult]:
        """Add each result and pass it on."""
        for result in results:
            self.add(result)
            yield result

    def commit(self) -> None:
        """Write everything pending to the disk now.

        Raises:
            OutputError: the store cannot be written; everything pending is kept for the next try.
        """
        sets, changed = self._sets, tuple(one for one in self._sets if one not in self._written_sets)
        if not (self.pending or self._better or changed):
            return
        chunk = self._recorder.since(self._mark, self._source, self._model) if self.pending else None
        reps = () if chunk is None else (*chunk.reps, *chunk.partials)
        added = {rep.id: (number, rep) for number, rep in enumerate(reps, start=self._reps)}
        with plain_errors(self._path), transaction(self._connection):
            if chunk is not None:
                write_chunk(self._connection, self.id, chunk, number=self._chunks, first_rep=self._reps)
            amend_reps(self._connection, self.id, self._better)
            write_sets(self._connection, self.id, changed, self._rows(added))
        self._written_sets, self._better = sets, {}
        self._stored |= added
        self._reps += len(reps)
        if chunk is not None:
            self._chunks += 1
            self._frames += len(chunk.frames)
            if not self._shared:
                self._recorder = SessionRecorder()  # frees the memory of frames that are on the disk
            self._mark = self._recorder.mark
            self._committed_t = self._last_t or 0.0

    def _rows(self, added: Mapping[int, tuple[int, Rep]]) -> dict[int, int]:
        """Id of each stored rep -> number of its row."""
        return {one: number for one, (number, _) in {**self._stored, **added}.items() if one}

    def arrange(self, sets: Sequence[WorkoutSet]) -> None:
        """Set the session's sets, as the screen shows them, and write them with everything pending.

        Raises:
            OutputError: the store cannot be written; the sets are written with the next commit.
        """
        self._sets = tuple(sets)
        self._numbers = {
            rep.id: (one.set, number) for one in sets for number, rep in enumerate(one.counted, start=1)
        }
        self.commit()

    def end(
        self,
        *,
        duration_s: float | None = None,
        warnings: Sequence[str] = (),
        settings: Mapping[str, object] | None = None,
        sets: Sequence[WorkoutSet] = (),
        video: Path | None = None,
    ) -> None:
        """Write the rest and mark the session as finished. A session without frames is removed.

        Pending reps are counted.

        Args:
            duration_s: length of the stream, if it is known better than at the beginning.
            warnings: problems of the source.
            settings: JSON values to add to the settings from the beginning.
            sets: the sets as the screen showed them at the end; empty for a session without a coach.
            video: the annotated video that was written of the session; left out if the file is missing.

        Raises:
            OutputError: the store cannot be written; call `end` again to retry.
        """
        if self._ended:
            return
        self.commit()
        with plain_errors(self._path), transaction(self._connection):
            if not self._frames:
                self._connection.execute("DELETE FROM sessions WHERE id = ?", (self.id,))
            else:
                self._write_pending_reps()
                write_sets(self._connection, self.id, sets, self._rows({}))
                self._add_settings(settings or {})
                self._connection.execute(
                    "UPDATE sessions SET finished = 1, warnings = ?, video = ?,"
                    " source_duration_s = coalesce(?, source_duration_s) WHERE id = ?",
                    (json.dumps(list(warnings)), video_text(video), duration_s, self.id),
                )
        self._ended = True

    def _add_settings(self, more: Mapping[str, object]) -> None:
        if more:
            (known,) = self._connection.execute(
                "SELECT settings FROM sessions WHERE id = ?", (self.id,)
            ).fetchone()
            self._connection.execute(
                "UPDATE sessions SET settings = ? WHERE id = ?",
                (json.dumps({**json.loads(known), **more}), self.id),
            )

    def _write_pending_reps(self) -> None:
        if self._last is None or not self._last.pending:
            return
        totals = Counter(self._last.totals)
        totals.update(rep.exercise for rep in self._last.pending)
        reps = [(rep, True) for rep in self._last.pending]
        write_reps(self._connection, self.id, reps, totals, first_rep=self._reps)

    def __enter__(self) -> LiveSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
