"""Guides for known exercises: the labelled poses of a series folder give the phase of each pose.

The folder's `train_samples.csv` holds rows of name, class and 33 x 3 numbers in pixels; a class is an exercise and one of
its two turning points (`pushups_down`, `front_raise_s1`). Poses are compared in box coordinates, as the series are.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import SourceError
from fitness.recognition.repetition.phase_guide import PhaseGuide
from fitness.recognition.repetition.signals import channel
from fitness.skeleton import LANDMARK_COUNT, MIRROR
from fitness.types import DoubleArray

SAMPLES_FILE: Final = "train_samples.csv"
_CLASS: Final = re.compile(r"(.+)_(s1|s2|up|down)$")
_BOX: Final = 100.0
_NUMBERS: Final = 3 * LANDMARK_COUNT


def read_guides(folder: Path) -> dict[str, PhaseGuide]:
    """Name of an exercise as the file has it, letters only ("pushups") -> its guide.

    Raises SourceError if the file is missing or a row is damaged.
    """
    path = folder / SAMPLES_FILE
    poses: dict[str, dict[str, list[DoubleArray]]] = {}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            for line, row in enumerate(csv.reader(file), start=1):
                found = _CLASS.match(row[1]) if len(row) == _NUMBERS + 2 else None
                if found is None:
                    raise SourceError(
                        f"{path}, line {line}: expected a name, a class like pushups_down and {_NUMBERS} numbers"
                    )
                points = np.array(row[2:], np.float64).reshape(LANDMARK_COUNT, 3)
                poses.setdefault(_letters(found[1]), {}).setdefault(found[2], []).append(_boxed(points))
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise SourceError(f"{path}: labelled poses are needed to count known exercises ({error})") from error
    return {name: _guide(ends) for name, ends in poses.items() if len(ends) == 2}


def guide_for(exercise: str, guides: dict[str, PhaseGuide]) -> PhaseGuide | None:
    """The guide of "push-up" among those of "pushups", "bench_pressing" ...; None if there is none."""
    name = _letters(exercise)
    return next((guide for known, guide in guides.items() if known.startswith(name)), None)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _boxed(points: DoubleArray) -> DoubleArray:
    """(33, 3) pixels -> (33, 2) per cent of the box around them."""
    flat = points[:, :2] - points[:, :2].min(axis=0)
    box: DoubleArray = _BOX * flat / np.maximum(flat.max(axis=0), 1e-9)
    return box


def _guide(ends: dict[str, list[DoubleArray]]) -> PhaseGuide:
    first, last = ("s1", "s2") if "s1" in ends else ("up", "down")
    rows = [
        np.array([channel(p, "full") for one in ends[end] for p in (one, _mirrored(one))])
        for end in (first, last)
    ]
    return PhaseGuide(*rows)


def _mirrored(points: DoubleArray) -> DoubleArray:
    turned: DoubleArray = points[list(MIRROR)] * (-1, 1) + (_BOX, 0)
    return turned
