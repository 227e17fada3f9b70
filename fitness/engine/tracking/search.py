"""Finding people in one frame who are followed already, or who are not: the looking part of the crowd loop."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.roi import next_roi
from fitness.engine.tracking.association import likeness
from fitness.engine.tracking.occlusion_mask import OcclusionMask
from fitness.engine.tracking.reid import AppearanceFeatures
from fitness.engine.tracking.result import FrameContext
from fitness.engine.tracking.track import PoseObservation, Track, body_size
from fitness.types import DoubleArray, ImageArray, Roi

_SAME_PERSON: Final = 0.65
"""Likeness of landmarks above which two finds are one person."""
_NEW_PERSON: Final = 0.4
"""Likeness with others below which a find may be somebody new."""
_VISIBLE: Final = 0.35
"""Share of the joints that must be seen beside the people in front."""
_FRESH: Final = 0.7
"""The same for somebody new."""
_BEFORE_WEIGHT: Final = 0.5
"""Of what a person was like before others came close, against place and looks."""
_SURE: Final = 0.9
"""Pose flag of somebody who is found in a tile: on small pieces of a background the detector errs more often."""
_SMALLEST_PX: Final = 30.0
"""Half a body's height below which landmarks are guesses."""
_NEAR: Final = 0.4
"""A detection so many body sizes from somebody who is seen, and of much the same size, is that person."""

Order = Callable[[Roi, float], float]
"""(ROI, score) -> the less, the sooner it is looked at."""


class PersonSearch:
    """AppearanceFeatures for people with the networks.

    Args:
        finder: the networks and the options.
        thorough: look as in a picture of its own.
    """

    def __init__(self, finder: PoseEstimator, *, thorough: bool = False) -> None:
        self._finder = finder
        self._look = finder.study if thorough else finder.look

    def sight(self, image: ImageArray, roi: Roi, owner: Track | None) -> PoseObservation | None:
        """Who is found in a ROI."""
        found = self._look(image, roi)
        if found is None:
            return None
        around = next_roi(found, self._finder.options.upper_body) or found.roi
        looks = AppearanceFeatures(image, found.image, found.visibility)
        return PoseObservation(found, looks, body_size(around), (around.x, around.y), owner)

    def beside(
        self,
        moment: FrameContext,
        sights: Sequence[PoseObservation],
        most: int,
        order: Order,
        worth: Callable[[Roi], bool] = lambda roi: True,
        *,
        faint: bool = False,
    ) -> tuple[list[Detection], list[PoseObservation]]:
        """What the detector reports besides `sights`, who are painted over for it, and who is found there.

        most: how many people to look for.   order: of looking.   worth: whether a ROI is worth looking at.
        faint: also where the detector is less sure.
        """
        paint = OcclusionMask(moment.image, map(_body, sights))
        detections = self._finder.detect(
            paint.picture() if sights else moment.image, moment.rotation_deg, faint=faint
        )
        places = [(roi, each.score) for each in detections if (roi := self._finder.place(each)) is not None]
        new: list[PoseObservation] = []
        for roi, _ in sorted(places, key=lambda place: order(*place)):
            if len(new) == most:
                break
            if worth(roi) and not any(_covers(sight, roi) for sight in (*sights, *new)):
                new += self._new(moment, roi, [*sights, *new], paint)
        return detections, new

    def _new(
        self, moment: FrameContext, roi: Roi, others: list[PoseObservation], paint: OcclusionMask
    ) -> list[PoseObservation]:
        """Who is in a ROI besides the others: one or nobody."""
        sight = self.sight(moment.image, roi, None)
        if sight is not None and not _apart(sight, others, _SAME_PERSON):
            sight = self.sight(OcclusionMask(moment.image, map(_body, others)).picture(), roi, None)
        if sight is None or not _apart(sight, others, _SAME_PERSON):
            return []
        free = paint.share_outside(sight.places)
        if free <= _VISIBLE:
            return []
        return [replace(sight, fresh=free > _FRESH and _apart(sight, others, _NEW_PERSON))]

    def in_tile(self, moment: FrameContext, tile: Roi) -> list[PoseObservation]:
        """The clearest person in one tile of a frame in which nobody was found, or nobody."""
        for detection in self._finder.detect(moment.image, moment.rotation_deg, region=tile):
            sight = self.sight(moment.image, roi, None) if (roi := self._finder.place(detection)) else None
            if sight is not None and sight.found.score > _SURE and sight.size > _SMALLEST_PX:
                return [replace(sight, fresh=True)]
        return []

    def behind(self, sight: PoseObservation, owner: Track, image: ImageArray) -> PoseObservation | None:
        """Who is found where `owner` was expected once the person of `sight`, found there, is painted over."""
        if owner.person.roi is None:
            return None
        paint = OcclusionMask(image, [_body(sight)])
        found = self.sight(paint.picture(), owner.person.roi, owner)
        if (
            found is None
            or not _apart(found, [sight], _SAME_PERSON)
            or paint.share_outside(found.places) < _VISIBLE
        ):
            return None
        looks = AppearanceFeatures(image, found.found.image, found.found.visibility)
        return replace(found, looks=looks)

    def one_each(self, sights: Iterable[PoseObservation], moment: FrameContext) -> list[PoseObservation]:
        """The sights, each of another person: where two are the same, whoever fits less well looks again, with the
        other painted over.
        """
        sights = list(sights)
        if len(sights) < 2:
            return sights
        kept: list[PoseObservation] = []
        for sight in sorted(sights, key=lambda each: _misfit(each, moment.t)):
            again: PoseObservation | None = sight
            if same := [each for each in kept if not _apart(sight, [each], _SAME_PERSON)]:
                if _rather(sight, same[0], moment.t):
                    kept[kept.index(same[0])], sight = sight, same[0]
                paint = OcclusionMask(moment.image, map(_body, kept))
                again = self.sight(paint.picture(), sight.found.roi, sight.owner)
                if again is not None and paint.share_outside(again.places) < _VISIBLE:
                    again = None
            if again is not None and _apart(again, kept, _SAME_PERSON):
                kept.append(again)
        return kept


def _misfit(sight: PoseObservation, t: float) -> float:
    """How badly a sight fits the person in whose place it was found."""
    return math.inf if sight.owner is None else sight.owner.cost(sight, t)


def _rather(sight: PoseObservation, other: PoseObservation, t: float) -> bool:
    """Whether two sights of one person are rather that of the first's owner: what both were like before they came close
    counts, too.
    """
    costs = []
    for each in (sight, other):
        if each.owner is None or each.owner.before is None:
            return False
        before = each.owner.changed(each, each.owner.velocity)
        costs.append(each.owner.cost(each, t) + _BEFORE_WEIGHT * before)
    return costs[0] < costs[1]


def _body(sight: PoseObservation) -> tuple[DoubleArray, float]:
    return sight.places, sight.size


def _covers(sight: PoseObservation, roi: Roi) -> bool:
    """Whether a detection's ROI is of the person who is seen there."""
    ratio = body_size(roi) / max(sight.size, 1e-6)
    return math.dist(sight.centre, (roi.x, roi.y)) < _NEAR * sight.size and 0.6 < ratio < 1.6


def _apart(sight: PoseObservation, others: Iterable[PoseObservation], limit: float) -> bool:
    """Whether the sight is less like each of the others than `limit`."""
    return all(
        likeness(sight.places, other.places, (sight.size + other.size) / 2) < limit for other in others
    )
