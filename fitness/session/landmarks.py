"""The replayable log: every frame's time and pose, bit for bit, in one compressed .npz file."""

from __future__ import annotations

import math
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.errors import SourceError
from fitness.media.info import SourceInfo
from fitness.session.output import whole_file
from fitness.skeleton import LANDMARK_COUNT
from fitness.types import DoubleArray, FloatArray, JsonDict, Pose

BoolArray: TypeAlias = NDArray[np.bool_]

LOG_VERSION: Final = 2
"""1 had one person a frame, without an id; it is still read."""

MAX_FRAMES: Final = 1_000_000
"""Longest log that is read: nine hours at 30 frames a second, a gigabyte in memory."""

_ARRAYS: Final[dict[str, tuple[type[np.generic], tuple[int, ...]]]] = {
    "t": (np.float64, ()),
    "found": (np.bool_, ()),
    "world": (np.float32, (LANDMARK_COUNT, 3)),
    "image": (np.float32, (LANDMARK_COUNT, 3)),
    "visibility": (np.float32, (LANDMARK_COUNT,)),
    "presence": (np.float32, (LANDMARK_COUNT,)),
    "score": (np.float64, ()),
    "person": (np.int32, ()),
}
"""Per frame arrays: element type, and shape after the leading T."""

OTHERS: Final[dict[str, tuple[type[np.generic], tuple[int, ...]]]] = {
    "row": (np.int64, ()),
    **{name: kind for name, kind in _ARRAYS.items() if name not in ("t", "found")},
}
"""Arrays of the people who were not counted: element type, and shape after the leading M."""

_PREFIX: Final = "other_"

_LOAD_ERRORS: Final = (
    OSError, ValueError, TypeError, AttributeError, EOFError, MemoryError, NotImplementedError, RuntimeError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What numpy.load raises for files that are not, or no longer, what it wrote."""

_SCALARS: Final = ("name", "model", "width", "height", "fps", "duration_s")


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkLog:
    """All poses of a session, T frames; counting them again gives the same result to the bit.

    source: the stream they come from; its `frames` is T.   model: name of the landmark model.
    t: (T,) float64, seconds, increasing.   found: (T,) bool; the rows below are 0 where it is False.
    world: (T, 33, 3) float32, metres, as in Pose.   image: (T, 33, 3) float32, pixels of the source.
    visibility, presence: (T, 33) float32, 0..1.   score: (T,) float64, 0..1.   person: (T,) int32, as Pose's id; empty: 0.
    others: arrays of the M poses of people who were not counted, as `OTHERS` names them; "row" (M,) is their frame's
        number, never decreasing.

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
    others: Mapping[str, NDArray[Any]] = field(default_factory=lambda: no_others())

    def __post_init__(self) -> None:
        if not len(self.person):
            object.__setattr__(self, "person", np.zeros(len(self.t), np.int32))
        for name, kind in _ARRAYS.items():
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
        """Each frame's time in seconds and its pose (with `roi` None), or None where nobody was found."""
        columns: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in _POSE}
        for i, t in enumerate(self.t.tolist()):
            yield t, _pose(columns, i, t) if self.found[i] else None

    def people(self) -> Iterator[tuple[float, tuple[Pose, ...]]]:
        """Each frame's time in seconds and everybody in it, the counted person first."""
        other, rows = 0, self.others["row"].tolist()
        for i, (t, pose) in enumerate(self.poses()):
            people = [] if pose is None else [pose]
            while other < len(rows) and rows[other] == i:
                people.append(_pose(self.others, other, t))
                other += 1
            yield t, tuple(people)

    def part(self, rows: slice) -> LandmarkLog:
        """A log of some of the frames, a slice without a step."""
        start, stop, _ = rows.indices(len(self))
        first, last = np.searchsorted(self.others["row"], [start, stop])
        others = {name: array[first:last] for name, array in self.others.items()}
        others["row"] = others["row"] - start
        arrays: dict[str, Any] = {name: getattr(self, name)[rows] for name in _ARRAYS}
        return LandmarkLog(self.source, self.model, **arrays, others=others)

    def counted_alone(self, t: float) -> LandmarkLog:
        """The person who is counted at `t` seconds, before that too; frames before in which only others were are empty.

        Until somebody completes a rep, the person whom the tracker found first stands in front.
        """
        row = min(int(np.searchsorted(self.t, t)), len(self) - 1)
        if row < 0 or not self.found[row]:
            return self
        if not len(self.others["row"]) and (self.person[:row] == self.person[row]).all():
            return self  # nobody else was there
        arrays: dict[str, Any] = {name: getattr(self, name).copy() for name in _ARRAYS}
        arrays["found"][:row] &= self.person[:row] == self.person[row]
        mine = (self.others["person"] == self.person[row]) & (self.others["row"] < row)
        places = self.others["row"][mine]
        arrays["found"][places] = True
        for name in _POSE:
            arrays[name][places] = self.others[name][mine]
        return LandmarkLog(self.source, self.model, **arrays)

    @classmethod
    def of(
        cls,
        source: SourceInfo,
        model: str,
        frames: Sequence[tuple[float, Pose | None]],
        others: Sequence[tuple[int, Pose]] = (),
    ) -> LandmarkLog:
        """A log of (time, pose or None) pairs.   others: (number of the frame, pose) of who was not counted."""
        return cls(source, model, **arrays_of(frames, others))


_POSE: Final = tuple(name for name in _ARRAYS if name not in ("t", "found"))
_POINTS: Final = np.zeros((LANDMARK_COUNT, 3), np.float32)
_BLANK: Final = Pose(_POINTS, _POINTS, _POINTS[:, 0], _POINTS[:, 0], score=0.0, t=0.0)


