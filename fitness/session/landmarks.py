"""The landmark log: time and poses of every frame as arrays, stored bit for bit, so that a session can be counted again.

It is written in two forms: as an .npz file for users (`landmark_file`), and as chunks of frames, for the store and the
recorder's temporary file (`landmark_chunk`). Both have the arrays in `COLUMNS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.media.info import SourceInfo
from fitness.skeleton import LANDMARK_COUNT
from fitness.types import DoubleArray, FloatArray, JsonDict, Pose

BoolArray: TypeAlias = NDArray[np.bool_]

ARRAYS: Final[dict[str, tuple[type[np.generic], tuple[int, ...]]]] = {
    "t": (np.float64, ()),
    "found": (np.bool_, ()),
    "world": (np.float32, (LANDMARK_COUNT, 3)),
    "image": (np.float32, (LANDMARK_COUNT, 3)),
    "visibility": (np.float32, (LANDMARK_COUNT,)),
    "presence": (np.float32, (LANDMARK_COUNT,)),
    "score": (np.float64, ()),
    "person": (np.int32, ()),
}
"""Arrays with one row per frame: element type, and shape after the leading T."""

OTHERS: Final[dict[str, tuple[type[np.generic], tuple[int, ...]]]] = {
    "row": (np.int64, ()),
    **{name: kind for name, kind in ARRAYS.items() if name not in ("t", "found")},
}
"""Arrays of bystanders' poses: element type, and shape after the leading M."""

_PREFIX: Final = "other_"

COLUMNS: Final = {**ARRAYS, **{_PREFIX + name: kind for name, kind in OTHERS.items()}}
"""All arrays of a log by their names in files; those of bystanders begin with "other_"."""

OTHER_ROW: Final = _PREFIX + "row"
POSE_ARRAYS: Final = tuple(name for name in ARRAYS if name not in ("t", "found"))
"""The per-frame arrays that are only meaningful if a person was found."""

