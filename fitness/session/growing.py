"""What is kept of a running stream, as columns: 1.1 KB a frame, a third of what the poses and scores themselves take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from fitness.media.info import SourceInfo
from fitness.session.landmarks import LandmarkLog, arrays_of
from fitness.types import DoubleArray, JsonDict, Pose

_BLOCK: Final = 256
"""Frames that are packed at a time: nine seconds at 30 a second."""


class GrowingLog:
    """The poses of a stream, frame by frame."""

    def __init__(self) -> None:
        self._frames: list[tuple[float, Pose | None]] = []
        self._others: list[tuple[int, Pose]] = []
        self._parts: list[JsonDict] = []
        self._packed = 0

    def add(self, t: float, pose: Pose | None, others: Sequence[Pose]) -> None:
        """The next frame, at `t` seconds: the counted person, and the others."""
        self._others.extend((self._packed + len(self._frames), other) for other in others)
        self._frames.append((t, pose))
        if len(self._frames) == _BLOCK:
            self._pack()

    def log(self, source: SourceInfo, model: str) -> LandmarkLog:
        """All frames so far; may be asked for again later."""
        if self._frames or not self._parts:
            self._pack()
        parts, self._parts = self._parts, []
        whole = _joined(parts)
        self._parts = [whole]
        return LandmarkLog(source, model, **whole)

    def _pack(self) -> None:
        self._parts.append(arrays_of(self._frames, self._others))
        self._packed += len(self._frames)
        self._frames, self._others = [], []


class GrowingScores:
    """The scores of a stream's frames, by pose class."""

    def __init__(self) -> None:
        self._rows: list[Mapping[str, float]] = []
        self._parts: list[tuple[tuple[str, ...], DoubleArray]] = []

    def add(self, scores: Mapping[str, float]) -> None:
        """The next frame's: pose class -> 0..1; none where it was not classified."""
        self._rows.append(scores)
        if len(self._rows) == _BLOCK:
            self._parts.append(_table(self._rows))
            self._rows = []

    def table(self) -> tuple[tuple[str, ...], DoubleArray]:
        """The C pose classes in order of their first appearance, and (T, C) scores, NaN where there are none."""
        parts = [*self._parts, _table(self._rows)]
        classes = tuple(dict.fromkeys(name for names, _ in parts for name in names))
        whole = np.full((sum(len(rows) for _, rows in parts), len(classes)), np.nan)
        row = 0
        for names, rows in parts:
            for column, name in enumerate(names):
                whole[row : row + len(rows), classes.index(name)] = rows[:, column]
            row += len(rows)
        return classes, whole


def _table(rows: Sequence[Mapping[str, float]]) -> tuple[tuple[str, ...], DoubleArray]:
    classes = tuple(dict.fromkeys(name for scores in rows for name in scores))
    values = [[scores.get(name, np.nan) for name in classes] for scores in rows]
    return classes, np.array(values, np.float64).reshape(len(rows), len(classes))


def _joined(parts: list[JsonDict]) -> JsonDict:
    """Arrays of successive frames -> one of each; the parts are emptied, so that not all is held twice."""
    if len(parts) == 1:
        return parts[0]
    others = [part.pop("others") for part in parts]
    whole: JsonDict = {name: _read_only([part.pop(name) for part in parts]) for name in tuple(parts[0])}
    whole["others"] = {name: _read_only([part.pop(name) for part in others]) for name in tuple(others[0])}
    return whole


def _read_only(columns: list[Any]) -> Any:
    """A log need not copy what nobody can write to."""
    whole = np.concatenate(columns)
    whole.setflags(write=False)
    return whole
