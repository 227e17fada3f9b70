"""Counts the clips of a benchmark with the whole product, frame by frame, without knowledge of the person in them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from fitness.errors import SamplesError
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.samples import PoseSamples
from fitness.recognition.unknown_exercise import UNKNOWN
from fitness.types import Count, OtherRep, Pose, Renamed, Rep, RepCounted, RepRejected
from scripts.benchmarks.fold_models import FoldModels
from scripts.benchmarks.material import BenchClip
from scripts.benchmarks.scores import ClipResult, FoundRep, Remark
from scripts.benchmarks.truth import ClipTruth

_AT: Final = "@"


def without_people(
    samples: PoseSamples, people: Collection[str], person_of: Mapping[str, str]
) -> PoseSamples:
    """The samples that show none of `people`.

    A sample's source is `file@seconds` for a frame of a recording. person_of: file name -> person.
    SamplesError if no sample is left.
    """
    keep = [person_of.get(source.split(_AT)[0]) not in people for source in samples.sources]
    if not any(keep):
        raise SamplesError("the pose samples", f"none is left without those of {', '.join(sorted(people))}")
    return samples.select(keep)


class StrangerCounters:
    """Makes counters as the program does, but without samples and, with fold models, without swings of the person.

    Args:
        samples: the pose samples; those of the person in a clip are left out.
        clips: all clips of the benchmark.   options: of the recogniser.
        folds: models that have not seen some people; None: the shipped model, which has seen all people in its data.
    """

    def __init__(
        self,
        samples: PoseSamples,
        clips: Iterable[BenchClip],
        options: RecogniserOptions,
        folds: FoldModels | None = None,
    ) -> None:
        self._samples, self._options, self._folds = samples, options, folds
        self._person_of = {clip.truth.file: clip.person for clip in clips if clip.recording}
        self._fitted: dict[frozenset[str], KnnPoseClassifier] = {}

    def classifier(self, people: Iterable[str]) -> KnnPoseClassifier:
        """The pose classifier without samples of some people."""
        key = frozenset(people)
        if key not in self._fitted:
            self._fitted[key] = KnnPoseClassifier.of(without_people(self._samples, key, self._person_of))
        return self._fitted[key]

    def counter(self, *clips: BenchClip, exercise: str | None = None) -> PersonSelector:
        """A counter that has counted nothing yet.

        Args:
            clips: to count, one after the other; the same fold model serves all.
            exercise: given by name; None: as the options say.
        """
        fitted = self.classifier(clip.person for clip in clips if clip.recording)
        options = self._options if exercise is None else replace(self._options, exercise=exercise)
        model = None if self._folds is None else self._folds.model_for(clips[0])
        return PersonSelector(
            lambda ids: Recogniser(fitted, options, ids=ids, trajectories=model),
        )


def count_clip(
    truth: ClipTruth, frames: Iterable[tuple[float, Sequence[Pose]]], counter: PersonSelector
) -> ClipResult:
    """Count one clip as the program counts a recording. Reps that are pending in the last frame count, too."""
    found = _Found()
    last = Count({})
    seconds, before, now = 0.0, None, 0.0
    number, cpu_s = 0, 0.0
    counted: Counter[int] = Counter()
    for now, present in frames:
        number += 1
        started = time.process_time()
        pose, _, last = counter.step(present, now)
        cpu_s += time.process_time() - started
        found.take(last, now)
        if pose is not None:
            counted[pose.id] += 1
        if pose is not None and before is not None:
            seconds += now - before
        before = now
    if (rest := counter.finish()) is not None:
        last = rest
        found.take(last, now)
    totals = Counter(last.totals)
    totals.update(rep.exercise for rep in last.pending)
    reps = tuple(
        FoundRep(r.exercise, r.t_start, r.t_peak, r.t_end) for r in (*found.reps.values(), *last.pending)
    )
    peaks = {name: tuple(rep.t_peak for rep in reps if rep.exercise == name) for name in totals}
    return ClipResult(
        truth,
        dict(totals),
        peaks,
        seconds,
        reps=reps,
        remarks=tuple(found.remarks),
        latencies_s=tuple(found.latencies_s),
        frames=number,
        cpu_s=cpu_s,
        person=max(counted, key=counted.__getitem__, default=0),
    )


class _Found:
    """Collects the results of one clip.

    reps: id -> the rep under its latest name.   remarks: what was not counted, and why.
    latencies_s: from the end of each named rep to the frame that counted it.
    """

    def __init__(self) -> None:
        self.reps: dict[int, Rep] = {}
        self.remarks: list[Remark] = []
        self.latencies_s: list[float] = []
        self._last_message = ""

    def take(self, count: Count, now: float) -> None:
        """Read the state after the frame at `now` seconds."""
        for event in count.events:
            if isinstance(event, RepCounted):
                self.reps[event.rep.id] = event.rep
                if event.rep.exercise != UNKNOWN:
                    self.latencies_s.append(now - event.rep.t_end)
            elif isinstance(event, Renamed):
                for number in event.ids:
                    self.reps[number] = replace(self.reps[number], exercise=event.exercise)
            elif isinstance(event, RepRejected):
                text = f"{event.exercise} turned down: {event.reason}"
                self.remarks.append(Remark(event.t_start, event.t_end, text))
            elif isinstance(event, OtherRep):
                text = f"{event.rep.exercise} of another person"
                self.remarks.append(Remark(event.rep.t_start, event.rep.t_end, text))
        if count.message and count.message != self._last_message:
            self.remarks.append(Remark(now, now, count.message))
        self._last_message = count.message or ""
