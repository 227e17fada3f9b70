"""Counts every recording of a benchmark frame by frame, only with samples of other people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from fitness.errors import SamplesError
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.exercises import EXERCISES
from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.samples import PoseSamples
from fitness.types import Count, Pose
from scripts.benchmarks.scores import ClipResult
from scripts.benchmarks.truth import ClipTruth

_AT: Final = "@"


def without_person(samples: PoseSamples, person: str, person_of: Mapping[str, str]) -> PoseSamples:
    """The samples that do not show `person`.

    A sample's source is `file@seconds` for a frame of a recording. person_of: file name -> person.
    SamplesError if no sample is left.
    """
    keep = [person_of.get(source.split(_AT)[0]) != person for source in samples.sources]
    if not any(keep):
        raise SamplesError("the pose samples", f"none is left without those of '{person}'")
    return samples.select(keep)


def count_clip(
    truth: ClipTruth,
    people: Iterable[tuple[float, Sequence[Pose]]],
    classifier: KnnPoseClassifier,
    options: RecogniserOptions,
) -> ClipResult:
    """Count one recording as it would be counted live: the result is the last online count."""
    counter = PersonSelector(lambda ids: Recogniser(classifier, options, ids=ids))
    last = Count({})
    peaks: dict[str, list[float]] = {}
    seconds, before = 0.0, None
    for t, present in people:
        pose, _, last = counter.step(present, t)
        for rep in last.new_reps:
            peaks.setdefault(rep.exercise, []).append(rep.t_peak)
        if pose is not None and before is not None:
            seconds += t - before
        before = t
    if (rest := counter.finish()) is not None:
        last = rest
        for rep in last.new_reps:
            peaks.setdefault(rep.exercise, []).append(rep.t_peak)
    totals = Counter(last.totals)
    for rep in last.pending:
        totals[rep.exercise] += 1
        peaks.setdefault(rep.exercise, []).append(rep.t_peak)
    return ClipResult(truth, dict(totals), {name: tuple(times) for name, times in peaks.items()}, seconds)


def leave_one_person_out(
    clips: Iterable[tuple[ClipTruth, Iterable[tuple[float, Sequence[Pose]]]]],
    samples: PoseSamples,
    person_of: Mapping[str, str],
    options: RecogniserOptions,
    *,
    known: bool = False,
) -> Iterator[ClipResult]:
    """Count each recording with a classifier without samples of the person in it.

    known: give the recogniser the name of the exercise, if the program knows it.
    """
    fitted: dict[str, KnnPoseClassifier] = {}
    for truth, people in clips:
        person = person_of[truth.file]
        if person not in fitted:
            fitted[person] = KnnPoseClassifier.of(without_person(samples, person, person_of))
        named = known and truth.exercise in EXERCISES
        chosen = replace(options, exercise=truth.exercise) if named else options
        yield count_clip(truth, people, fitted[person], chosen)
