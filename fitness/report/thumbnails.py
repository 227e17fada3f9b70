"""Makes thumbnails of the best and the worst rep of a session from its annotated video."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2

from fitness.errors import FitnessError
from fitness.media.source import VideoFile
from fitness.metrics.figures import degrees
from fitness.report.measures import Measured, MeasuredRep
from fitness.report.page import Thumbnail
from fitness.types import ImageArray

_WIDTH_PX: Final = 320
_QUALITY: Final = 80


def best_and_worst(one: Measured) -> tuple[MeasuredRep, MeasuredRep] | None:
    """The reps with the greatest and the least range, of the exercise with most reps; None below two measured reps."""
    if not one.totals:
        return None
    exercise = max(one.totals, key=lambda name: one.totals[name])
    known = [(r.range_deg, r) for r in one.reps if r.rep.exercise == exercise and r.range_deg is not None]
    if len(known) < 2:
        return None
    return max(known, key=lambda pair: pair[0])[1], min(known, key=lambda pair: pair[0])[1]


def thumbnails(one: Measured, video: Path) -> tuple[Thumbnail, ...]:
    """Thumbnails of the turning points of `best_and_worst`; none if the video can no longer be read."""
    chosen = best_and_worst(one)
    if chosen is None:
        return ()
    made = []
    for title, r in zip(("Fullest rep", "Shallowest rep"), chosen, strict=True):
        jpeg = _frame_jpeg(video, r.rep.t_peak)
        if jpeg is not None:
            text = f"{title}: set {r.rep.set}, rep {r.rep.number}, {degrees(r.range_deg)}"
            made.append(Thumbnail(jpeg, text))
    return tuple(made)


def _frame_jpeg(video: Path, t: float) -> bytes | None:
    """The first frame at or after `t` seconds as JPEG, at most `_WIDTH_PX` wide; None if there is none."""
    try:
        with VideoFile(video, t) as frames:
            image: ImageArray | None = next((frame.image for frame in frames), None)
    except FitnessError:
        return None
    if image is None:
        return None
    height, width = image.shape[:2]
    scale = min(1.0, _WIDTH_PX / width)
    small = cv2.resize(
        image, (round(width * scale), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    good, data = cv2.imencode(
        ".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    )
    return data.tobytes() if good else None
