"""Compares the ROI of a tracked person with a detection: does it agree, does it contradict, is it of the same person?

After a hard cut or a crossfade, the ROI of a track may stay upside down or outside the image. The landmark model still
finds a body in it, with a high pose flag and high visibility. Only the detector and the heatmaps show that it is wrong.
"""

from __future__ import annotations

import math
from typing import Final

from fitness.engine.blazepose.geometry import wrap_angle
from fitness.engine.blazepose.relative_roi import Size
from fitness.engine.tracking.track import PoseObservation, body_size
from fitness.types import Roi

DOUBTFUL: Final = 0.65
"""Certainty (mean heatmap peak, 0..1) of a track's landmarks below which its ROI may be wrong. In wrong ROIs of one clip
it was 0.40..0.59; the median of tracked people in other clips is 0.77 with the full model, 0.67 with the lite model."""
CLEARER: Final = 0.15
"""Difference in certainty by which landmarks in a detection's ROI must exceed those in a track's ROI to replace it."""
_SAME_PERSON: Final = 0.4
"""Distance in body sizes up to which a detection of similar size belongs to a person who is already observed."""
_AGREES: Final = 0.5
"""Distance in body sizes up to which a detection agrees with a ROI: detections of a fast push-up differ by 0.3."""
_ALONG: Final = math.radians(90)
"""Difference in rotation, radians, up to which a detection agrees with a ROI."""
_NEAR: Final = 1.0
"""Distance in body sizes up to which a detection can contradict a ROI: so far a body reaches from its centre."""
_AGAINST: Final = math.radians(120)
"""Difference in rotation, radians, from which a detection contradicts a ROI. The detector errs by up to 90 degrees for
people who bend down or lie."""


def covers(observation: PoseObservation, roi: Roi) -> bool:
    """Whether a detection's ROI belongs to an observed person."""
    ratio = body_size(roi) / max(observation.size, 1e-6)
    return (
        math.dist(observation.centre, (roi.x, roi.y)) < _SAME_PERSON * observation.size and 0.6 < ratio < 1.6
    )


def same_place(tracked: Roi, detected: Roi) -> bool:
    """Whether a detection's ROI is at the place of a track's ROI, however it is turned."""
    return _distance(tracked, detected) < _AGREES


def agrees(tracked: Roi, detected: Roi) -> bool:
    """Whether a detection's ROI is at the place of a track's ROI and turned like it."""
    return same_place(tracked, detected) and _turned(tracked, detected) <= _ALONG


def contradicts(tracked: Roi, detected: Roi, size: Size) -> bool:
    """Whether a detection's ROI near a track's ROI shows that the latter is upside down or outside the image.

    size: width and height of the image, pixels.
    """
    if _distance(tracked, detected) >= _NEAR:
        return False
    inside = 0 <= tracked.x < size[0] and 0 <= tracked.y < size[1]
    return not inside or _turned(tracked, detected) >= _AGAINST


def _distance(first: Roi, second: Roi) -> float:
    """Between the centres, in body sizes of the larger person."""
    far = math.dist((first.x, first.y), (second.x, second.y))
    return far / max(body_size(first), body_size(second), 1e-6)


def _turned(first: Roi, second: Roi) -> float:
    """Difference in rotation, radians in [0, pi]."""
    return abs(wrap_angle(first.rotation - second.rotation))
