"""Finds the cycles of a repeated motion with the poses in them, and compares the motion of two sets.

The counter of repeated motion says when each cycle began, turned and ended. Its poses are sampled at sixteen phases, so that
cycles of any tempo can be averaged and compared.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.recognition.embedding import mirror_embedding
from fitness.recognition.repetition.counter import PeriodicityCounter, PeriodicityOptions
from fitness.recognition.repetition.half_cycles import PeriodicRep
from fitness.types import DoubleArray, FloatArray

PHASES: Final = 16
"""P: half of the phases are before the turning point, half from it on."""

_MEMORY_S: Final = 45.0
"""How long poses are remembered, seconds. The longest cycle lasts 8 s, and is decided at most 16 s after its end."""
_EVERY: Final = 3
"""The motion is analysed five times a second, at every third sample."""
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """One cycle of a repeated motion.

    t_start, t_turn, t_end: seconds.
    poses: (16, D) embeddings at evenly spaced times, eight up to the turning point and eight from it on.
    decided_s: time at which it was decided, seconds; infinite while it is not.
    """

    t_start: float
    t_turn: float
    t_end: float
    poses: DoubleArray
    decided_s: float = math.inf


class CycleFinder:
    """Takes the poses of one person in time order.

    pending: cycles that are not decided yet, in time order.
    """

    def __init__(self) -> None:
        self._counter = PeriodicityCounter(PeriodicityOptions(every=_EVERY))
        self._times: deque[float] = deque()
        self._embeddings: deque[DoubleArray] = deque()
        self._undecided: tuple[PeriodicRep, ...] = ()
        self.pending: tuple[Cycle, ...] = ()

    def step(self, t: float, world: FloatArray | None, embedding: DoubleArray | None) -> list[Cycle]:
        """Add the pose at `t` seconds; return the cycles that are decided. `pending` is updated.

        Args:
            world: (33, 3) metres.   embedding: (D,) of the same pose. Both are None where the person was not found.
        """
        if embedding is not None:
            self._times.append(t)
            self._embeddings.append(embedding)
        state = self._counter.step(t, world)
        if state.pending_reps is not self._undecided:
            self._undecided = state.pending_reps
            self.pending = tuple(self._cycle(rep) for rep in state.pending_reps)
        decided = [self._cycle(rep, t) for rep in state.new]
        while len(self._times) > 1 and self._times[0] < t - _MEMORY_S:
            self._times.popleft()
            self._embeddings.popleft()
        return decided

    def _cycle(self, rep: PeriodicRep, decided_s: float = math.inf) -> Cycle:
        half = PHASES // 2
        turn = rep.t_peak if rep.t_start < rep.t_peak < rep.t_end else (rep.t_start + rep.t_end) / 2
        at = np.concatenate(
            [
                np.linspace(rep.t_start, turn, half, endpoint=False),
                np.linspace(turn, rep.t_end, PHASES - half, endpoint=False),
            ]
        )
        return Cycle(rep.t_start, turn, rep.t_end, self._poses(at), decided_s)

    def _poses(self, at: DoubleArray) -> DoubleArray:
        """Embeddings at the times `at`, seconds, interpolated between those that are remembered."""
        times, rows = np.array(self._times), self._embeddings
        if len(times) == 1:
            return np.repeat(rows[0][None], len(at), axis=0)
        after = np.clip(np.searchsorted(times, at), 1, len(times) - 1)
        share = np.clip((at - times[after - 1]) / (times[after] - times[after - 1]), 0.0, 1.0)[:, None]
        first, second = (np.array([rows[i + step] for i in after.tolist()]) for step in (-1, 0))
        poses: DoubleArray = first + share * (second - first)
        return poses


def shape_of(poses: DoubleArray) -> DoubleArray:
    """(16, D) mean poses of the cycles of a set -> (16, D) shape of its motion.

    The mean pose is subtracted and the length is 1, so a shape does not depend on posture and range.
    """
    motion = poses - poses.mean(axis=0)
    shape: DoubleArray = motion / np.sqrt((motion * motion).sum() + _ROUNDING)
    return shape


def likeness(one: DoubleArray, other: DoubleArray) -> float:
    """-1..1, cosine of two shapes (16, D); the greatest one over all starts of the cycle, and over both mirror images.

    A set may begin at either turning point, and a person may turn the other side to the camera.
    """
    wave = np.conj(np.fft.rfft(one, axis=0))
    best = (
        np.fft.irfft((np.fft.rfft(seen, axis=0) * wave).sum(axis=1), n=len(one)).max()
        for seen in (other, mirror_embedding(other))
    )
    return float(max(best))
