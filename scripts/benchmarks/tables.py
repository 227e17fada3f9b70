"""The rows of the counting benchmark: what is right, wrong, unknown and false, over the clips of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from fitness.recognition.exercises import EXERCISES, is_held
from fitness.recognition.unknown_exercise import UNKNOWN
from fitness.types import JsonDict
from scripts.benchmarks.faults import faults_of
from scripts.benchmarks.scores import ClipResult

MAIN: Final = ("push-up", "squat")
"""The exercises with a row of their own; all others that the program knows are "other exercises"."""

COLUMNS: Final = {
    "clips": "clips",
    "exact": "exact",
    "within_one": "within one",
    "reps": "reps",
    "right": "right",
    "wrong": "wrong name",
    "unknown": "unknown",
    "named": "false reps",
    "minutes": "minutes",
    "per_minute": "a minute",
}
"""Key of a figure in a row -> its title."""


def is_main(result: ClipResult) -> bool:
    """Whether the clip shows squats or push-ups."""
    return result.truth.exercise in MAIN


def is_other(result: ClipResult) -> bool:
    """Whether the clip shows another exercise that the program counts by name."""
    return _counts(result.truth.exercise) and not is_main(result)


def is_none(result: ClipResult) -> bool:
    """Whether no exercise that the program knows is done in the clip."""
    return not _counts(result.truth.exercise)


def _counts(exercise: str) -> bool:
    return exercise in EXERCISES and not is_held(exercise)


def exercise_row(name: str, results: Sequence[ClipResult]) -> JsonDict:
    """Figures of clips of exercises.

    exact: share of clips with a count in the accepted range; within_one: the same, or one beside it.
    reps: the true number.   right: share of them counted under their name (all of an exact clip).
    wrong, unknown: reps counted under a wrong name and as unknown exercise, over the true number.
    """
    reps = max(1, sum(result.truth.reps for result in results))
    return {
        "name": name,
        "clips": len(results),
        "exact": _mean(result.truth.accepts(result.count) for result in results),
        "within_one": _mean(near(result) for result in results),
        "reps": sum(result.truth.reps for result in results),
        "right": round(sum(_right(result) for result in results) / reps, 4),
        "wrong": round(sum(faults_of(result).wrong for result in results) / reps, 4),
        "unknown": round(sum(result.totals.get(UNKNOWN, 0) for result in results) / reps, 4),
    }


def none_row(name: str, results: Sequence[ClipResult]) -> JsonDict:
    """Figures of clips without an exercise.   named: reps with any name.   minutes: with a person in view."""
    minutes = sum(result.seconds for result in results) / 60
    named = sum(faults_of(result).wrong for result in results)
    return {
        "name": name,
        "clips": len(results),
        "named": named,
        "minutes": round(minutes, 2),
        "per_minute": round(named / minutes, 3) if minutes else None,
    }


def clip_rows(recordings: Sequence[ClipResult], logs: Sequence[ClipResult]) -> list[JsonDict]:
    """Rows for squats and push-ups, for other exercises together and one by one, and for clips of no exercise."""
    every = [*recordings, *logs]
    others = [result for result in every if is_other(result)]
    rows = [
        exercise_row("squat and push-up", [result for result in every if is_main(result)]),
        exercise_row("other exercises", others),
    ]
    for name in sorted({result.truth.exercise for result in others}):
        rows.append(exercise_row(f"  {name}", [one for one in others if one.truth.exercise == name]))
    for name, results in (("no exercise, recordings", recordings), ("near misses, logs", logs)):
        rows.append(none_row(name, [result for result in results if is_none(result)]))
    return [row for row in rows if row["clips"]]


def mean_row(name: str, rows: Sequence[JsonDict]) -> JsonDict:
    """The mean of rows of the same clips, such as those of several starts. `starts` has the exact shares."""
    keys = [key for key in rows[0] if key not in ("name", "clips", "reps")]
    return {
        "name": name,
        "clips": rows[0]["clips"],
        "reps": rows[0]["reps"],
        **{key: round(float(np.mean([row[key] for row in rows])), 4) for key in keys},
        "starts": [row["exact"] for row in rows],
    }


def sums(results: Sequence[ClipResult]) -> JsonDict:
    """What concerns all clips.

    phantom, doubled, wrong: faults on clips of exercises, as in `Faults`.
    latency_s, latency_p90_s: from the end of a named rep to its count, median and 90th percentile.
    ms_a_frame: CPU time of recognition a frame.
    """
    faults = [faults_of(result) for result in results if not is_none(result)]
    latencies = [t for result in results for t in result.latencies_s]
    frames = sum(result.frames for result in results)
    return {
        "phantom": sum(one.phantom for one in faults),
        "doubled": sum(one.doubled for one in faults),
        "wrong": sum(one.wrong for one in faults),
        "latency_s": round(float(np.median(latencies)), 3) if latencies else None,
        "latency_p90_s": round(float(np.quantile(latencies, 0.9)), 3) if latencies else None,
        "ms_a_frame": round(1000 * sum(result.cpu_s for result in results) / frames, 3) if frames else None,
    }


def good(result: ClipResult) -> bool:
    """Whether there is nothing to complain of in a clip."""
    if is_none(result):
        return not faults_of(result).wrong
    return result.truth.accepts(result.count) and not faults_of(result).extra


def near(result: ClipResult) -> bool:
    """Whether the count is in the accepted range or one beside it."""
    least, most = result.truth.accept
    return least - 1 <= result.count <= most + 1


def _right(result: ClipResult) -> int:
    return result.truth.reps if result.truth.accepts(result.count) else min(result.count, result.truth.reps)


def _mean(values: Iterable[bool]) -> float | None:
    known = list(values)
    return round(float(np.mean(known)), 4) if known else None
