"""What a model counts on people that it has never seen: folds by person, decoded as it is done live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.recognition.trajectory.decoder import DecoderOptions
from fitness.recognition.trajectory.model import TrajectoryModel
from fitness.recognition.trajectory.replay import judged
from fitness.recognition.trajectory.swing_name import SwingName
from scripts.training.fitting import Swings
from scripts.training.labels import JOINT_OF
from scripts.training.logs import TrainingClip

FOLDS: Final = 8
MAIN: Final = ("push-up", "squat")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in one clip."""

    clip: TrainingClip
    totals: Mapping[str, int]

    @property
    def right(self) -> bool:
        """Whether the count of the clip's exercise is right."""
        return self.clip.accepts(self.totals.get(self.clip.exercise, 0))

    @property
    def near(self) -> bool:
        """Whether it is right or off by one."""
        least, most = self.clip.accept
        return least - 1 <= self.totals.get(self.clip.exercise, 0) <= most + 1

    @property
    def wrong_names(self) -> int:
        """Reps of any other exercise."""
        return sum(n for name, n in self.totals.items() if name != self.clip.exercise)


def folds(clips: Iterable[TrainingClip], count: int = FOLDS) -> list[set[str]]:
    """Groups of people, about equally many clips in each."""
    sizes = Counter(clip.group for clip in clips)
    parts: list[tuple[set[str], int]] = [(set(), 0) for _ in range(count)]
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        at = min(range(count), key=lambda k: (parts[k][1], k))
        parts[at][0].add(group)
        parts[at] = (parts[at][0], parts[at][1] + sizes[group])
    return [groups for groups, _ in parts]


def reps_of(model: TrajectoryModel, swings: Swings, options: DecoderOptions | None = None) -> list[SwingName]:
    """The reps of one person in one clip, in order of time, those that are pending at its end among them."""
    return judged(model, swings.proposals, swings.data).reps(options)


def count_clips(
    model: TrajectoryModel, swings: Sequence[Swings], options: DecoderOptions | None = None
) -> list[Counted]:
    """The reps of the person who finishes a rep first in each clip."""
    by_clip: dict[str, list[Swings]] = {}
    for one in swings:
        by_clip.setdefault(one.clip.name, []).append(one)
    counted = []
    for people in by_clip.values():
        reps = [found for one in people if (found := reps_of(model, one, options))]
        first = min(reps, key=lambda found: found[0].t_end, default=[])
        counted.append(Counted(people[0].clip, Counter(rep.exercise for rep in first)))
    return counted


def cross_validated(
    swings: Sequence[Swings],
    fitted: Callable[[set[str]], TrajectoryModel],
    people: Sequence[set[str]],
    options: DecoderOptions | None = None,
) -> list[Counted]:
    """Every clip, counted by a model that was fitted without the people of its fold. people: see `folds`."""
    counted = []
    for groups in people:
        model = fitted(groups)
        counted += count_clips(model, [one for one in swings if one.clip.group in groups], options)
    return counted


def table(counted: Sequence[Counted]) -> list[str]:
    """Lines of text: squats and push-ups, other exercises, what is none, and each exercise."""
    main = [one for one in counted if one.clip.exercise in MAIN]
    others = [one for one in counted if one.clip.exercise in JOINT_OF and one.clip.exercise not in MAIN]
    none = [one for one in counted if one.clip.exercise == "none"]
    lines = [
        f"squat and push-up, {len(main)} clips: exact {_mean(one.right for one in main):.3f}, within one "
        f"{_mean(one.near for one in main):.3f}, reps of another name {sum(one.wrong_names for one in main)}",
    ]
    if others:
        reps = sum(one.clip.reps for one in others)
        named = sum(min(one.totals.get(one.clip.exercise, 0), one.clip.accept[1]) for one in others)
        wrong = sum(one.wrong_names for one in others)
        lines.append(
            f"other exercises, {len(others)} clips: name and count right {_mean(one.right for one in others):.3f}, "
            f"reps named right {named / reps:.3f}, named wrong {wrong / reps:.3f}"
        )
    if none:
        minutes = sum(one.clip.seconds for one in none) / 60
        false = sum(one.wrong_names for one in none)
        lines.append(
            f"no exercise, {len(none)} clips, {minutes:.1f} min: {false} named reps, {false / minutes:.2f} a minute"
        )
    for name in sorted({one.clip.exercise for one in [*main, *others]}):
        own = [one for one in counted if one.clip.exercise == name]
        lines.append(f"  {name}: {sum(one.right for one in own)} of {len(own)} clips")
    return lines


def _mean(values: Iterable[bool]) -> float:
    return float(np.mean(list(values)))
