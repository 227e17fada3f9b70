"""One person who is followed: the filters of the signals, and where to look next."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from fitness.engine.blazepose.geometry import EXPANSION
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.roi import UPPER_EXPANSION, anchors, next_roi, roi_from_anchors
from fitness.engine.blazepose.segmentation import MaskSmoother, image_mask
from fitness.engine.blazepose.smoothing import MIN_OBJECT_SCALE, LowPassFilter, OneEuroFilter
from fitness.engine.options import TrackerOptions
from fitness.skeleton import UPPER_BODY_COUNT
from fitness.types import DoubleArray, FloatArray, ImageArray, Pose, Roi

_VISIBILITY_ALPHA = 0.1
_TUNED_PERIOD_S = 1 / 30


class _Filters:
    """The filters of one person's signals."""

    def __init__(self, options: TrackerOptions) -> None:
        unset = options.zero_is_unset
        self.image = OneEuroFilter(options.image_filter, zero_is_unset=unset)
        self.roi = OneEuroFilter(options.roi_filter, zero_is_unset=unset) if options.roi_filter else None
        self.world = OneEuroFilter(options.world_filter, zero_is_unset=unset)
        period = None if options.visibility_per_frame else _TUNED_PERIOD_S
        self.visibility = LowPassFilter(_VISIBILITY_ALPHA, period)
        self.mask = MaskSmoother(options.mask_smoothing)

    def lose_person(self) -> None:
        """What MediaPipe does when a person is lost: only the filters of the picture start afresh."""
        self.image.reset()
        if self.roi is not None:
            self.roi.reset()


@dataclass(slots=True)
class Person:
    """Somebody who is followed from frame to frame.

    id: of the person.   roi: where to look on the next frame, or None while lost.
    """

    options: TrackerOptions
    id: int = 0
    roi: Roi | None = None
    _filters: _Filters = field(init=False)

    def __post_init__(self) -> None:
        self._filters = _Filters(self.options)

    def lose(self) -> None:
        """Nobody was found where the person was looked for."""
        self.roi = None
        if self.options.restart_filters:
            self._filters = _Filters(self.options)
        else:
            self._filters.lose_person()

    def exchange(self, other: Person) -> None:
        """Each takes the other's place and filters; ids stay."""
        self.roi, other.roi = other.roi, self.roi
        self._filters, other._filters = other._filters, self._filters

    def follow(self, found: RoiLandmarks, t: float, t_filter: float, image: ImageArray) -> Pose:
        """Smooth what was found and place the ROI of the next frame.

        t: seconds of the frame.   t_filter: seconds as the filters shall see them.
        """
        filters = self._filters
        scale = object_scale(found, self.options)
        points = anchors(found, self.options.upper_body)
        if scale is not None and filters.roi is not None:
            points = filters.roi.apply(points, t_filter, scale)
        self.roi = roi_from_anchors(points, self.options.upper_body)
        mask = image_mask(found, image.shape[1], image.shape[0])
        if not self.options.smooth:
            return pose_of(found, t, self.options, person_id=self.id, mask=mask)
        image_points = found.image if scale is None else filters.image.apply(found.image, t_filter, scale)
        return pose_of(
            found,
            t,
            self.options,
            image=image_points,
            world=filters.world.apply(found.world, t_filter),
            visibility=filters.visibility.apply(found.visibility, t_filter),
            person_id=self.id,
            mask=None if mask is None else filters.mask.apply(mask),
        )


def object_scale(found: RoiLandmarks, options: TrackerOptions) -> float | None:
    """One over the body's size, 1/pixels, from unfiltered points; None when it is too small to mean anything."""
    roi = next_roi(found, options.upper_body)
    expansion = UPPER_EXPANSION if options.upper_body else EXPANSION
    size = 0.0 if roi is None else roi.size / expansion * options.scale_expansion
    return 1.0 / size if size >= MIN_OBJECT_SCALE else None


def pose_of(
    found: RoiLandmarks,
    t: float,
    options: TrackerOptions,
    *,
    image: DoubleArray | None = None,
    world: DoubleArray | None = None,
    visibility: FloatArray | None = None,
    person_id: int = 0,
    mask: FloatArray | None = None,
) -> Pose:
    """A pose of what was found, or of filtered values in its place; legs are marked as unseen for the upper body."""
    seen = found.visibility if visibility is None else visibility
    presence = found.presence
    if options.upper_body:
        upper = np.arange(len(seen)) < UPPER_BODY_COUNT
        seen, presence = seen * upper, presence * upper
    return Pose(
        world=np.asarray(found.world if world is None else world, dtype=np.float32),
        image=np.asarray(found.image if image is None else image, dtype=np.float32),
        visibility=seen,
        presence=presence,
        score=found.score,
        t=t,
        roi=found.roi,
        id=person_id,
        mask=mask,
        upper_body=options.upper_body,
    )
