"""Quality of pose samples: misclassified samples, confused classes and missing views."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.metrics.body import mirror
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.embedding import embed
from fitness.recognition.samples import PoseSamples
from fitness.recognition.taught import knn_options, sample_weights
from fitness.skeleton import Landmark
from fitness.types import FloatArray, JsonDict

MIRRORED: Final = "~mirror"
_VIEW_NAMES: Final = (
    "front", "front-right", "right side", "back-right", "back", "back-left", "left side", "front-left",
)  # fmt: skip
_WILSON_Z: Final = 1.96


@dataclass(frozen=True, slots=True)
class Outlier:
    """A sample that the other samples classify differently.   answer: their class; None if its class has no other source."""

    index: int
    source: str
    label: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Check:
    """The quality of samples, each classified with the samples of all other sources.

    classes: class -> number of samples.   checked: samples that could be checked.   right: number of them that were
        classified correctly.
    interval: 95 % interval of right / checked.   outliers: misclassified samples.
    confused: (true class, class given) -> number of samples.
    views: class -> view -> number of samples; only views that occur.
    missing: views that no sample of a turning point shows.
    """

    classes: dict[str, int]
    checked: int
    right: int
    interval: tuple[float, float]
    outliers: tuple[Outlier, ...]
    confused: dict[tuple[str, str], int]
    views: dict[str, dict[str, int]]
    missing: tuple[str, ...]

    def document(self) -> JsonDict:
        """The report as JSON values."""
        return {
            "classes": self.classes,
            "checked": self.checked,
            "right": self.right,
            "accuracy": self.right / self.checked if self.checked else None,
            "interval_95": [round(v, 4) for v in self.interval],
            "wrong": [
                {"index": o.index, "source": o.source, "class": o.label, "answer": o.answer}
                for o in self.outliers
            ],
            "confused": [
                {"class": a, "taken_for": b, "samples": n} for (a, b), n in sorted(self.confused.items())
            ],
            "views": self.views,
            "missing_views": list(self.missing),
        }


def check(samples: PoseSamples) -> Check:
    """Classify each sample with the samples of all other sources."""
    outliers: list[Outlier] = []
    confused: Counter[tuple[str, str]] = Counter()
    checked = right = 0
    groups = [source_of(source) for source in samples.sources]
    weights = sample_weights(samples)
    for kept, tested in _folds(groups):
        rest = samples.select(at in kept for at in range(len(samples)))
        fitted = KnnPoseClassifier.of(rest, knn_options(rest), weights) if len(rest) else None
        for i in tested:
            label = samples.labels[i]
            if fitted is None or label not in fitted.classes_:
                outliers.append(Outlier(i, samples.sources[i], label, None))
                continue
            checked += 1
            answer = fitted.predict(embed(samples.world[i : i + 1]))[0]
            if answer == label:
                right += 1
                continue
            outliers.append(Outlier(i, samples.sources[i], label, answer))
            confused[label, answer] += 1
    outliers.sort(key=lambda one: one.index)
    views = _views(samples)
    seen = {view for one in views.values() for view in one}
    missing = tuple(view for view in _VIEW_NAMES if view not in seen)
    counts = {name: samples.labels.count(name) for name in samples.classes}
    interval = wilson(right, checked)
    return Check(counts, checked, right, interval, tuple(outliers), dict(confused), views, missing)


def _folds(groups: list[str]) -> Iterator[tuple[frozenset[int], list[int]]]:
    """For each source: the samples of all others, and its own, by index."""
    if len(set(groups)) < 2:
        yield frozenset(), list(range(len(groups)))
        return
    from sklearn.model_selection import LeaveOneGroupOut  # slow to import, and only teaching needs it

    for kept, tested in LeaveOneGroupOut().split(groups, groups=groups):
        yield frozenset(kept.tolist()), tested.tolist()


def source_of(name: str) -> str:
    """The part of a source that samples of one image or turning point share: the text before "@" or "~"."""
    return name.removesuffix(MIRRORED).split("@")[0]


def without_outliers(samples: PoseSamples, found: Check) -> PoseSamples:
    """The samples without the misclassified ones."""
    bad = {one.index for one in found.outliers if one.answer is not None}
    return samples.select(i not in bad for i in range(len(samples)))


def augmented(samples: PoseSamples) -> PoseSamples:
    """The samples and their mirror images (left and right labels swapped)."""
    return PoseSamples(
        np.concatenate([samples.world, mirror(samples.world)]),
        samples.labels * 2,
        (*samples.sources, *(source + MIRRORED for source in samples.sources)),
    )


def wilson(right: int, total: int, z: float = _WILSON_Z) -> tuple[float, float]:
    """Wilson's score interval of a share (E. B. Wilson 1927); (0, 1) if nothing was checked."""
    if not total:
        return 0.0, 1.0
    share, spread = right / total, z * z / total
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def view_of(world: FloatArray) -> str:
    """The view of a body (33, 3) in metres: the side that faces the camera, in steps of 45 degrees of yaw."""
    across = (
        world[Landmark.LEFT_HIP] - world[Landmark.RIGHT_HIP]
        + world[Landmark.LEFT_SHOULDER] - world[Landmark.RIGHT_SHOULDER]
    )  # fmt: skip
    yaw = math.degrees(math.atan2(float(across[2]), float(across[0])))
    return _VIEW_NAMES[round(yaw / 45) % 8]


def _views(samples: PoseSamples) -> dict[str, dict[str, int]]:
    table: dict[str, Counter[str]] = {name: Counter() for name in samples.classes}
    for label, world in zip(samples.labels, samples.world, strict=True):
        table[label][view_of(world)] += 1
    return {name: {v: row[v] for v in _VIEW_NAMES if row[v]} for name, row in table.items()}
