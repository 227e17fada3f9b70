"""Published CSV formats of pose samples: `name,class,33 x 3` in one file, or `name,33 x 3` with the class as file name.

Neither format states its coordinate space, so the user must. Only world landmarks in metres are accepted. Pixel
coordinates contain the camera's perspective and a different depth, so the two must not be mixed in one classifier.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import OptionError, SamplesError
from fitness.plural import some
from fitness.recognition.exercises import OTHER
from fitness.recognition.samples import SPACE, PoseSamples
from fitness.skeleton import LANDMARK_COUNT

SPACES: Final = ("pixels", SPACE)
_VALUES: Final = 3 * LANDMARK_COUNT


def read_published(name: str, file: Path, space: str) -> PoseSamples:
    """The samples of the exercise `name` in a published file.

    The ending of a class name (`squats_down`) makes it up, down or other. With one file per class, `file` may be the
    folder of the files.

    Raises:
        OptionError: the space is not world metres, or the class of a turning point is missing.
        SamplesError: a line is broken; the text names file and line.
    """
    if space not in SPACES:
        raise OptionError(f"--space must be one of {', '.join(SPACES)}; got '{space}'")
    if space != SPACE:
        raise OptionError(
            f"samples in {space} cannot be mixed with the world landmarks ({SPACE}) that are counted here; "
            "teach from the pictures themselves instead"
        )
    files = sorted(file.glob("*.csv")) if file.is_dir() else [file]
    rows = [row for one in files for row in _rows(one)]
    kept = [(label, source, values) for source, given, values in rows if (label := _label(name, given))]
    for side in ("up", "down"):
        if not any(label == f"{name}_{side}" for label, _, _ in kept):
            classes = ", ".join(sorted({given for _, given, _ in rows})) or "none"
            raise OptionError(
                f"{file} holds no class that ends in _{side} for {name}; its classes: {classes}"
            )
    world = np.array([values for _, _, values in kept], dtype=np.float32).reshape(-1, LANDMARK_COUNT, 3)
    return PoseSamples(world, tuple(row[0] for row in kept), tuple(row[1] for row in kept))


def _label(name: str, given: str) -> str | None:
    """This program's class for a published class; None if it belongs to another exercise."""
    plain, _, side = given.lower().replace(" ", "_").rpartition("_")
    if given.lower() == OTHER:
        return OTHER
    same = plain.rstrip("s").replace("_", "").replace("-", "") == name.rstrip("s").replace("-", "")
    return f"{name}_{side}" if same and side in ("up", "down") else None


def _rows(file: Path) -> list[tuple[str, str, list[float]]]:
    """Yield (source, class, 99 numbers) for each line."""
    rows = []
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            for number, row in enumerate(csv.reader(lines), 1):
                if len(row) not in (_VALUES + 1, _VALUES + 2):
                    problem = f"expected a name, perhaps a class, and {_VALUES} numbers; got {some(len(row), 'value')}"
                    raise SamplesError(file, problem, line=number)
                try:
                    values = [float(value) for value in row[-_VALUES:]]
                except ValueError:
                    raise SamplesError(file, "a coordinate is not a number", line=number) from None
                if not all(map(math.isfinite, values)):
                    raise SamplesError(file, "a coordinate is not finite", line=number)
                rows.append((row[0], row[1] if len(row) == _VALUES + 2 else file.stem, values))
    except (OSError, UnicodeDecodeError) as error:
        raise SamplesError(file, str(error)) from None
    return rows
