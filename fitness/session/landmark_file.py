"""The landmark log as a compressed .npz file."""

from __future__ import annotations

import math
import os
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.lib.format import dtype_to_descr, write_array, write_array_header_1_0
from numpy.typing import NDArray

from fitness.errors import SourceError
from fitness.media.info import SourceInfo
from fitness.session.landmarks import ARRAYS, COLUMNS, NO_OTHERS, OTHERS, LandmarkColumns, LandmarkLog
from fitness.session.output import whole_file
from fitness.types import JsonDict

LOG_VERSION: Final = 2
"""Version 1 had one person per frame, without an id; it can still be read."""

MAX_FRAMES: Final = 600_000
"""Frame limit of a log to read: five and a half hours at 30 fps, 0.7 GB in memory."""

_LOAD_ERRORS: Final = (
    OSError, ValueError, TypeError, AttributeError, EOFError, MemoryError, NotImplementedError, RuntimeError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What numpy.load raises for damaged files and files of another kind."""

_SCALARS: Final = ("name", "model", "width", "height", "fps", "duration_s")


def write_landmarks(path: str | os.PathLike[str], log: LandmarkLog | LandmarkColumns) -> None:
    """Write the log as compressed .npz, piece by piece; the file appears completely or not at all.

    The file is the same as that of `numpy.savez_compressed`, which would need 45 MB of memory for half an hour.

    Raises:
        OutputError: the file cannot be written.
        ValueError: an array has the wrong type or shape, or is not finite.
    """
    columns = log.columns() if isinstance(log, LandmarkLog) else log
    with whole_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in _single_values(columns).items():
            with _member(archive, name) as member:
                write_array(member, np.asarray(value), allow_pickle=False)
        for name, (kind, _) in COLUMNS.items():
            with _member(archive, name) as member:
                header = {"descr": dtype_to_descr(np.dtype(kind)), "fortran_order": False}
                write_array_header_1_0(member, {**header, "shape": columns.shape(name)})
                for piece in columns.checked(name):
                    member.write(piece.tobytes())


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    return archive.open(f"{name}.npy", "w", force_zip64=True)  # as NumPy does for every length


def _single_values(columns: LandmarkColumns) -> dict[str, np.generic]:
    source = columns.source
    return {
        "version": np.int64(LOG_VERSION),
        "name": np.str_(source.name),
        "model": np.str_(columns.model),
        "width": np.int64(source.width),
        "height": np.int64(source.height),
        "fps": np.float64(source.fps),
        "duration_s": np.float64(source.duration_s),
    }


def read_landmarks(path: str | os.PathLike[str]) -> LandmarkLog:
    """Read the log that `write_landmarks` wrote.

    Raises:
        SourceError: the file is missing, not a landmark log, damaged, or of another version.
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
        return LandmarkLog.of_arrays(source, str(values["model"]), arrays)
    except (ValueError, TypeError) as error:
        raise SourceError(f"{path}: damaged landmark log: {error}") from error


def _check_sizes(path: Path, file: Any) -> None:
    """Refuse a log that would unpack to more than `MAX_FRAMES` frames need, before unpacking anything."""
    kinds = (*ARRAYS.values(), OTHERS["row"])
    frame_bytes = sum(np.dtype(kind).itemsize * math.prod(shape) for kind, shape in kinds)
    if sum(member.file_size for member in file.zip.infolist()) > MAX_FRAMES * frame_bytes:
        raise SourceError(f"{path}: the log is too long; the limit is {MAX_FRAMES} frames")


def _load(path: Path) -> tuple[JsonDict, JsonDict]:
    """The single values and the per-frame arrays of a log file, not yet checked."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise SourceError(f"{path} is a pipe or device; name a .landmarks.npz file")
        with open(path, "rb") as data, np.load(data, allow_pickle=False) as file:
            _check_sizes(path, file)
            version = int(file["version"])
            if version == 1:
                arrays = {name: file[name] for name in ARRAYS if name != "person"}
                arrays["person"] = np.zeros(len(arrays["found"]), np.int32)
                return {name: file[name][()] for name in _SCALARS}, arrays | NO_OTHERS
            if version == LOG_VERSION:
                return {name: file[name][()] for name in _SCALARS}, {
                    name: _unwritable(file[name]) for name in COLUMNS
                }
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
        " record it again or use a newer version"
    )


def _unwritable(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, made read-only, so that a log need not copy it."""
    for owner in (array, array.base):
        if isinstance(owner, np.ndarray):
            owner.setflags(write=False)
    return array