_PIECE: Final = 256
"""Rows in a piece: 0.1 MB of the largest array."""


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkLog:
    """All poses of a session with T frames. Counting them again gives the same result, bit for bit.

    source: the stream; its `frames` is T.   model: name of the landmark model.
    t: (T,) float64, seconds, increasing.   found: (T,) bool, a person was found; if not, the rows below are 0.
    world: (T, 33, 3) float32, metres, as in Pose.   image: (T, 33, 3) float32, pixels of the source.
    visibility, presence: (T, 33) float32, 0..1.   score: (T,) float64, 0..1.   person: (T,) int32, as Pose's id; empty: 0.
    others: arrays of the bystanders' M poses, named as in `OTHERS`; "row" (M,) is the frame's number, never decreasing.

    Raises:
        ValueError: an array has the wrong type or shape, is not finite, or t does not increase.
    """

    source: SourceInfo
    model: str
    t: DoubleArray
    found: BoolArray
    world: FloatArray
    image: FloatArray
    visibility: FloatArray
    presence: FloatArray
    score: DoubleArray
    person: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    others: Mapping[str, NDArray[Any]] = field(
        default_factory=lambda: {name: NO_OTHERS[_PREFIX + name] for name in OTHERS}
    )

    def __post_init__(self) -> None:
        if not len(self.person):
            object.__setattr__(self, "person", np.zeros(len(self.t), np.int32))
        for name, kind in ARRAYS.items():
            object.__setattr__(self, name, _checked(name, getattr(self, name), kind, len(self.t)))
        if self.others.keys() != OTHERS.keys():
            raise ValueError(f"others must hold {', '.join(OTHERS)}")
        length = len(self.others["row"])
        others = {
            name: _checked(_PREFIX + name, self.others[name], kind, length) for name, kind in OTHERS.items()
        }
        object.__setattr__(self, "others", MappingProxyType(others))
        if (np.diff(self.t) <= 0).any():
            raise ValueError("t must increase from frame to frame")
        rows = others["row"]
        if length and (rows[0] < 0 or rows[-1] >= len(self.t) or (np.diff(rows) < 0).any()):
            raise ValueError("other_row must be numbers of frames that do not decrease")

    def __getstate__(self) -> JsonDict:
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"others": dict(self.others)}

    def __setstate__(self, state: JsonDict) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.t)

    def poses(self) -> Iterator[tuple[float, Pose | None]]:
        """Yield each frame's time in seconds and its pose (with `roi` None), or None if nobody was found."""
        columns: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in POSE_ARRAYS}
        for i, t in enumerate(self.t.tolist()):
            yield t, _pose(columns, i, t, self.model) if self.found[i] else None

    def people(self) -> Iterator[tuple[float, tuple[Pose, ...]]]:
        """Yield each frame's time in seconds and all its poses, the counted person first."""
        other, rows = 0, self.others["row"].tolist()
        for i, (t, pose) in enumerate(self.poses()):
            people = [] if pose is None else [pose]
            while other < len(rows) and rows[other] == i:
                people.append(_pose(self.others, other, t, self.model))
                other += 1
            yield t, tuple(people)

    def part(self, rows: slice) -> LandmarkLog:
        """A log of some of the frames; `rows` is a slice without a step."""
        start, stop, _ = rows.indices(len(self))
        first, last = np.searchsorted(self.others["row"], [start, stop])
        others = {name: array[first:last] for name, array in self.others.items()}
        others["row"] = others["row"] - start
        arrays: dict[str, Any] = {name: getattr(self, name)[rows] for name in ARRAYS}
        return LandmarkLog(self.source, self.model, **arrays, others=others)

    def counted_alone(self, t: float) -> LandmarkLog:
        """A log of one person only: the one who is counted at `t` seconds, also in earlier frames.

        Before the first rep, a log may have another person as the counted one, because the tracker found that person
        first. In the new log, frames without this person are empty.
        """
        row = min(int(np.searchsorted(self.t, t)), len(self) - 1)
        if row < 0 or not self.found[row]:
            return self
        if not len(self.others["row"]) and (self.person[:row] == self.person[row]).all():
            return self  # there are no bystanders
        arrays: dict[str, Any] = {name: getattr(self, name).copy() for name in ARRAYS}
        arrays["found"][:row] &= self.person[:row] == self.person[row]
        mine = (self.others["person"] == self.person[row]) & (self.others["row"] < row)
        rows = self.others["row"][mine]
        arrays["found"][rows] = True
        for name in POSE_ARRAYS:
            arrays[name][rows] = self.others[name][mine]
        return LandmarkLog(self.source, self.model, **arrays)

    @classmethod
    def of(
        cls,
        source: SourceInfo,
        model: str,
        frames: Sequence[tuple[float, Pose | None]],
        others: Sequence[tuple[int, Pose]] = (),
    ) -> LandmarkLog:
        """Make a log of (time, pose or None) pairs.   others: (number of the frame, pose) of bystanders."""
        return cls.of_arrays(source, model, arrays_of(frames, others))

    @classmethod
    def of_arrays(cls, source: SourceInfo, model: str, arrays: Mapping[str, NDArray[Any]]) -> LandmarkLog:
        """Make a log of arrays that are named as in `COLUMNS`."""
        others = {name: arrays[_PREFIX + name] for name in OTHERS}
        return cls(source, model, **{name: arrays[name] for name in ARRAYS}, others=others)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays by their names in `COLUMNS`."""
        return {name: getattr(self, name) for name in ARRAYS} | {
            _PREFIX + name: array for name, array in self.others.items()
        }

    def columns(self) -> LandmarkColumns:
        """The same for streaming, array by array."""
        arrays = self.arrays()

        def pieces(name: str) -> Iterator[NDArray[Any]]:
            whole = arrays[name]
            return (whole[row : row + _PIECE] for row in range(0, len(whole), _PIECE))

        return LandmarkColumns(self.source, self.model, len(self), len(self.others["row"]), pieces)


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkColumns:
    """A log in pieces, for logs too large for memory.

    source, model: as in `LandmarkLog`.   frames: T.   others: M, number of bystanders' poses.
    pieces: name, as in `COLUMNS` -> the rows of that array, in successive pieces.
    """

    source: SourceInfo
    model: str
    frames: int
    others: int
    pieces: Callable[[str], Iterator[NDArray[Any]]]

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a whole array."""
        return rows_of(name, self.frames, self.others), *COLUMNS[name][1]

    def checked(self, name: str) -> Iterator[NDArray[Any]]:
        """The pieces of an array, checked. ValueError if one has the wrong type or shape or is not finite."""
        for piece in self.pieces(name):
            check(name, piece, COLUMNS[name], len(piece))
            yield piece

    def log(self) -> LandmarkLog:
        """The whole log in memory, 1.1 KB per frame."""
        return LandmarkLog.of_arrays(self.source, self.model, {name: self._whole(name) for name in COLUMNS})

    def _whole(self, name: str) -> NDArray[Any]:
        whole = np.empty(self.shape(name), COLUMNS[name][0])
        row = 0
        for piece in self.pieces(name):
            whole[row : row + len(piece)] = piece
            row += len(piece)
        whole.setflags(write=False)  # a log does not copy read-only arrays
        return whole


