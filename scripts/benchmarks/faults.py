"""Which counted reps of a clip are faults, and why true reps were missed: counted reps against true turning points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from fitness.recognition.unknown_exercise import UNKNOWN
from scripts.benchmarks.scores import ClipResult, FoundRep
from scripts.training.labels import SHIFTED

_EDGE_S: Final = 0.3
"""A true turning point may lie so far outside a counted rep: true times are by eye."""
_FAR: Final = 1e6


@dataclass(frozen=True, slots=True)
class Faults:
    """phantom: reps where there is none.   doubled: true reps that were counted twice.   wrong: reps of a wrong name.
    missed_s: true turning points without a counted rep, seconds; only if the clip has the times of all its reps.
    """

    phantom: int = 0
    doubled: int = 0
    wrong: int = 0
    missed_s: tuple[float, ...] = ()

    @property
    def extra(self) -> int:
        """Reps that should not have been counted under their name."""
        return self.phantom + self.doubled + self.wrong


def faults_of(result: ClipResult) -> Faults:
    """The faults of one clip of an exercise. Reps of an unknown exercise are no fault.

    If the times of all true reps are known, each counted rep of the right name needs a true turning point of its own, in
    its span or within 0.3 s of it. As many more may be counted as the accepted range allows. If the times are not known,
    or are of the other end of the rep in some clips (`labels.SHIFTED`), the excess over the range is phantom.
    """
    truth = result.truth
    wrong = sum(n for name, n in result.totals.items() if name not in (truth.exercise, UNKNOWN))
    own = sorted((rep for rep in result.reps if rep.exercise == truth.exercise), key=lambda rep: rep.t_peak)
    untimed = len(truth.peaks_s) != truth.reps or truth.exercise in SHIFTED
    if untimed or len(own) != result.count:
        return Faults(phantom=max(0, result.count - truth.accept[1]), wrong=wrong)
    pairs = _matched(own, truth.peaks_s)
    spare = [rep for k, rep in enumerate(own) if k not in pairs]
    doubled = sum(any(_covers(rep, t) for t in truth.peaks_s) for rep in spare)
    allowed = truth.accept[1] - truth.reps
    phantom = max(0, len(spare) - doubled - allowed)
    doubled = max(0, doubled - max(0, allowed - (len(spare) - doubled)))
    hit = set(pairs.values())
    missed = tuple(t for k, t in enumerate(truth.peaks_s) if k not in hit)
    return Faults(phantom, doubled, wrong, missed)


def reasons(result: ClipResult) -> list[str]:
    """A line for each missed rep: its time, and the program's messages about that moment."""
    lines = []
    for t in faults_of(result).missed_s:
        messages = [one.text for one in result.remarks if one.t_start - _EDGE_S <= t <= one.t_end + _EDGE_S]
        messages += [
            f"counted as {rep.exercise}"
            for rep in result.reps
            if rep.exercise != result.truth.exercise and _covers(rep, t)
        ]
        lines.append(f"missed at {t:g} s: {'; '.join(dict.fromkeys(messages)) or 'no message'}")
    return lines


def _covers(rep: FoundRep, t: float) -> bool:
    return rep.t_start - _EDGE_S <= t <= rep.t_end + _EDGE_S


def _matched(reps: Sequence[FoundRep], times_s: Sequence[float]) -> dict[int, int]:
    """Number of a rep -> number of its true turning point: as many pairs as possible, then the nearest."""
    if not reps or not times_s:
        return {}
    costs = np.array([[abs(rep.t_peak - t) if _covers(rep, t) else _FAR for t in times_s] for rep in reps])
    return {
        int(row): int(column)
        for row, column in zip(*linear_sum_assignment(costs), strict=True)
        if costs[row, column] < _FAR
    }
