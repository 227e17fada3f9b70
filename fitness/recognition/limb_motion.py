"""Checks that the limbs which carry the body move in a swing as they do in a taught exercise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from fitness.recognition.embedding import LEGS, TRUNK
from fitness.types import DoubleArray

_CARRYING: Final = ((LEGS, 0.6), (TRUNK, 0.5))
"""The embedding columns of each part that carries the body, and how far the part moves if it takes part in an exercise.

The unit is that of the embedding: metres in a body whose trunk is half a metre long, and angles divided by 180 degrees.
Legs: the length of a change by 0.1 in each column; the legs of a push-up seem to move by 0.05 each as the body tips. Trunk:
a tilt of 50 degrees; squats lean less. Arms are left out, because they may hold a bar on the back.
"""

_LEAST_WAY: Final = 0.4
"""Minimum share of the taught movement that each carrying part makes. The counter accepts the same share of the angle."""


@dataclass(frozen=True, slots=True, eq=False)
class LimbMotion:
    """How the parts that carry the body move between the turning points of a taught exercise.

    columns: (C,) columns of the embedding; part k has `columns[ends[k]:ends[k + 1]]`.
    up, down: (C,) means of these columns at the upper and the lower turning point.
    """

    columns: np.ndarray[tuple[int], np.dtype[np.intp]]
    ends: tuple[int, ...]
    up: DoubleArray
    down: DoubleArray

    @classmethod
    def between(cls, up: DoubleArray, down: DoubleArray) -> LimbMotion:
        """The motion between two mean embeddings (D,), one for each turning point."""
        columns = np.concatenate([one for one, _ in _CARRYING])
        ends = (0, *np.cumsum([len(one) for one, _ in _CARRYING]).tolist())
        return cls(columns, ends, up[columns], down[columns])

    @property
    def carries(self) -> bool:
        """Whether a carrying part moves in the exercise."""
        return any(
            float(np.linalg.norm((self.down - self.up)[first:last])) >= size
            for (first, last), (_, size) in zip(pairwise(self.ends), _CARRYING, strict=True)
        )

    def select(self, embedding: DoubleArray) -> DoubleArray:
        """The columns of the carrying parts: (D,) -> (C,)."""
        limbs: DoubleArray = embedding[self.columns]
        return limbs

    def matches(self, span: DoubleArray, low: DoubleArray) -> bool:
        """Whether each part that moves in the exercise moves in a swing, and none that rests in it moves far.

        Args:
            span: (N, C) from the start of the swing to its end.   low: (K, C) around its turning point.
        """
        for (first, last), (_, size) in zip(pairwise(self.ends), _CARRYING, strict=True):
            limb = slice(first, last)
            way = self.down[limb] - self.up[limb]
            length = float(np.linalg.norm(way))
            turn = low[:, limb].mean(axis=0)
            if length >= size and float(((turn - span[:, limb]) @ way).max()) < _LEAST_WAY * length**2:
                return False
            moved = min(float(np.linalg.norm(turn - span[at, limb])) for at in (0, -1))
            if moved > length + size:
                return False
        return True
