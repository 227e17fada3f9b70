"""Benchmark of counting unknown exercises: published landmark series with known counts.

A folder holds `landmarks.npz` (name -> (T, 33, 3), each axis min-max scaled in each frame, y down, all zero where there is
no pose) and `truth.json` (a list of objects with name, exercise, count, fps or null for 30, cycles as [first, last]
frame). The truth is used for the scores only: the counter gets landmarks and times, frame by frame.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.errors import OptionError, SourceError
from fitness.recognition.repetition import (
    PeriodicCount,
    PeriodicityCounter,
    PeriodicityOptions,
    PeriodicRep,
    PhaseGuide,
)
from fitness.types import FloatArray
from scripts.benchmarks.scores import F1_TOLERANCE_S, matches

_DEFAULT_FPS: Final = 30.0
_DRAWS: Final = 2000
_SEED: Final = 20240501

EXCLUSIONS_VERSION: Final = 1
DOUBTFUL_TRUTH: Final = {
    "stu1_10": "published as a label error of RepCount",
    "stu6_5": "published as a label error of RepCount",
    "stu4_27": "70 even cycles in every channel; the truth's 56 are on another time base",
    "stu8_58": "seven clear cycles, truth 3",
    "stu6_68": "all six true cycles lie within the first 0.9 s, the motion does not",
    "stu9_71": "two excursions, truth 1",
    "stu4_46": "the fourth set of push-ups has no truth",
}
"""Series whose truth is doubtful, with the reason. Scores are given with and without them."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """landmarks: (T, 33, 3), 0..1 of the box around the body.   found: (T,) whether there is a pose.
    fps: frames per second.   count: true reps.   cycles_s: their starts and ends in seconds, may be empty.
    """

    name: str
    exercise: str
    count: int
    fps: float
    cycles_s: tuple[tuple[float, float], ...]
    landmarks: FloatArray = field(repr=False)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SeriesResult:
    """counted: the final count.   ends_s: ends of the counted reps, seconds."""

    name: str
    exercise: str
    true: int
    counted: int
    cycles_s: tuple[tuple[float, float], ...]
    ends_s: tuple[float, ...]


_READ_ERRORS: Final = (
    OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, MemoryError, NotImplementedError, RecursionError,
    RuntimeError, ZeroDivisionError, OverflowError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""Errors that json and numpy.load raise for damaged files."""


def read_series(folder: Path) -> list[Series]:
    """Read the series of a folder. SourceError names the missing file or the problem in it."""
    for name in ("landmarks.npz", "truth.json"):
        if not (folder / name).is_file():
            raise SourceError(
                f"{folder / name}: no such file; a series folder holds landmarks.npz and truth.json"
            )
    try:
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        with np.load(folder / "landmarks.npz", allow_pickle=False) as arrays:
            return [_series(row, arrays) for row in truth]
    except _READ_ERRORS as error:
        raise SourceError(f"{folder}: the series cannot be read ({type(error).__name__}: {error})") from error


def _series(row: dict[str, Any], arrays: Any) -> Series:
    landmarks = np.asarray(arrays[row["name"]], dtype=np.float32)
    if landmarks.ndim != 3 or landmarks.shape[1:] != (33, 3):
        raise ValueError(f"{row['name']} must have shape (T, 33, 3), got {landmarks.shape}")
    fps = float(row.get("fps") or _DEFAULT_FPS)
    if not fps > 0:
        raise ValueError(f"fps of {row['name']} must be greater than 0, got {fps}")
    cycles = tuple((first / fps, last / fps) for first, last in row.get("cycles") or ())
    found = np.abs(landmarks).sum(axis=(1, 2)) > 0
    return Series(row["name"], row["exercise"], int(row["count"]), fps, cycles, landmarks, found)


