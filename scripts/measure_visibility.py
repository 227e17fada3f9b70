"""Compares the visibility that two landmark models report in the same frames.

    scripts/bench counting clips --videos DIR --truth TABLE --landmarks FULL
    scripts/bench counting changes --videos DIR --truth TABLE --landmarks OTHER --change heavy-model
    python scripts/measure_visibility.py FULL OTHER/heavy-model

Frames in which both found the same person are compared: shoulders and hips at most 40 pixels apart. The line is fitted to
the quantiles from .005 to .6 of 13 landmarks: those of the joints that are not clearly visible.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.session import read_landmarks
from fitness.types import DoubleArray, FloatArray
from scripts.training.logs import USED

_SAME_PX: Final = 40.0
_CORNERS: Final = [11, 12, 23, 24]
_QUANTILES: Final = np.linspace(0.005, 0.6, 100)
_ROUNDING: Final = 1e-4
_SHOWN: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)


def pairs(first: Path, second: Path) -> Iterator[tuple[FloatArray, FloatArray]]:
    """The visibilities (13,) of both models in each frame in which they found the same person."""
    for path in sorted(second.glob("*.landmarks.npz")):
        if not (first / path.name).is_file():
            continue
        known = {
            round(t, 3): pose for t, pose in read_landmarks(first / path.name).poses() if pose is not None
        }
        for t, pose in read_landmarks(path).poses():
            other = known.get(round(t, 3))
            if pose is None or other is None:
                continue
            apart = np.abs(pose.image[_CORNERS, :2] - other.image[_CORNERS, :2]).max()
            if apart < _SAME_PX:
                yield other.visibility[USED], pose.visibility[USED]


def line(one: DoubleArray, other: DoubleArray) -> tuple[float, float]:
    """(a, b): the logits of the quantiles of `one` are about a + b times those of `other`."""
    y, x = (_logit(np.quantile(values, _QUANTILES)) for values in (one, other))
    slope, shift = np.polyfit(x, y, 1)
    return float(shift), float(slope)


def _logit(values: DoubleArray) -> DoubleArray:
    kept = np.clip(values, _ROUNDING, 1 - _ROUNDING)
    logit: DoubleArray = np.log(kept) - np.log(1 - kept)
    return logit


def main() -> None:
    """Print the line and some quantiles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("first", type=Path, help="landmark logs of the full model")
    parser.add_argument("second", type=Path, help="landmark logs of another model, of the same recordings")
    chosen = parser.parse_args()
    found = list(pairs(chosen.first, chosen.second))
    if not found:
        parser.error("the folders have no frames in common in which the same person was found")
    one, other = (np.concatenate(part).astype(np.float64) for part in zip(*found, strict=True))
    shift, slope = line(one, other)
    print(f"{len(found)} frames: logit of the first = {shift:.2f} + {slope:.2f} x logit of the second")
    print("quantile  first  second")
    for share in _SHOWN:
        print(f"{share:8g}  {np.quantile(one, share):5.3f}  {np.quantile(other, share):6.3f}")


if __name__ == "__main__":
    main()
