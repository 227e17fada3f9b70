"""Reads and writes pose samples: one CSV for each pose class, each row a source and 33 world landmarks.

The first line names the coordinate space, so that samples of different spaces are never mixed:

    # fitness pose samples; space=world-metres
    source,x0,y0,z0,...,x32,y32,z32

The name of the file is the class: `squat_down.csv` has poses of the lower turning point of a squat. `other.csv` has poses
of none of the other classes.
"""

from __future__ import annotations

import csv
import math
import os
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import SamplesError
from fitness.plural import some
from fitness.skeleton import LANDMARK_COUNT
from fitness.types import FloatArray, frozen_array

SPACE: Final = "world-metres"
_MAGIC: Final = "# fitness pose samples; space="
HEADER: Final = ("source", *(f"{axis}{i}" for i in range(LANDMARK_COUNT) for axis in "xyz"))
_DECIMALS: Final = 4
MAX_SAMPLES: Final = 20_000
"""Maximum number of samples in a folder: each frame is compared with all. Some hundreds come with the program."""

_MAX_BYTES: Final = 50_000_000
_MAX_FLOAT32: Final = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True, eq=False)
class PoseSamples:
    """Labelled poses.

    world: (N, 33, 3) metres, as `Pose.world`.   labels: N pose classes.   sources: N names of the origin of each.
    """

    world: FloatArray
    labels: tuple[str, ...]
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        count = len(self.labels)
        object.__setattr__(self, "world", frozen_array(self.world, (count, LANDMARK_COUNT, 3), "world"))
        if len(self.sources) != count:
            raise ValueError(f"sources must have {count} entries, got {len(self.sources)}")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def classes(self) -> tuple[str, ...]:
        """The pose classes, sorted."""
        return tuple(sorted(set(self.labels)))

    def select(self, keep: Iterable[bool]) -> PoseSamples:
        """The samples for which `keep` (N booleans) is true."""
        index = np.flatnonzero(np.fromiter(keep, dtype=bool, count=len(self)))
        return PoseSamples(
            self.world[index],
            tuple(self.labels[i] for i in index),
            tuple(self.sources[i] for i in index),
        )


def load_samples(folder: str | os.PathLike[str]) -> PoseSamples:
    """Read all `*.csv` of a folder.

    Raises:
        SamplesError: there are none, or one is damaged; the message has file, line and column.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SamplesError(folder, "there is no such folder of pose samples")
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise SamplesError(folder, "the folder holds no pose samples (*.csv)")
    world = array("f")  # takes 0.4 KB for each sample, a list of numbers 10
    labels: list[str] = []
    sources: list[str] = []
    for file in files:
        for source, values in _read(file):
            if len(labels) == MAX_SAMPLES:
                raise SamplesError(
                    folder, f"the folder holds more than {MAX_SAMPLES} samples; leave some out"
                )
            world.extend(values)
            labels.append(file.stem)
            sources.append(source)
    if not labels:
        raise SamplesError(folder, "the files hold no samples")
    poses = np.frombuffer(world, np.float32).reshape(-1, LANDMARK_COUNT, 3)
    return PoseSamples(poses, tuple(labels), tuple(sources))


def save_samples(samples: PoseSamples, folder: Path) -> list[Path]:
    """Write one CSV for each class into `folder`, which is created if needed; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in samples.classes:
        path = folder / f"{name}.csv"
        rows = [i for i, label in enumerate(samples.labels) if label == name]
        with path.open("w", newline="", encoding="utf-8") as file:
            file.write(f"{_MAGIC}{SPACE}\n")
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            for i in rows:
                values = (f"{v:.{_DECIMALS}f}" for v in samples.world[i].ravel())
                writer.writerow([samples.sources[i], *values])
        written.append(path)
    return written


def _read(path: Path) -> Iterator[tuple[str, list[float]]]:
    """The rows of one file: source and 99 numbers."""
    try:
        if not path.is_file():
            raise SamplesError(path, "not a file")
        if path.stat().st_size > _MAX_BYTES:
            raise SamplesError(path, f"larger than {_MAX_BYTES // 1_000_000} MB; pose samples are small")
        with path.open(newline="", encoding="utf-8-sig") as file:  # a spreadsheet may have put a mark first
            _check_space(path, file.readline().rstrip(",\r\n"))  # and filled the line with commas
            yield from _rows(path, file)
    except UnicodeDecodeError as error:
        raise SamplesError(path, f"not a text file ({error.reason} at byte {error.start})") from None
    except OSError as error:
        raise SamplesError(path, error.strerror or str(error)) from None


def _check_space(path: Path, first: str) -> None:
    if not first.startswith(_MAGIC):
        raise SamplesError(path, f"the first line must be '{_MAGIC}{SPACE}'", line=1)
    if first != f"{_MAGIC}{SPACE}":
        space = first[len(_MAGIC) :]
        raise SamplesError(path, f"coordinate space '{space}' is not supported, only '{SPACE}'", line=1)


def _rows(path: Path, lines: Iterable[str]) -> Iterator[tuple[str, list[float]]]:
    """The rows after the first line; a row may span lines, where a source's name does."""
    reader = csv.reader(lines, strict=True)
    try:
        if tuple(next(reader, ())) != HEADER:
            raise SamplesError(path, "the header must be source,x0,y0,z0,...,x32,y32,z32", line=2)
        line = reader.line_num + 2
        for row in reader:
            if row:
                yield _row(path, line, row)
            line = reader.line_num + 2
    except csv.Error as error:
        raise SamplesError(path, f"not a CSV file ({error})", line=reader.line_num + 1) from None


def _row(path: Path, line: int, row: list[str]) -> tuple[str, list[float]]:
    if len(row) != len(HEADER):
        raise SamplesError(path, f"{some(len(row), 'column')} where {len(HEADER)} are needed", line=line)
    try:
        values = list(map(float, row[1:]))
        if math.isfinite(sum(values)) and max(map(abs, values)) <= _MAX_FLOAT32:
            return row[0], values
    except ValueError:
        pass
    name, cell, problem = _first_bad(row)
    raise SamplesError(path, f"'{cell}' is not {problem}", line=line, column=name)


def _usable(value: float) -> bool:
    return -_MAX_FLOAT32 <= value <= _MAX_FLOAT32  # not so for NaN


def _first_bad(row: list[str]) -> tuple[str, str, str]:
    """The first cell of a row that is not a usable number: column, text, and what it should be."""
    for name, cell in zip(HEADER[1:], row[1:], strict=True):
        try:
            if not _usable(float(cell)):
                return name, cell, "a finite number"
        except ValueError:
            return name, cell, "a number"
    raise AssertionError("the row is good")