def arrays_of(
    frames: Sequence[tuple[float, Pose | None]], others: Sequence[tuple[int, Pose]] = ()
) -> JsonDict:
    """The arrays of a log, by name, of (time, pose or None) pairs and (number of the frame, pose) of the others."""
    rows = np.array([row for row, _ in others], np.int64)
    return {
        "t": np.array([t for t, _ in frames], np.float64),
        "found": np.array([pose is not None for _, pose in frames], np.bool_),
        **_columns([_BLANK if pose is None else pose for _, pose in frames]),
        "others": {"row": rows} | _columns([pose for _, pose in others]),
    }


def no_others() -> dict[str, NDArray[Any]]:
    """The arrays of a log in which nobody else was seen."""
    return {name: np.zeros((0, *shape), kind) for name, (kind, shape) in OTHERS.items()}


def _checked(
    name: str, array: NDArray[Any], kind: tuple[type[np.generic], tuple[int, ...]], length: int
) -> NDArray[Any]:
    """A read-only copy of an array, or itself where nobody can write to it; ValueError if it is not as it must be."""
    wanted = (length, *kind[1])
    if array.dtype != kind[0] or array.shape != wanted:
        raise ValueError(f"{name} must be {wanted} {kind[0].__name__}, got {array.shape} {array.dtype}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are not finite")
    if array.base is None and not array.flags.writeable:
        return array
    own: NDArray[Any] = array.copy()
    own.setflags(write=False)
    return own


def _columns(poses: Sequence[Pose]) -> dict[str, NDArray[Any]]:
    """The arrays of some poses."""
    attribute = {"person": "id"}
    return {
        name: np.array(
            [getattr(pose, attribute.get(name, name)) for pose in poses], _ARRAYS[name][0]
        ).reshape(len(poses), *_ARRAYS[name][1])
        for name in _POSE
    }


def _pose(columns: Mapping[str, NDArray[Any]], i: int, t: float) -> Pose:
    """The pose in one row."""
    return Pose(
        columns["world"][i],
        columns["image"][i],
        columns["visibility"][i],
        columns["presence"][i],
        float(columns["score"][i]),
        t,
        id=int(columns["person"][i]),
    )


def write_landmarks(path: str | os.PathLike[str], log: LandmarkLog) -> None:
    """Write the log as compressed .npz, whole or not at all.

    Raises:
        OutputError: the place cannot be written.
    """
    source = log.source
    arrays: dict[str, Any] = {name: getattr(log, name) for name in _ARRAYS}
    arrays |= {_PREFIX + name: array for name, array in log.others.items()}
    with whole_file(path) as file:
        np.savez_compressed(
            file,
            version=np.int64(LOG_VERSION),
            name=np.str_(source.name),
            model=np.str_(log.model),
            width=np.int64(source.width),
            height=np.int64(source.height),
            fps=np.float64(source.fps),
            duration_s=np.float64(source.duration_s),
            **arrays,
        )


def read_landmarks(path: str | os.PathLike[str]) -> LandmarkLog:
    """The log that `write_landmarks` wrote.

    Raises:
        SourceError: the file is missing, not such a log, damaged, or of another version.
    """
    path = Path(path)
    values, arrays = _load(path)
    try:
        source = SourceInfo(
            name=str(values["name"]),
            duration_s=float(values["duration_s"]),
            fps=float(values["fps"]),
            width=int(values["width"]),
            height=int(values["height"]),
            frames=len(arrays["t"]),
        )
        others = {name: arrays.pop(_PREFIX + name) for name in OTHERS}
        return LandmarkLog(source, str(values["model"]), **arrays, others=others)
    except (ValueError, TypeError) as error:
        raise SourceError(f"{path}: damaged landmark log: {error}") from error


def _check_sizes(path: Path, file: Any) -> None:
    """Refuse a log whose parts would unpack to more than `MAX_FRAMES` need, before any of it is unpacked."""
    kinds = (*_ARRAYS.values(), OTHERS["row"])
    frame_bytes = sum(np.dtype(kind).itemsize * math.prod(shape) for kind, shape in kinds)
    if sum(member.file_size for member in file.zip.infolist()) > MAX_FRAMES * frame_bytes:
        raise SourceError(f"{path}: the log is too long; the limit is {MAX_FRAMES} frames")


def _load(path: Path) -> tuple[JsonDict, JsonDict]:
    """The single values and the per-frame arrays of a log file, not checked yet."""
    try:
        with open(path, "rb") as data, np.load(data, allow_pickle=False) as file:
            _check_sizes(path, file)
            version = int(file["version"])
            if version == 1:
                arrays = {name: file[name] for name in _ARRAYS if name != "person"}
                arrays["person"] = np.zeros(len(arrays["found"]), np.int32)
                arrays |= {_PREFIX + name: array for name, array in no_others().items()}
                return {name: file[name][()] for name in _SCALARS}, arrays
            if version == LOG_VERSION:
                names = (*_ARRAYS, *(_PREFIX + name for name in OTHERS))
                return {name: file[name][()] for name in _SCALARS}, {name: file[name] for name in names}
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file; check the path") from error
    except IsADirectoryError as error:
        raise SourceError(f"{path} is a folder; name a .landmarks.npz file in it") from error
    except KeyError as error:
        raise SourceError(f"{path}: not a landmark log, or of another program; {error.args[0]}") from error
    except _LOAD_ERRORS as error:
        raise SourceError(f"{path}: not a landmark log, or damaged; copy or record it again") from error
    raise SourceError(
        f"{path}: landmark log of version {version}, this program reads {LOG_VERSION};"
        " record it again or use a newer program"
    )
