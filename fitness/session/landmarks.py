"""The replayable log: every frame's time and pose, bit for bit, in one compressed .npz file."""

from __future__ import annotations

import math
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.errors import SourceError
from fitness.media.info import SourceInfo
from fitness.session.output import whole_file
from fitness.skeleton import LANDMARK_COUNT
from fitness.types import DoubleArray, FloatArray, JsonDict, Pose

BoolArray: TypeAlias = NDArray[np.bool_]

LOG_VERSION: Final = 1

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
}
"""Per frame arrays: element type, and shape after the leading T."""

_LOAD_ERRORS: Final = (
    OSError, ValueError, TypeError, AttributeError, EOFError, MemoryError, NotImplementedError,
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
    visibility, presence: (T, 33) float32, 0..1.   score: (T,) float64, 0..1.

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

    def __post_init__(self) -> None:
        for name, (kind, shape) in _ARRAYS.items():
            array = getattr(self, name)
            wanted = (len(self.t), *shape)
            if array.dtype != kind or array.shape != wanted:
                raise ValueError(f"{name} must be {wanted} {kind.__name__}, got {array.shape} {array.dtype}")
            if not np.isfinite(array).all():
                raise ValueError(f"{name} holds values that are not finite")
            own = array.copy()
            own.setflags(write=False)
            object.__setattr__(self, name, own)
        if (np.diff(self.t) <= 0).any():
            raise ValueError("t must increase from frame to frame")

    def __len__(self) -> int:
        return len(self.t)

    def poses(self) -> Iterator[tuple[float, Pose | None]]:
        """Each frame's time in seconds and its pose (with `roi` None), or None where nobody was found."""
        for i, t in enumerate(self.t.tolist()):
            if not self.found[i]:
                yield t, None
                continue
            yield (
                t,
                Pose(
                    self.world[i],
                    self.image[i],
                    self.visibility[i],
                    self.presence[i],
                    float(self.score[i]),
                    t,
                ),
            )

    @classmethod
    def of(cls, source: SourceInfo, model: str, frames: list[tuple[float, Pose | None]]) -> LandmarkLog:
        """A log of (time, pose or None) pairs."""
        points = np.zeros((LANDMARK_COUNT, 3), np.float32)
        blank = Pose(points, points, points[:, 0], points[:, 0], score=0.0, t=0.0)
        poses = [blank if pose is None else pose for _, pose in frames]
        columns: dict[str, Any] = {
            name: np.array([getattr(pose, name) for pose in poses], kind).reshape(len(poses), *shape)
            for name, (kind, shape) in _ARRAYS.items()
            if name not in ("t", "found")
        }
        t = np.array([t for t, _ in frames], np.float64)
        found = np.array([pose is not None for _, pose in frames], np.bool_)
        return cls(source, model, t=t, found=found, **columns)


def write_landmarks(path: str | os.PathLike[str], log: LandmarkLog) -> None:
    """Write the log as compressed .npz, whole or not at all.

    Raises:
        OutputError: the place cannot be written.
    """
    source = log.source
    arrays: dict[str, Any] = {name: getattr(log, name) for name in _ARRAYS}
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
        return LandmarkLog(source, str(values["model"]), **arrays)
    except (ValueError, TypeError) as error:
        raise SourceError(f"{path}: damaged landmark log: {error}") from error


def _check_sizes(path: Path, file: Any) -> None:
    """Refuse a log whose parts would unpack to more than `MAX_FRAMES` need, before any of it is unpacked."""
    frame_bytes = sum(np.dtype(kind).itemsize * math.prod(shape) for kind, shape in _ARRAYS.values())
    if sum(member.file_size for member in file.zip.infolist()) > MAX_FRAMES * frame_bytes:
        raise SourceError(f"{path}: the log is too long; the limit is {MAX_FRAMES} frames")


def _load(path: Path) -> tuple[JsonDict, JsonDict]:
    """The single values and the per-frame arrays of a log file, not checked yet."""
    try:
        with open(path, "rb") as data, np.load(data, allow_pickle=False) as file:
            _check_sizes(path, file)
            version = int(file["version"])
            if version == LOG_VERSION:
                return {name: file[name][()] for name in _SCALARS}, {name: file[name] for name in _ARRAYS}
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
