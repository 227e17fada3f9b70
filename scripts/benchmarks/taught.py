"""How well an exercise that was taught from clips of some people counts other people.

Nobody is in two places. Each clip is seen with the trajectory model of its fold, which was fitted without its person. The
people of an exercise are tested in two halves; the reference swings are without the half that is tested. False reps are
counted on the clips of no exercise of a quarter of all people, who are not in the reference swings either. Most of these
clips show near misses, such as marching or arm circles.

The trajectory model knows the built-in exercises. How well an exercise is taught that it does not know is measured with
models that were fitted without some exercises (`scripts/train_recogniser.py --without`): the reference swings of these are
left out, too.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import OptionError, SourceError
from fitness.recognition.recogniser import MODEL
from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.taught_swings import IN_AUTO, NAMED, TaughtOptions
from fitness.recognition.trajectory import TrajectoryModel, load_model
from fitness.teach.fitting import fit
from fitness.teach.kinds import LearnedClip, learned_clip
from fitness.teach.reference import REFERENCE, Reference, load_reference
from fitness.teach.replay import count_swings
from fitness.teach.reps import ClipSwings, movements_of_samples
from fitness.types import JsonDict
from scripts.benchmarks.recordings import recordings
from scripts.training.logs import TrainingClip, read_clips

TAUGHT_FROM: Final = (1, 3)
"""Numbers of clips, each of another person, from which each exercise is taught."""
MODES: Final = {"by name": NAMED, "in auto": IN_AUTO}
"""How the exercise is counted: it is the only one, or people may do anything."""
_SETS: Final = 8
"""Number of times that each exercise is taught, from other clips each time."""
_PARTS: Final = 4
"""Number of parts of the people; false reps are counted on the people of one part."""
_HALVES: Final = 2
_SEED: Final = 5
_MOST_CLIPS: Final = 6
"""Number of clips that are listed with their false reps."""
_EVERYDAY: Final = frozenset(one.file.rpartition(".")[0] or one.file for one in recordings())
"""The recordings of the tests: those without exercise show everyday movements."""


@dataclass(frozen=True)
class Material:
    """The training clips by name.

    swings: of each person in a clip.   learned: what teaching learns from, or None if it refuses the clip.
    models: of each clip.   reference: swings of other movements.
    unknown: the exercises that the models do not know; none where they know all.
    """

    clips: dict[str, TrainingClip]
    swings: dict[str, list[ClipSwings]]
    learned: dict[str, LearnedClip | None]
    models: dict[str, TrajectoryModel]
    reference: Reference
    unknown: tuple[str, ...]


@dataclass
class TaughtScore:
    """Tests of one exercise, or of several.

    tests: (count in the accepted range, count there or one beside it) of each clip of people who did not teach.
    false_reps, minutes: on clips of no exercise.   everyday_reps, everyday_minutes: on those with everyday movements.
    false_clips: clip -> its false reps.
    sets: how often it was taught, or tried.   refused: sets of which no clip could be taught from.
    """

    tests: list[tuple[bool, bool]] = field(default_factory=list)
    false_reps: int = 0
    minutes: float = 0.0
    everyday_reps: int = 0
    everyday_minutes: float = 0.0
    false_clips: Counter[str] = field(default_factory=Counter)
    sets: int = 0
    refused: int = 0

    def add(self, other: TaughtScore) -> None:
        """Add the tests of another exercise."""
        self.tests += other.tests
        self.false_clips += other.false_clips
        for name in ("false_reps", "minutes", "everyday_reps", "everyday_minutes", "sets", "refused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self, name: str) -> JsonDict:
        """The figures as a row of the table."""
        return {
            "name": name,
            "clips": len(self.tests),
            "exact": round(float(np.mean([right for right, _ in self.tests])), 4) if self.tests else None,
            "within_one": round(float(np.mean([near for _, near in self.tests])), 4) if self.tests else None,
            "named": self.false_reps,
            "minutes": round(self.minutes, 2),
            "per_minute": round(self.false_reps / self.minutes, 3) if self.minutes else None,
        }

    def lines(self) -> Iterator[str]:
        """What the row has no column for."""
        yield f"sets that could not be taught: {self.refused} of {self.sets}"
        if self.everyday_minutes:
            yield f"false reps a minute on everyday clips: {self.everyday_reps / self.everyday_minutes:.2f}"
        if self.false_clips:
            clips = (f"{name} {count}" for name, count in self.false_clips.most_common(_MOST_CLIPS))
            yield f"most false reps: {', '.join(clips)}"


def material(folds: Path | None = None) -> Material:
    """The swings of all clips; takes about ten seconds.

    Args:
        folds: folder with the models of the folds, made by scripts/train_recogniser.py --folds DIR; None: the model that
            comes with the program, which has seen everybody. The figures are too good then.

    Raises:
        SourceError: a file is missing or damaged, or no fold leaves a person out.
    """
    clips = {one.name: one for one in read_clips()}
    swings = {name: [movements_of_samples(one) for one in clip.streams] for name, clip in clips.items()}
    models = _models(clips, folds)
    learned = {name: _learned(clips[name], each, models[name]) for name, each in swings.items()}
    reference = load_reference()
    if folds is not None and (folds / REFERENCE.name).is_file():
        reference = load_reference(folds / REFERENCE.name)
    known = set(next(iter(models.values())).exercises)
    unknown = {one.exercise for one in clips.values()} - known - {"none"}
    return Material(clips, swings, learned, models, reference, tuple(sorted(unknown)))


def _models(clips: dict[str, TrainingClip], folds: Path | None) -> dict[str, TrajectoryModel]:
    if folds is None:
        shipped = load_model(MODEL)
        return dict.fromkeys(clips, shipped)
    try:
        groups = json.loads((folds / "folds.json").read_text(encoding="utf-8"))
        fold_of = {group: number for number, own in enumerate(groups) for group in own}
        kept = [load_model(folds / f"fold{number}.npz") for number in range(len(groups))]
        return {name: kept[fold_of[clip.group]] for name, clip in clips.items()}
    except (OSError, ValueError, KeyError, TypeError, OptionError) as error:
        raise SourceError(
            f"{folds}: the models of the folds cannot be read ({error}); "
            "make them with python scripts/train_recogniser.py --folds DIR"
        ) from error


def _learned(clip: TrainingClip, swings: Sequence[ClipSwings], model: TrajectoryModel) -> LearnedClip | None:
    """The reps of the person who is seen longest, as `fitness teach` finds them; None where it refuses the clip."""
    if clip.exercise == "none" or not clip.reps or not clip.streams:
        return None
    longest = max(range(len(clip.streams)), key=lambda at: len(clip.streams[at]))
    try:
        return learned_clip(swings[longest], clip.reps, model)
    except OptionError:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """An exercise that was taught, for a test.

    taught: None if every clip was refused.   tested: people whose clips of the exercise are counted.
    held: people whose other clips are counted.   first: whether it is the first test of these clips; the others have nobody
    in `held`.
    """

    taught: TaughtSwings | None
    tested: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    first: bool = True


def lessons(of: Material, exercise: str, clips: int, sets: int = _SETS) -> Iterator[Lesson]:
    """Teach an exercise from some clips of as many people, several times; nothing if too few people do it."""
    rng = np.random.default_rng(_SEED)
    own = [name for name, one in of.clips.items() if one.exercise == exercise and one.reps]
    people = sorted({of.clips[name].group for name in own})
    if len(people) <= clips:
        return
    everybody = sorted({one.group for one in of.clips.values()})
    for number, names in enumerate(_sets(of, own, people, clips, sets, rng)):
        teachers = frozenset(of.clips[name].group for name in names)
        learned = [found for name in names if (found := of.learned[name]) is not None]
        if not learned:
            yield Lesson(None)
            continue
        held = frozenset(everybody[number % _PARTS :: _PARTS]) - teachers
        others = sorted({of.clips[name].group for name in own} - teachers)
        for half in range(_HALVES):
            tested = frozenset(others[half::_HALVES])
            taught = fit(learned, reference_without(of.reference, exercise, tested | held, teachers))
            yield Lesson(taught, tested, held if half == 0 else frozenset(), first=half == 0)


def score_taught(of: Material, exercise: str, clips: int, sets: int = _SETS) -> dict[str, TaughtScore]:
    """Teach an exercise from some clips of as many people, and count everybody else, in each of `MODES`.

    The result is empty if too few people do the exercise.
    """
    scores: dict[str, TaughtScore] = {}
    for lesson in lessons(of, exercise, clips, sets):
        for mode, options in MODES.items():
            score = scores.setdefault(mode, TaughtScore())
            score.sets += lesson.first
            score.refused += lesson.taught is None
            if lesson.taught is not None:
                _count(of, score, lesson, exercise, options)
    return scores


def _sets(
    of: Material, own: list[str], people: list[str], clips: int, sets: int, rng: np.random.Generator
) -> Iterator[tuple[str, ...]]:
    """Clips of different people to teach from."""
    if clips == 1 and len(own) <= sets:
        yield from ((name,) for name in own)
        return
    for _ in range(sets):
        chosen = rng.choice(people, clips, replace=False)
        yield tuple(str(rng.choice([name for name in own if of.clips[name].group == one])) for one in chosen)


def reference_without(
    reference: Reference, exercise: str, people: Collection[str], teachers: Collection[str]
) -> Reference:
    """The reference swings without some people, and without the clips of the exercise of those who teach it."""
    clips = zip(reference.clip_exercises, reference.groups, strict=True)
    return reference.only(
        [
            at
            for at, (name, group) in enumerate(clips)
            if group not in people and not (name == exercise and group in teachers)
        ]
    )


def _count(of: Material, score: TaughtScore, lesson: Lesson, exercise: str, options: TaughtOptions) -> None:
    """Count the clips of the people who are tested, and those of no exercise of the people who are held."""
    assert lesson.taught is not None
    for name, clip in of.clips.items():
        if clip.exercise == exercise and clip.reps and clip.group in lesson.tested:
            count = _counted(of, lesson.taught, name, options)
            near = clip.accept[0] - 1 <= count <= clip.accept[1] + 1
            score.tests.append((clip.accepts(count), near))
        elif clip.exercise == "none" and clip.group in lesson.held:
            count, minutes = _counted(of, lesson.taught, name, options), clip.seconds / 60
            score.false_reps += count
            score.false_clips += Counter({name: count})
            score.minutes += minutes
            if name in _EVERYDAY:
                score.everyday_reps += count
                score.everyday_minutes += minutes


def _counted(of: Material, taught: TaughtSwings, name: str, options: TaughtOptions) -> int:
    model = of.models[name]
    return max((count_swings(taught, one, model, options) for one in of.swings[name]), default=0)
