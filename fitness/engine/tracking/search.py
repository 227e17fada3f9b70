"""Finds people in one frame: those in known ROIs, and new ones with the detector."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.relative_roi import size_of
from fitness.engine.blazepose.roi import next_roi
from fitness.engine.tracking.association import likeness
from fitness.engine.tracking.home import Home
from fitness.engine.tracking.occlusion_mask import OcclusionMask
from fitness.engine.tracking.reid import AppearanceFeatures
from fitness.engine.tracking.result import FrameContext
from fitness.engine.tracking.roi_agreement import CLEARER, DOUBTFUL, agrees, contradicts, covers, same_place
from fitness.engine.tracking.track import PoseObservation, Track, body_size
from fitness.engine.tracking.track_matching import assignment_cost, motion_change
from fitness.types import DoubleArray, ImageArray, Roi

_TRUNK: Final = [11, 12, 23, 24]
"""Shoulders and hips."""
_SAME_PERSON: Final = 0.65
"""Landmark similarity above which two observations are one person."""
_NEW_PERSON: Final = 0.4
"""Landmark similarity with others below which an observation may be a new person."""
_VISIBLE: Final = 0.35
"""Fraction of the joints that must not be covered by the people in front."""
_FRESH: Final = 0.7
"""The same fraction for a person who may begin a new track."""
_BEFORE_WEIGHT: Final = 0.5
"""Weight of the earlier size and velocity (before people came close) against position and appearance."""
_SURE: Final = 0.9
"""Minimum pose flag of a person found in a tile: on small pieces of background the detector errs more often."""
_SMALLEST_PX: Final = 30.0
"""Half a body height in pixels below which landmarks are guesses."""

Order = Callable[[Roi, float], float]
"""(ROI, score) -> sort key; the smallest is checked first."""


class PersonSearch:
    """Runs the networks for `MultiPersonTracker` and `detect_all`.

    Args:
        estimator: the networks and the options.
        thorough: run several landmark passes per person, as for single images.
    """

    def __init__(self, estimator: PoseEstimator, *, thorough: bool = False) -> None:
        self._estimator = estimator
        self._thorough = thorough
        self._landmarks_in = estimator.refined_landmarks_in if thorough else estimator.landmarks_in

    def observe(
        self, image: ImageArray, roi: Roi, owner: Track | None, *, with_certainty: bool = False
    ) -> PoseObservation | None:
        """The person in a ROI; None if there is none, or, in a stream, if the whole trunk is outside the image.

        Landmarks outside the image are guesses. The next ROI would follow them, and keep the detector from the person.
        with_certainty: measure the certainty of the landmarks; only in a stream.
        """
        if with_certainty:
            found = self._estimator.landmarks_in(image, roi, with_certainty=True)
        else:
            found = self._landmarks_in(image, roi)
        if found is None or not (self._thorough or _trunk_inside(found, image)):
            return None
        around = self._around(found)
        appearance = AppearanceFeatures(image, found.image, found.visibility)
        return PoseObservation(found, appearance, body_size(around), (around.x, around.y), owner)

    def _around(self, found: RoiLandmarks) -> Roi:
        """The ROI around the landmarks."""
        return next_roi(found, self._estimator.options.upper_body) or found.roi

    def beside(
        self,
        context: FrameContext,
        observations: Sequence[PoseObservation],
        most: int,
        order: Order,
        worth: Callable[[Roi], bool] = lambda roi: True,
        *,
        faint: bool = False,
    ) -> tuple[list[Detection], list[PoseObservation]]:
        """Search for people other than those in `observations`, who are covered for the detector.

        most: maximum number of new people.   order: the order in which detections are checked.
        worth: whether to run the landmark model on a ROI.   faint: use the lower score `still_search_score`.
        Returns the detections and the observations of new people.
        """
        mask = OcclusionMask(context.image, map(_body, observations))
        detections = self._estimator.detect(
            mask.image() if observations else context.image, context.rotation_deg, faint=faint
        )
        rois = [(roi, each.score) for each in detections if (roi := self._estimator.roi_of(each)) is not None]
        new: list[PoseObservation] = []
        for roi, _ in sorted(rois, key=lambda each: order(*each)):
            if len(new) == most:
                break
            if worth(roi) and not any(covers(observation, roi) for observation in (*observations, *new)):
                new += self._new(context, roi, [*observations, *new], mask)
        return detections, new

    def _new(
        self, context: FrameContext, roi: Roi, others: list[PoseObservation], mask: OcclusionMask
    ) -> list[PoseObservation]:
        """Returns at most one new person in the ROI."""
        observation = self.observe(context.image, roi, None)
        if observation is not None and not _apart(observation, others, _SAME_PERSON):
            observation = self.observe(OcclusionMask(context.image, map(_body, others)).image(), roi, None)
        if observation is None or not _apart(observation, others, _SAME_PERSON):
            return []
        free = mask.visible_share(observation.points)
        if free <= _VISIBLE:
            return []
        return [replace(observation, fresh=free > _FRESH and _apart(observation, others, _NEW_PERSON))]

    def at_home(
        self, context: FrameContext, home: Home, others: Sequence[PoseObservation]
    ) -> PoseObservation | None:
        """The person whom the detector finds at a home, of the size and rotation of the person who stayed there, or None.

        others: the other people in the frame, who are covered for the detector.
        """
        image = OcclusionMask(context.image, map(_body, others)).image() if others else context.image
        for detection in self._estimator.detect(image, context.rotation_deg):
            roi = self._estimator.roi_of(detection)
            if roi is None or home.turned(roi.rotation):
                continue
            if not home.fits(np.array([roi.x, roi.y]), body_size(roi), context.t):
                continue
            observation = self.observe(context.image, roi, None)
            if observation is not None and home.fits(observation.middle, observation.size, context.t):
                return observation
        return None

    def in_wrong_rois(
        self, context: FrameContext, observations: Sequence[PoseObservation]
    ) -> dict[PoseObservation, PoseObservation]:
        """Observations from wrong ROIs -> the person whom the detector finds there, with the same owner.

        observations: with measured certainty; the first ones have priority.
        Nobody is covered for the detector, because the landmarks in a wrong ROI may cover the person. It runs only if a
        certainty is low. A ROI is wrong if a detection contradicts it, none agrees, and the landmarks there are clearer.
        A detection at the place of somebody with clear landmarks is of that person, even if it is turned otherwise.
        """
        right: dict[PoseObservation, PoseObservation] = {}
        owned = [each for each in observations if each.owner is not None]
        doubtful = [each for each in owned if 0 < each.found.certainty < DOUBTFUL]
        if not doubtful:
            return right
        size = size_of(context.image)
        detections = self._estimator.detect(context.image, context.rotation_deg)
        rois = [roi for each in detections if (roi := self._estimator.roi_of(each)) is not None]
        tracked = {each: self._around(each.found) for each in observations}
        clear = [around for each, around in tracked.items() if each not in doubtful]
        free = [
            roi
            for roi in rois
            if not any(agrees(around, roi) for around in tracked.values())
            and not any(same_place(around, roi) for around in clear)
        ]
        for observation in doubtful:
            around, owner = tracked[observation], observation.owner
            if any(agrees(around, roi) for roi in rois):
                continue
            others = [*(each for each in observations if each is not observation), *right.values()]
            for roi in (roi for roi in free if contradicts(around, roi, size)):
                found = self.observe(context.image, roi, owner, with_certainty=True)
                if found and _clearer(found, observation) and _apart(found, others, _SAME_PERSON):
                    right[observation] = found
                    break
        return right

    def in_tile(
        self, context: FrameContext, tile: Roi, others: Sequence[PoseObservation] = ()
    ) -> list[PoseObservation]:
        """The best detection in one tile that is not one of the `others`: a list of at most one observation."""
        for detection in self._estimator.detect(context.image, context.rotation_deg, region=tile):
            roi = self._estimator.roi_of(detection)
            if roi is None or any(covers(other, roi) for other in others):
                continue
            observation = self.observe(context.image, roi, None)
            if (
                observation is not None
                and observation.found.score > _SURE
                and observation.size > _SMALLEST_PX
                and _apart(observation, others, _NEW_PERSON)
            ):
                return [replace(observation, fresh=True)]
        return []

    def in_tiles(self, context: FrameContext, tiles: Iterable[Roi], most: int) -> list[PoseObservation]:
        """Up to `most` people in the tiles of a single image, those with the best pose flag first."""
        found = [observation for tile in tiles for observation in self.in_tile(context, tile)]
        kept: list[PoseObservation] = []
        for observation in sorted(found, key=lambda each: -each.found.score):
            if len(kept) < most and _apart(observation, kept, _SAME_PERSON):
                kept.append(observation)
        return kept

    def behind(self, observation: PoseObservation, owner: Track, image: ImageArray) -> PoseObservation | None:
        """The person found at the expected position of `owner` after the person in `observation` is covered, or None."""
        if owner.person.roi is None:
            return None
        mask = OcclusionMask(image, [_body(observation)])
        found = self.observe(mask.image(), owner.person.roi, owner)
        if (
            found is None
            or not _apart(found, [observation], _SAME_PERSON)
            or mask.visible_share(found.points) < _VISIBLE
        ):
            return None
        appearance = AppearanceFeatures(image, found.found.image, found.found.visibility)
        return replace(found, appearance=appearance)

    def one_each(
        self, observations: Iterable[PoseObservation], context: FrameContext
    ) -> list[PoseObservation]:
        """The observations, each of a different person.

        Where two observations are of one person, the one that fits its track better is kept. For the other track the
        landmark model runs again with that person covered.
        """
        observations = list(observations)
        if len(observations) < 2:
            return observations
        kept: list[PoseObservation] = []
        for observation in sorted(observations, key=lambda each: _misfit(each, context.t)):
            again: PoseObservation | None = observation
            if same := [each for each in kept if not _apart(observation, [each], _SAME_PERSON)]:
                if _rather(observation, same[0], context.t):
                    kept[kept.index(same[0])], observation = observation, same[0]
                mask = OcclusionMask(context.image, map(_body, kept))
                again = self.observe(mask.image(), observation.found.roi, observation.owner)
                if again is not None and mask.visible_share(again.points) < _VISIBLE:
                    again = None
            if again is not None and _apart(again, kept, _SAME_PERSON):
                kept.append(again)
        return kept


def _misfit(observation: PoseObservation, t: float) -> float:
    """Assignment cost of an observation for the track whose ROI gave it."""
    return math.inf if observation.owner is None else assignment_cost(observation.owner, observation, t)


def _rather(observation: PoseObservation, other: PoseObservation, t: float) -> bool:
    """Whether an observation shared by two tracks belongs to the first one's owner; their earlier motion counts too."""
    costs = []
    for each in (observation, other):
        if each.owner is None or each.owner.before is None:
            return False
        before = motion_change(each.owner, each, each.owner.velocity)
        costs.append(assignment_cost(each.owner, each, t) + _BEFORE_WEIGHT * before)
    return costs[0] < costs[1]


def _trunk_inside(found: RoiLandmarks, image: ImageArray) -> bool:
    """Whether a shoulder or a hip is inside the image (H, W, 3)."""
    height, width = image.shape[:2]
    return any(0 <= x < width and 0 <= y < height for x, y in found.image[_TRUNK, :2].tolist())


def _body(observation: PoseObservation) -> tuple[DoubleArray, float]:
    return observation.points, observation.size


def _clearer(observation: PoseObservation, other: PoseObservation) -> bool:
    """Whether the landmarks of an observation are clearly more certain than those of another one."""
    return observation.found.certainty >= other.found.certainty + CLEARER


def _apart(observation: PoseObservation, others: Iterable[PoseObservation], limit: float) -> bool:
    """Whether the similarity to each of the other observations is below `limit`."""
    return all(
        likeness(observation.points, other.points, (observation.size + other.size) / 2) < limit
        for other in others
    )
