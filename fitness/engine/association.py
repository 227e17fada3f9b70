"""Who is who: overlap of ROIs, as MediaPipe's Tasks judge it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from fitness.engine.geometry import box_iou
from fitness.types import FloatArray, Roi


def roi_box(roi: Roi) -> FloatArray:
    """(4,) x0, y0, x1, y1 in pixels of a ROI as if it were not turned."""
    half = roi.size / 2
    return np.array([roi.x - half, roi.y - half, roi.x + half, roi.y + half], dtype=np.float32)


def merge_rois(lists: Iterable[Sequence[Roi]], min_overlap: float) -> list[Roi]:
    """One list of ROIs in which no two overlap by an IoU of more than `min_overlap`.

    ROIs are taken in turn; each removes those before it that it overlaps, and goes to the end. Rotation is ignored.
    MediaPipe judges rectangles normalised to the picture, which have the same IoU.
    Source: MediaPipe's `association_calculator.h`.
    """
    kept: list[Roi] = []
    for rois in lists:
        for roi in rois:
            if kept:
                overlaps = box_iou(np.stack([roi_box(each) for each in kept]), roi_box(roi))
                kept = [each for each, iou in zip(kept, overlaps, strict=True) if not iou > min_overlap]
            kept.append(roi)
    return kept
