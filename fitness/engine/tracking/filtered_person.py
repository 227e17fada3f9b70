"""One tracked person: the landmark filters and the ROI of the next frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.relative_roi import RelativeRoi, Size, size_of
from fitness.engine.blazepose.roi import anchors, body_side, roi_from_anchors
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
        """Restart the filters of image landmarks and ROI only, as MediaPipe does when a person is lost."""
        self.image.reset()
        if self.roi is not None:
            self.roi.reset()


@dataclass(slots=True)
class Person:
    """A person who is tracked from frame to frame.

    id: of the person.   roi: the ROI of the next frame, in pixels of the last one, or None while lost.
    """

    options: TrackerOptions
    id: int = 0
    roi: Roi | None = None
    _filters: _Filters = field(init=False)

    def __post_init__(self) -> None:
        self._filters = _Filters(self.options)

    def lose(self) -> None:
        """Mark the person as lost: the ROI held nobody."""
        self.roi = None
        if self.options.restart_filters:
            self._filters = _Filters(self.options)
        else:
            self._filters.lose_person()

    def exchange(self, other: Person) -> None:
        """Swap ROI and filters with another person; ids stay."""
        self.roi, other.roi = other.roi, self.roi
        self._filters, other._filters = other._filters, self._filters

    def rescale(self, before: Size, size: Size) -> None:
        """Convert ROI and filter state to a new frame size, (width, height) in pixels."""
        if self.roi is not None:
            self.roi = RelativeRoi.of(self.roi, before).in_pixels(size)
        across, down = size[0] / before[0], size[1] / before[1]
        for each in (self._filters.image, self._filters.roi):
            if each is not None:
                each.rescale(np.array([across, down, across]))

    def follow(self, found: RoiLandmarks, t: float, t_filter: float, image: ImageArray) -> Pose:
        """Filter the landmarks and compute the ROI of the next frame.

        t: time of the frame, seconds.   t_filter: time used by the filters, seconds.
        """
        filters = self._filters
        size = size_of(image)
        points = anchors(found, self.options.upper_body)
        scale = object_scale(points, self.options, size)
        if scale is not None and filters.roi is not None:
            points = as_kept(filters.roi.apply(points, t_filter, scale), size)
        self.roi = roi_from_anchors(points, self.options.upper_body)
        mask = image_mask(found, *size)
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


def object_scale(points: DoubleArray, options: TrackerOptions, size: Size) -> float | None:
    """The inverse of the body size, 1/pixels; None if the size is too small to be valid.

    points: the unfiltered `anchors`.   size: of the frame. Computed in float32 from fractions of the frame, as in MediaPipe.
    """
    body_px = body_side(points, options.upper_body)
    if body_px is None:
        return None
    extent = np.array(size, np.float32)
    side = np.float32(body_px)
    sides = side / extent
    if options.scale_expansion != 1:
        sides = (sides * extent).max() / extent * np.float32(options.scale_expansion)
    first, second = sides * extent
    body = (first + second) / np.float32(2)
    return float(np.float32(1) / body) if body >= MIN_OBJECT_SCALE else None


def as_kept(points: DoubleArray, size: Size) -> DoubleArray:
    """Round points (N, 3) in pixels as MediaPipe does, by storing them as float32 fractions of a frame of `size`."""
    extent = np.array([size[0], size[1], size[0]], np.float32)
    return (points.astype(np.float32) / extent * extent).astype(np.float64)


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
    """A pose from the landmarks of a ROI or their filtered values; legs get visibility 0 with `upper_body`."""
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
        model=options.model,
    )