_POINTS: Final = np.zeros((LANDMARK_COUNT, 3), np.float32)
_BLANK: Final = Pose(_POINTS, _POINTS, _POINTS[:, 0], _POINTS[:, 0], score=0.0, t=0.0)


def arrays_of(
    frames: Sequence[tuple[float, Pose | None]], others: Sequence[tuple[int, Pose]] = ()
) -> dict[str, NDArray[Any]]:
    """Arrays, named as in `COLUMNS`, of (time, pose or None) pairs and the bystanders' (number of the frame, pose)."""
    apart = {"row": np.array([row for row, _ in others], np.int64)} | _columns([pose for _, pose in others])
    return {
        "t": np.array([t for t, _ in frames], np.float64),
        "found": np.array([pose is not None for _, pose in frames], np.bool_),
        **_columns([_BLANK if pose is None else pose for _, pose in frames]),
        **{_PREFIX + name: array for name, array in apart.items()},
    }


def rows_of(name: str, frames: int, others: int) -> int:
    """Number of rows of the array called `name` in `COLUMNS`."""
    return others if name.startswith(_PREFIX) else frames


NO_OTHERS: Final[dict[str, NDArray[Any]]] = {
    name: np.zeros((0, *shape), kind) for name, (kind, shape) in COLUMNS.items() if name not in ARRAYS
}
"""The bystanders' arrays of a log without bystanders, named as in `COLUMNS`."""


def check(
    name: str, array: NDArray[Any], kind: tuple[type[np.generic], tuple[int, ...]], length: int
) -> None:
    """Check an array. ValueError if its type, shape or values are wrong."""
    wanted = (length, *kind[1])
    if array.dtype != kind[0] or array.shape != wanted:
        raise ValueError(f"{name} must be {wanted} {kind[0].__name__}, got {array.shape} {array.dtype}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are not finite")


def _checked(
    name: str, array: NDArray[Any], kind: tuple[type[np.generic], tuple[int, ...]], length: int
) -> NDArray[Any]:
    """A read-only copy of a checked array, or the array itself if it is read-only. ValueError if it is wrong."""
    check(name, array, kind, length)
    owner = array if array.base is None else array.base
    if isinstance(owner, np.ndarray) and not (owner.flags.writeable or array.flags.writeable):
        return array
    own: NDArray[Any] = array.copy()
    own.setflags(write=False)
    return own


def _columns(poses: Sequence[Pose]) -> dict[str, NDArray[Any]]:
    """The arrays of some poses."""
    attribute = {"person": "id"}
    return {
        name: np.array([getattr(pose, attribute.get(name, name)) for pose in poses], ARRAYS[name][0]).reshape(
            len(poses), *ARRAYS[name][1]
        )
        for name in POSE_ARRAYS
    }


def _pose(columns: Mapping[str, NDArray[Any]], i: int, t: float, model: str) -> Pose:
    """The pose in one row."""
    world, image, visibility, presence, score, person = (columns[name][i] for name in POSE_ARRAYS)
    return Pose(world, image, visibility, presence, float(score), t, id=int(person), model=model)
