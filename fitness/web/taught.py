"""Exercises taught on the page: pictures of two turning points -> samples, a check of them, and a recogniser that counts."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from fitness.errors import OptionError, SamplesError
from fitness.pipeline import Counter
from fitness.recognition.classifier import KnnOptions, KnnPoseClassifier, embed_pose
from fitness.recognition.exercises import OTHER
from fitness.recognition.samples import PoseSamples, load_samples, save_samples
from fitness.recognition.smoothing import ScoreSmoother
from fitness.types import Classification, Count, JsonDict, Pose, Rep
from fitness.web.services import Services

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")
ENTER, EXIT = 0.6, 0.4
"""Shares of votes at which the counted pose is entered and left; the published recipe's 6 and 4 of 10 neighbours."""
_SMOOTHING_S: Final = 0.12
_SET_PAUSE_S: Final = 8.0
_FEWEST: Final = 2


def exercise_name(text: str) -> str:
    """`text` if it may name an exercise: never a path. OptionError otherwise."""
    if not _NAME.fullmatch(text):
        raise OptionError(
            "a name must be 2 to 32 small letters, digits and hyphens, a letter first, got " + repr(text[:40])
        )
    return text


class TaughtRecogniser:
    """Counts one taught exercise: a rep is into the class NAME_down and out of it again.

               share of NAME_down >= 0.6
        TOP ------------------------------> BOTTOM
         ^        share of NAME_down <= 0.4    |
         +------------ one rep ----------------+

    Args:
        name: the exercise.   classifier: knows NAME_up, NAME_down and poses that are neither.
    """

    def __init__(self, name: str, classifier: KnnPoseClassifier) -> None:
        self._name, self._classifier = name, classifier
        self._smoother = ScoreSmoother(_SMOOTHING_S)
        self._column = classifier.classes_.index(f"{name}_down")
        self._reps, self._in_set, self._set = 0, 0, 0
        self._entered_t: float | None = None
        self._last_t = 0.0

    def step(self, pose: Pose | None, t: float) -> tuple[Classification | None, Count]:
        """What the pose looks like and the count after it, at `t` seconds."""
        if pose is None:
            self._entered_t = None
            return None, self._count(None, None, "Step into view")
        shares, distances = self._classifier.query(embed_pose(pose.world)[None])
        scores = self._smoother.step(shares[0], t)
        down = float(scores[self._column])
        rep = self._rep(down, t)
        seen = dict(zip(self._classifier.classes_, map(float, scores), strict=True))
        return Classification(seen, float(distances[0])), self._count(down, rep, None)

    def _rep(self, down: float, t: float) -> Rep | None:
        if self._entered_t is None:
            if down >= ENTER:
                self._entered_t = t
            return None
        if down > EXIT:
            return None
        began, self._entered_t = self._entered_t, None
        if not self._set or t - self._last_t > _SET_PAUSE_S:
            self._set, self._in_set = self._set + 1, 0
        self._reps, self._in_set, self._last_t = self._reps + 1, self._in_set + 1, t
        return Rep(self._name, self._set, self._in_set, began, (began + t) / 2, t, 1.0)

    def _count(self, down: float | None, rep: Rep | None, message: str | None) -> Count:
        running = self._name if self._reps or self._entered_t is not None else None
        totals = {self._name: self._reps} if self._reps else {}
        return Count(totals, running, self._set, self._in_set, down, rep, message)


