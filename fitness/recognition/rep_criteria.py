"""What else must be so in a swing for it to be a rep: the postures of a described exercise, the limbs of a taught one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

import numpy as np

from fitness.recognition.embedding import LEGS, TRUNK
from fitness.recognition.exercises import Posture
from fitness.recognition.rep_candidate import Observation
from fitness.types import DoubleArray

_CARRYING: Final = ((LEGS, 0.6), (TRUNK, 0.5))
"""What carries the body, and how far it goes where it is part of a movement, in the embedding's numbers (metres in a body
whose trunk is half a metre long, and angles over 180 degrees). Legs: 0.1 in every number; those of a push-up seem to move by
0.05 as the body tips. Trunk: 50 degrees; a squat leans less. Arms are not among them: some squat with a bar on the back."""

_LEAST: Final = 0.4
"""The counter takes a way back of so much of the taught way for a swing; no carrying limb may go less."""


def postures_kept(limits: Sequence[Posture], span: Sequence[Observation], low: Sequence[Observation]) -> bool:
    """Whether the exercise's further limits are kept in a swing over `span` with its turning point in `low`."""
    for k, limit in enumerate(limits):
        start, turn, end = (
            span[0].postures_deg[k], median(s.postures_deg[k] for s in low), span[-1].postures_deg[k],
        )  # fmt: skip
        asked = {"turn": (turn,), "ends": (start, end), "start": (start,)}[limit.at]
        if not all(limit.least <= angle <= limit.most for angle in asked):
            return False
        if limit.at == "start" and (end - turn) * (start - turn) <= 0:
            return False
    return True


@dataclass(frozen=True, slots=True, eq=False)
class LimbMotion:
    """How the limbs that carry the body move between a taught exercise's turning points.

    columns: (C,) of the embedding; those of limb k are `columns[ends[k]:ends[k + 1]]`.   up, down: (C,) means there.
    """

    columns: np.ndarray[tuple[int], np.dtype[np.intp]]
    ends: tuple[int, ...]
    up: DoubleArray
    down: DoubleArray

    @classmethod
    def between(cls, up: DoubleArray, down: DoubleArray) -> LimbMotion:
        """From the mean embeddings (D,) of both turning points."""
        columns = np.concatenate([one for one, _ in _CARRYING])
        ends = (0, *np.cumsum([len(one) for one, _ in _CARRYING]).tolist())
        return cls(columns, ends, up[columns], down[columns])

    @property
    def carries(self) -> bool:
        """Whether one of them moves in the exercise."""
        return any(
            float(np.linalg.norm((self.down - self.up)[first:last])) >= size
            for (first, last), (_, size) in zip(pairwise(self.ends), _CARRYING, strict=True)
        )

    def seen(self, embedding: DoubleArray) -> DoubleArray:
        """(D,) -> (C,): what is looked at of one pose."""
        limbs: DoubleArray = embedding[self.columns]
        return limbs

    def kept(self, span: DoubleArray, low: DoubleArray) -> bool:
        """Whether every limb that moves in the exercise moves in a swing, and none that rests in it moves much.

        Args:
            span: (N, C) seen during the swing.   low: (K, C) around its turning point.
        """
        for (first, last), (_, size) in zip(pairwise(self.ends), _CARRYING, strict=True):
            limb = slice(first, last)
            way = self.down[limb] - self.up[limb]
            length = float(np.linalg.norm(way))
            turn = low[:, limb].mean(axis=0)
            if length >= size and float(((turn - span[:, limb]) @ way).max()) < _LEAST * length**2:
                return False
            moved = min(float(np.linalg.norm(turn - span[at, limb])) for at in (0, -1))
            if moved > length + size:
                return False
        return True
