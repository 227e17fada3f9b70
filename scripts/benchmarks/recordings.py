"""Stored landmark logs of real recordings: the regression test for every change of recognition.

`tests/data/recordings/` holds one landmark log per recording, a table of the true counts, and the program's current
counts. No video and no weights are needed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.pipeline.analyzer import recount
from fitness.pipeline.settings import Settings, sample_folder
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.samples import load_samples
from fitness.session import LandmarkLog, Session, read_landmarks
from fitness.types import FloatArray
from scripts.benchmarks.counting import without_people
from scripts.benchmarks.truth import ClipTruth, read_truth

FOLDER: Final = Path(__file__).parents[2] / "tests" / "data" / "recordings"
TRUTH: Final = FOLDER / "truth.csv"
SOURCES: Final = FOLDER / "sources.csv"
COUNTS: Final = FOLDER / "counts.json"

_STEP_M: Final = 1 / 1024
_STEP_PX: Final = 1 / 4
_STEP_SHARE: Final = 1 / 256
"""Steps to which values are rounded: as fine as float16 near one metre, and below the jitter of the landmarks."""


def compact(log: LandmarkLog) -> LandmarkLog:
    """Round a log's numbers so that its file is a third as large; `fitness replay` can still read it.

    World landmarks are rounded to a millimetre, image landmarks to a quarter of a pixel, shares to 1/256. Image depth and
    presence are 0, as counting does not use them.
    """
    others = {name: _rounded(name, array) for name, array in log.others.items()}
    arrays = {name: _rounded(name, getattr(log, name)) for name in log.others if name != "row"}
    name = Path(log.source.name).stem
    return LandmarkLog(
        replace(log.source, name=name), log.model, t=log.t, found=log.found, **arrays, others=others
    )


def _rounded(name: str, array: Any) -> Any:
    if name == "world":
        return _to_step(array, _STEP_M)
    if name == "image":
        return _to_step(array * np.array([1, 1, 0], array.dtype), _STEP_PX)
    if name == "presence":
        return np.zeros_like(array)
    return _to_step(array, _STEP_SHARE) if name in ("visibility", "score") else array


def _to_step(array: FloatArray, step: float) -> FloatArray:
    return np.asarray(np.round(array / step) * step + 0.0, array.dtype)


def recordings() -> list[ClipTruth]:
    """The truth about each stored recording, in the order of the table."""
    return read_truth(TRUTH)


def log_of(truth: ClipTruth) -> LandmarkLog:
    """The stored landmarks of a recording."""
    return read_landmarks(FOLDER / f"{truth.file}.landmarks.npz")


def person_of() -> dict[str, str]:
    """Name of a recording -> a name for the person in it."""
    with TRUTH.open(newline="", encoding="utf-8") as file:
        return {row["file"]: row["person"] for row in csv.DictReader(file)}


@lru_cache(maxsize=2)
def _classifier_without(person: str) -> KnnPoseClassifier:
    """The pose classifier without samples of `person`. Samples name the recording's file, the table its stem."""
    samples = load_samples(sample_folder(Settings()))
    stems = {source.split("@")[0] for source in samples.sources if "@" in source}
    known = person_of()
    return KnnPoseClassifier.of(
        without_people(samples, {person}, {name: known.get(Path(name).stem, "") for name in stems})
    )


def count(truth: ClipTruth) -> Session:
    """Count the recording as in live counting, without samples of the person in it."""
    log = log_of(truth)
    fitted = _classifier_without(person_of()[truth.file])
    counter = PersonSelector(lambda ids: Recogniser(fitted, RecogniserOptions(), ids=ids))
    return recount(log, counter)


def row_of(session: Session) -> dict[str, Any]:
    """The compared values: totals, sets, and each rep with its times to a thousandth of a second."""
    return {
        "totals": dict(session.totals),
        "sets": [[one.exercise, one.set, one.reps] for one in session.sets],
        "reps": [
            [rep.exercise, rep.set, rep.number, *(round(t, 3) for t in (rep.t_start, rep.t_peak, rep.t_end))]
            for rep in session.reps
        ],
        "partials": len(session.partials),
        "others": len(session.others),
        "seconds": round(seconds_with_person(session), 3),
    }


def seconds_with_person(session: Session) -> float:
    """Seconds between frames in which a person was found."""
    return float(np.diff(session.frames.t, prepend=session.frames.t[:1])[session.frames.found].sum())


def truth_rows(truths: Sequence[ClipTruth], people: dict[str, str]) -> Iterator[dict[str, object]]:
    """The rows of `TRUTH`: numbers and short names alone."""
    for one in truths:
        yield {
            "file": Path(one.file).stem,
            "exercise": one.exercise,
            "true_reps": one.reps,
            "accept_min": one.accept[0],
            "accept_max": one.accept[1],
            "rep_bottom_times_s": ";".join(f"{t:g}" for t in one.peaks_s),
            "person": people[one.file],
        }
