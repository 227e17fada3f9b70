"""Scores of counts against the truth: exact, within one, relative error, per-rep F1, false reps per minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fitness.recognition.unknown_exercise import UNKNOWN
from scripts.benchmarks.truth import NONE, ClipTruth

F1_TOLERANCE_S: Final = 0.3


@dataclass(frozen=True, slots=True)
class FoundRep:
    """A counted rep.   t_start, t_peak, t_end: seconds, as in `fitness.types.Rep`."""

    exercise: str
    t_start: float
    t_peak: float
    t_end: float


@dataclass(frozen=True, slots=True)
class Remark:
    """A message about a movement that was not counted.   t_start, t_end: the movement, seconds."""

    t_start: float
    t_end: float
    text: str


@dataclass(frozen=True, slots=True)
class ClipResult:
    """The counts of one recording.

    totals: exercise -> reps.   peaks_s: exercise -> times of the turning points, seconds.
    seconds: time in which a person was found.   reps: the counted reps.   remarks: why reps were not counted.
    latencies_s: from the end of a named rep to the frame that counted it, for each.
    frames, cpu_s: frames counted, and the CPU time of that.   person: id of the person who was counted in most frames.
    """

    truth: ClipTruth
    totals: Mapping[str, int]
    peaks_s: Mapping[str, tuple[float, ...]]
    seconds: float
    reps: tuple[FoundRep, ...] = ()
    remarks: tuple[Remark, ...] = ()
    latencies_s: tuple[float, ...] = ()
    frames: int = 0
    cpu_s: float = 0.0
    person: int = 0

    @property
    def count(self) -> int:
        """Reps of the true exercise."""
        return self.totals.get(self.truth.exercise, 0)

    @property
    def false(self) -> int:
        """Reps of any other exercise."""
        return sum(n for name, n in self.totals.items() if name != self.truth.exercise)


def summarise(results: Sequence[ClipResult], counted: Sequence[str]) -> dict[str, Any]:
    """The scores of a benchmark as a JSON-ready document.

    counted: the exercises that the counter knows. Recordings of other exercises are negatives: any rep is false.

    n: recordings of counted exercises.   exact: share counted within the accepted range.   obo: share within one of
    the true count.   mae: mean of |count - true| / true.   f1: of the turning points, within 0.3 s, all
    recordings together.
    false_reps, false_per_min: on negatives, reps under any name but that of the true exercise.
    unknown_reps: reps counted as unknown exercise in negatives that show some other exercise, which is not an error.
    unknown_true: the true number of those reps.
    cross: reps of another exercise on positives.
    """
    positives = [r for r in results if r.truth.exercise in counted and r.truth.reps > 0]
    negatives = [r for r in results if r.truth.exercise not in counted]
    minutes = sum(r.seconds for r in negatives) / 60
    exercises = [r for r in negatives if r.truth.exercise != NONE]
    unknown = sum(r.totals.get(UNKNOWN, 0) for r in exercises)
    false = sum(r.false for r in negatives) - unknown
    return {
        **_figures(positives),
        "negatives": len(negatives),
        "negative_minutes": round(minutes, 3),
        "false_reps": false,
        "unknown_reps": unknown,
        "unknown_true": sum(r.truth.reps for r in exercises),
        "false_per_min": round(false / minutes, 3) if minutes else None,
        "cross": sum(r.false for r in positives),
        "per_exercise": {
            name: _figures([r for r in positives if r.truth.exercise == name])
            for name in sorted({r.truth.exercise for r in positives})
        },
    }


def _figures(results: Sequence[ClipResult]) -> dict[str, Any]:
    n = len(results)
    timed = [r for r in results if r.truth.peaks_s]
    return {
        "n": n,
        "exact": _share(sum(r.truth.accepts(r.count) for r in results), n),
        "obo": _share(sum(abs(r.count - r.truth.reps) <= 1 for r in results), n),
        "mae": _share(sum(abs(r.count - r.truth.reps) / r.truth.reps for r in results), n),
        "f1": _f1(timed),
        "reps": sum(r.truth.reps for r in results),
        "counted": sum(r.count for r in results),
    }


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _f1(results: Sequence[ClipResult]) -> float | None:
    hits = sum(matches(r.truth.peaks_s, r.peaks_s.get(r.truth.exercise, ())) for r in results)
    total = sum(len(r.truth.peaks_s) + len(r.peaks_s.get(r.truth.exercise, ())) for r in results)
    return round(2 * hits / total, 4) if total else None


def matches(true_s: Sequence[float], found_s: Sequence[float], tolerance_s: float = F1_TOLERANCE_S) -> int:
    """Number of true times that can be matched one to one with a found time within the tolerance (both sorted)."""
    hits, i = 0, 0
    found = sorted(found_s)
    for t in sorted(true_s):
        while i < len(found) and found[i] < t - tolerance_s:
            i += 1
        if i < len(found) and found[i] <= t + tolerance_s:
            hits += 1
            i += 1
    return hits