def thinned(series: Series, rate_hz: float | None) -> Iterator[tuple[float, FloatArray | None]]:
    """Yield (seconds, landmarks or None) for each frame that a camera with at most `rate_hz` fps would have delivered."""
    if rate_hz is not None and not rate_hz > 0:
        raise OptionError(f"rate must be greater than 0 fps, got {rate_hz}")
    due = 0.0
    for i, landmarks in enumerate(series.landmarks):
        t = i / series.fps
        if rate_hz is None or t >= due - 1e-6:
            due = due if rate_hz is None else max(due, t - 1 / rate_hz) + 1 / rate_hz
            yield t, landmarks if series.found[i] else None


def later(series: Series, frames: int) -> Series:
    """The same series, recorded from `frames` frames later on. True cycles keep their place in the motion."""
    lost_s = frames / series.fps
    return replace(
        series,
        landmarks=series.landmarks[frames:],
        found=series.found[frames:],
        cycles_s=tuple((start - lost_s, end - lost_s) for start, end in series.cycles_s),
    )


def count_series(
    series: Series,
    options: PeriodicityOptions | None = None,
    rate_hz: float | None = None,
    guide: PhaseGuide | None = None,
) -> SeriesResult:
    """Count one series as in live counting; with a guide, its exercise is known."""
    counter, state = PeriodicityCounter(options, guide), PeriodicCount()
    reps: list[PeriodicRep] = []
    for t, landmarks in thinned(series, rate_hz):
        state = counter.step(t, landmarks, "box")
        reps += state.new
    ends = tuple(rep.t_end for rep in (*reps, *state.pending_reps))
    return SeriesResult(series.name, series.exercise, series.count, state.shown, series.cycles_s, ends)


def summarise_series(results: Iterable[SeriesResult]) -> dict[str, Any]:
    """The scores as a JSON-ready document: for all series, for those without doubtful truth, and per exercise.

    n: series with a true count above 0.   exact, obo: share counted right, within one.   mae: mean |count - true| / true.
    f1: ends of reps within 0.3 s of ends of true cycles.   interval: 95 % bootstrap interval of obo.
    still_reps, still: reps counted in series with true count 0, and how many such series there are.
    """
    every = list(results)
    kept = [r for r in every if r.true > 0]
    sure = [r for r in kept if r.name not in DOUBTFUL_TRUTH]
    return {
        **_figures(kept),
        "still": len(every) - len(kept),
        "still_reps": sum(r.counted for r in every if r.true <= 0),
        "exclusions_version": EXCLUSIONS_VERSION,
        "excluded": sorted(r.name for r in kept if r.name in DOUBTFUL_TRUTH),
        "without_doubtful": _figures(sure),
        "per_exercise": {
            name: _figures([r for r in kept if r.exercise == name])
            for name in sorted({r.exercise for r in kept})
        },
    }


def _figures(results: list[SeriesResult]) -> dict[str, Any]:
    n = len(results)
    if not n:
        return dict.fromkeys(("exact", "obo", "mae", "f1", "interval"), None) | {
            "n": 0,
            "reps": 0,
            "counted": 0,
        }
    error = np.array([abs(r.counted - r.true) for r in results])
    true = np.array([r.true for r in results])
    within = error <= 1
    draws = within[np.random.default_rng(_SEED).integers(0, n, (_DRAWS, n))].mean(axis=1)
    return {
        "n": n,
        "exact": round(float((error == 0).mean()), 4),
        "obo": round(float(within.mean()), 4),
        "mae": round(float((error / true).mean()), 4),
        "f1": _f1([r for r in results if r.cycles_s]),
        "interval": [round(float(v), 4) for v in np.percentile(draws, (2.5, 97.5))],
        "reps": int(true.sum()),
        "counted": sum(r.counted for r in results),
    }


def _f1(results: list[SeriesResult]) -> float | None:
    pairs = [([end for _, end in r.cycles_s], r.ends_s) for r in results]
    total = sum(len(true) + len(found) for true, found in pairs)
    hits = sum(matches(true, found, F1_TOLERANCE_S) for true, found in pairs)
    return round(2 * hits / total, 4) if total else None
