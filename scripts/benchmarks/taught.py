"""How well an exercise taught from one clip, or from several, counts other people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.taught import TaughtExercise
from fitness.teach.clip import usable
from fitness.teach.clips import TeachingClip, taught_from_clips
from fitness.teach.trial import count
from fitness.types import JsonDict, Pose
from scripts.benchmarks.material import BenchClip
from scripts.benchmarks.truth import NONE

TEACHINGS: Final = 2
"""Each exercise is taught so many times, from other clips each time."""
_NAME: Final = "it"
_SEED: Final = 5


@dataclass(slots=True)
class TaughtScore:
    """Tests of one exercise.

    refused: clips that could not be taught from.   tests, exact, near: clips of other people, those counted in the
    accepted range, and those counted there or one beside it.   false, minutes: reps on clips of no exercise.
    """

    refused: int = 0
    tests: int = 0
    exact: int = 0
    near: int = 0
    false: int = 0
    minutes: float = 0.0
    lines: list[str] = field(default_factory=list)

    def row(self, name: str) -> JsonDict:
        """The figures as a row of the table."""
        return {
            "name": name,
            "clips": self.tests,
            "exact": round(self.exact / self.tests, 4) if self.tests else None,
            "within_one": round(self.near / self.tests, 4) if self.tests else None,
            "refused": self.refused,
            "named": self.false,
            "minutes": round(self.minutes, 2),
            "per_minute": round(self.false / self.minutes, 3) if self.minutes else None,
        }

    def add(self, other: TaughtScore) -> None:
        """Add the tests of another exercise."""
        for name in ("refused", "tests", "exact", "near", "false", "minutes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lines += other.lines


def score_taught(exercise: str, clips: Sequence[BenchClip], number: int) -> TaughtScore:
    """Teach `exercise` from `number` clips of different people, and count everybody else; TEACHINGS times.

    clips: all clips of the benchmark, each of which is read once.
    """
    poses = {
        clip.name: usable(people[0] if people else None for _, people in clip.frames())
        for clip in clips
        if clip.truth.exercise in (exercise, NONE)
    }
    own = [clip for clip in clips if clip.truth.exercise == exercise and clip.truth.reps > 0]
    order = np.random.default_rng(_SEED).permutation(len(own))
    score = TaughtScore()
    taught = 0
    for start in range(len(own)):
        shown = _of_different_people([own[i] for i in np.roll(order, -start)], number)
        if taught == TEACHINGS or len(shown) < number:
            break
        try:
            learned = _teach(shown, poses)
        except OptionError as error:
            score.refused += 1
            score.lines.append(f"{exercise} from {', '.join(clip.name for clip in shown)}: {error}")
            continue
        taught += 1
        _test(learned, shown, own, poses, score)
        none = [clip for clip in clips if clip.truth.exercise == NONE and poses[clip.name]]
        for clip in none:
            score.false += count(learned, poses[clip.name])
            score.minutes += (poses[clip.name][-1].t - poses[clip.name][0].t) / 60
    return score


def _test(
    learned: TaughtExercise,
    shown: Sequence[BenchClip],
    own: Sequence[BenchClip],
    poses: dict[str, list[Pose]],
    score: TaughtScore,
) -> None:
    """Count the clips of people who were not shown."""
    for clip in own:
        if any(_who(clip) == _who(one) for one in shown):
            continue
        counted = count(learned, poses[clip.name])
        least, most = clip.truth.accept
        score.tests += 1
        score.exact += clip.truth.accepts(counted)
        score.near += least - 1 <= counted <= most + 1
        if not clip.truth.accepts(counted):
            score.lines.append(
                f"{clip.name}: true {clip.truth.reps} {clip.truth.exercise}, counted {counted}"
            )


def _teach(shown: Sequence[BenchClip], poses: dict[str, list[Pose]]) -> TaughtExercise:
    """An exercise taught from clips whose true counts are given. OptionError if a clip cannot be taught from."""
    clips = [TeachingClip(clip.name, poses[clip.name], clip.truth.reps) for clip in shown]
    return taught_from_clips(_NAME, clips)[1]


def _of_different_people(clips: Sequence[BenchClip], number: int) -> list[BenchClip]:
    found: dict[str, BenchClip] = {}
    for clip in clips:
        found.setdefault(_who(clip), clip)
    return list(found.values())[:number]


def _who(clip: BenchClip) -> str:
    return f"{'recording' if clip.recording else 'log'} of {clip.person}"
