"""Counts clips that follow one another, as the exercises of a workout do, and compares with each clip alone.

What was counted before must not change what is counted later: the name of a set, tempo, camera pitch and the person who is
followed are all remembered from exercise to exercise.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fitness.recognition.person_selector import PersonSelector
from fitness.types import Pose
from scripts.benchmarks.counting import count_clip
from scripts.benchmarks.material import BenchClip, Frames
from scripts.benchmarks.scores import ClipResult, FoundRep
from scripts.benchmarks.truth import NONE, ClipTruth

CLIPS: Final = 6
"""Clips in a workout."""
RESTS_S: Final = (4.0, 20.0)
"""Time without a person between two clips, seconds: shorter and longer than the memory of a set."""

_RATE_HZ: Final = 15.0
_MARGIN_S: Final = 0.5
_SEED: Final = 1
_WHOLE: Final = ClipTruth("workout", NONE, 0, (0, 0), ())


@dataclass(frozen=True, slots=True)
class Part:
    """A clip within a workout.   first_s, last_s: its first and last frame, seconds of the workout."""

    clip: BenchClip
    first_s: float
    last_s: float


def workouts(clips: Sequence[BenchClip]) -> list[list[BenchClip]]:
    """The clips in groups of `CLIPS`, in a random order that is always the same."""
    order = [*clips]
    random.Random(_SEED).shuffle(order)
    return [order[at : at + CLIPS] for at in range(0, len(order), CLIPS)]


def joined(clips: Sequence[BenchClip], people: Sequence[int], rest_s: float) -> tuple[Frames, list[Part]]:
    """One stream of the clips, with frames without a person between them.

    Args:
        people: id of the person to count in each clip; they become one person, with id 1.   rest_s: see `RESTS_S`.
    """
    frames: Frames = []
    parts: list[Part] = []
    now = 0.0
    for clip, main in zip(clips, people, strict=True):
        own = clip.frames()
        first = own[0][0]
        frames += [(now + t - first, _moved(people, now - first, main)) for t, people in own]
        parts.append(Part(clip, now, frames[-1][0]))
        rest = [frames[-1][0] + number / _RATE_HZ for number in range(1, round(rest_s * _RATE_HZ) + 1)]
        frames += [(t, ()) for t in rest]
        now = frames[-1][0] + 1 / _RATE_HZ
    return frames, parts


def count_workout(
    clips: Sequence[BenchClip], people: Sequence[int], rest_s: float, counter: PersonSelector
) -> list[ClipResult]:
    """The result of each clip in a workout: its reps are those that turn within it. Arguments as of `joined`."""
    frames, parts = joined(clips, people, rest_s)
    whole = count_clip(_WHOLE, frames, counter)
    results = []
    for part in parts:
        at = part.first_s
        reps = tuple(
            FoundRep(rep.exercise, rep.t_start - at, rep.t_peak - at, rep.t_end - at)
            for rep in whole.reps
            if at - _MARGIN_S <= rep.t_peak <= part.last_s + _MARGIN_S
        )
        totals = Counter(rep.exercise for rep in reps)
        peaks = {name: tuple(rep.t_peak for rep in reps if rep.exercise == name) for name in totals}
        results.append(ClipResult(part.clip.truth, dict(totals), peaks, part.last_s - at, reps=reps))
    return results


def _moved(people: Sequence[Pose], by_s: float, main: int) -> tuple[Pose, ...]:
    """The people, later by `by_s` seconds; the main person gets id 1, and others get ids that are not 1."""
    return tuple(replace(pose, t=pose.t + by_s, id=1 if pose.id == main else pose.id + 2) for pose in people)