class Exercises:
    """What may be counted: what comes with the program, and what was taught."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._base = KnnPoseClassifier.of(services.samples)

    @property
    def base(self) -> KnnPoseClassifier:
        """The classifier of the program's own samples."""
        return self._base

    @property
    def taught(self) -> tuple[str, ...]:
        """Names of the taught exercises that can be used, sorted."""
        folder = self._services.taught
        found = folder.iterdir() if folder.is_dir() else iter(())
        own = self._services.exercises
        return tuple(
            sorted(p.name for p in found if _NAME.fullmatch(p.name) and p.is_dir() and p.name not in own)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """All exercises."""
        return (*self._services.exercises, *self.taught)

    def recogniser(self, name: str) -> Counter:
        """A recogniser that has counted nothing. OptionError for an unknown name, SamplesError for broken samples."""
        if name in self._services.exercises:
            return self._services.recogniser(name, self._base)
        if name not in self.taught:
            raise OptionError(f"exercise must be one of {', '.join(self.names)}, got '{name[:40]}'")
        own = load_samples(self._services.taught / name)
        return TaughtRecogniser(name, KnnPoseClassifier.of(self._joined(own), _options(own)))

    def _joined(self, own: PoseSamples) -> PoseSamples:
        """The taught samples, and the program's own of poses that are no exercise to be refused by."""
        base = self._services.samples.select(label == OTHER for label in self._services.samples.labels)
        return PoseSamples(
            np.concatenate([own.world, base.world]),
            (*own.labels, *base.labels),
            (*own.sources, *base.sources),
        )

    def save(self, name: str, samples: PoseSamples) -> None:
        """Keep a taught exercise; an older one of that name is replaced.

        Raises:
            OptionError: the name is not allowed or taken by the program, or a class has fewer than two pictures.
            SamplesError: it cannot be written.
        """
        if exercise_name(name) in self._services.exercises:
            raise OptionError(f"'{name}' comes with the program; choose another name")
        for side in ("up", "down"):
            count = samples.labels.count(f"{name}_{side}")
            if count < _FEWEST:
                raise OptionError(
                    f"{name} {side} has {count} pictures; collect at least {_FEWEST} (better 10)"
                )
        try:
            save_samples(samples, self._services.taught / name)
        except OSError as error:
            raise SamplesError(self._services.taught / name, error.strerror or str(error)) from None

    def forget(self, name: str) -> None:
        """Delete a taught exercise. OptionError where there is none."""
        if name not in self.taught:
            raise OptionError(f"no taught exercise is called '{name[:40]}'")
        folder = self._services.taught / name
        for file in folder.glob("*.csv"):
            file.unlink()
        folder.rmdir()


def leave_one_out(samples: PoseSamples) -> JsonDict:
    """How well each sample is recognised by the others: counts, right answers, and which are taken for what."""
    rows = []
    for i, label in enumerate(samples.labels):
        rest = samples.select(j != i for j in range(len(samples)))
        if label not in rest.classes:
            rows.append({"index": i, "class": label, "answer": None})
            continue
        fitted = KnnPoseClassifier.of(rest, _options(rest))
        rows.append(
            {"index": i, "class": label, "answer": fitted.predict(embed_pose(samples.world[i])[None])[0]}
        )
    right = sum(row["class"] == row["answer"] for row in rows)
    return {
        "classes": {name: samples.labels.count(name) for name in samples.classes},
        "checked": len(rows),
        "right": right,
        "wrong": [row for row in rows if row["class"] != row["answer"]],
    }


def _options(samples: PoseSamples) -> KnnOptions:
    """As many neighbours as the smaller turning point can give, ten at most."""
    few = max(1, min(10, *(samples.labels.count(name) for name in samples.classes if name != OTHER)))
    return KnnOptions(candidates=max(30, few), neighbours=few, nearest=min(5, few))


class Lesson:
    """Samples being collected by one page; nothing is on the disk until they are saved."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: list[tuple[str, str, Pose]] = []

    def add(self, side: str, source: str, pose: Pose) -> int:
        """One more picture of `side` ("up", "down" or "other"); how many that side has now. OptionError when full."""
        if side not in ("up", "down", OTHER):
            raise OptionError(f"class must be up, down or {OTHER}, got '{side[:20]}'")
        count = sum(one == side for one, _, _ in self._rows)
        if count >= self._limit:
            raise OptionError(f"at most {self._limit} pictures a class")
        self._rows.append((side, source, pose))
        return count + 1

    def remove(self, index: int) -> None:
        """Take a picture out again. OptionError where there is none."""
        if not 0 <= index < len(self._rows):
            raise OptionError(f"there is no picture {index}")
        del self._rows[index]

    def samples(self, name: str) -> PoseSamples:
        """The collection, its classes named after the exercise. OptionError while it is empty."""
        if not self._rows:
            raise OptionError("no pictures yet; add some of the upper and the lower turning point")
        labels = tuple(OTHER if side == OTHER else f"{name}_{side}" for side, _, _ in self._rows)
        world = np.stack([pose.world for _, _, pose in self._rows])
        return PoseSamples(world, labels, tuple(source for _, source, _ in self._rows))
