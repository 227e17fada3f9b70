"""A frame and its pose -> the picture without the person: nothing but black, or the person as coarse squares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import cv2
import numpy as np

from fitness.errors import OptionError
from fitness.types import FloatArray, ImageArray, Pose

Privacy = Literal["none", "blur", "skeleton"]
PRIVACY: Final[tuple[str, ...]] = get_args(Privacy)
"""What `--privacy` knows: the picture as it is, the person in coarse squares, or no picture at all."""

_MARGIN: Final = 0.55
"""How far beyond the hull of the landmarks the person may reach, in lengths of the trunk: the top of the head lies
0.45 above the eyes, loose clothes and hands less."""

_CELLS: Final = 10
"""Squares along the longest side of the person: a head has about one."""

_WHOLE_CELLS: Final = 12
"""Squares along the shorter side of the picture where nobody was found, so anybody may be anywhere."""

_ROI_MARGIN: Final = 1.3
"""The square that was looked at, so much larger: hands and feet of a misjudged pose stay inside."""

_SURE: Final = 0.9
"""A pose with a lower score may be somewhere else than its person; then the whole picture is covered."""

_SEEN: Final = 0.5
"""So much must the least visible of shoulders, hips, knees and ankles be on the better side, else likewise."""

_SIDES: Final = ((11, 23, 25, 27), (12, 24, 26, 28))
_TRUNK: Final = (11, 12, 23, 24)
_SMALLEST_CELL_PX: Final = 4
_THICKEST_PX: Final = 32_000  # OpenCV draws lines up to 32767
_FAR_PX: Final = 100_000.0
"""No picture is so large (`media.info.MAX_SIDE_PX`); landmarks further away make no sense."""


def check_privacy(value: str) -> Privacy:
    """`value` itself. OptionError when it is none of `PRIVACY`."""
    for known in get_args(Privacy):
        if value == known:
            checked: Privacy = known
            return checked
    raise OptionError(f"option privacy must be one of {', '.join(PRIVACY)}, got {value!r}")


def private_picture(
    image: ImageArray, pose: Pose | None, privacy: Privacy, others: Sequence[Pose] = ()
) -> ImageArray:
    """A new picture to draw on, in which the people cannot be seen.

    Args:
        image: (H, W, 3) uint8 RGB; it is not changed.
        pose: the person in it, or None when nobody was found. Then, and where the pose is in doubt, "blur" covers the
            whole picture, because the person may be anywhere in it.
        privacy: "none": a copy. "blur": squares of one colour over the people and around. "skeleton": black.
        others: who else is in it.

    Only the people of these poses are covered by "blur"; further bystanders are not looked for. "skeleton" shows nobody.
    """
    shown: ImageArray = np.zeros_like(image) if privacy == "skeleton" else image.copy()
    if privacy != "blur":
        return shown
    height, width = image.shape[:2]
    for one in (pose, *others):
        outline = None if one is None else _outline(one)
        if outline is None:
            return _squares(image, max(_SMALLEST_CELL_PX, math.ceil(min(height, width) / _WHOLE_CELLS)))
        squares = _squares(image, max(_SMALLEST_CELL_PX, math.ceil(outline.long_px / _CELLS)))
        covered = outline.covered(height, width)
        shown[covered] = squares[covered]
    return shown


def person_area(pose: Pose, height: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """(H, W) bool: what "blur" covers in a picture of this size; everything where the pose is in doubt."""
    outline = _outline(pose)
    if outline is None:
        return np.ones((height, width), np.bool_)
    return outline.covered(height, width)


@dataclass(frozen=True, slots=True, eq=False)
class _Outline:
    """Where the person may be.

    hull: (N, 2) corners of the landmarks' convex hull, pixels.   margin_px: how far beyond it they may reach.
    roi: (4, 2) corners of the square in which the landmark model looked for them, pixels, or None where not known: a
        pose that is misjudged, such as a push-up seen from behind, still has its person in there.
    """

    hull: FloatArray
    margin_px: float
    roi: FloatArray | None

    @property
    def long_px(self) -> float:
        """The longest side of all of it."""
        long_px = float(np.ptp(self.hull, axis=0).max()) + 2 * self.margin_px
        return long_px if self.roi is None else max(long_px, float(np.ptp(self.roi, axis=0).max()))

    def covered(self, height: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """(H, W) bool: its pixels in a picture of this size."""
        mask = np.zeros((height, width), np.uint8)
        corners = np.rint(self.hull).astype(np.int32)
        cv2.fillConvexPoly(mask, corners, 1)
        cv2.polylines(mask, [corners], True, 1, min(2 * math.ceil(self.margin_px) + 1, _THICKEST_PX))
        if self.roi is not None:
            cv2.fillConvexPoly(mask, np.rint(self.roi).astype(np.int32), 1)
        return mask.astype(np.bool_)


def _outline(pose: Pose) -> _Outline | None:
    """The outline of a person; None where the pose is in doubt, so that they may be anywhere."""
    points = pose.image[:25, :2] if pose.upper_body else pose.image[:, :2]
    if not (np.abs(points) < _FAR_PX).all():  # NaN too
        return None
    sides = _SIDES if not pose.upper_body else tuple(side[:2] for side in _SIDES)
    if pose.score < _SURE or max(float(pose.visibility[list(side)].min()) for side in sides) < _SEEN:
        return None
    left_shoulder, right_shoulder, left_hip, right_hip = pose.image[list(_TRUNK), :2].astype(np.float64)
    trunk = np.linalg.norm((left_shoulder + right_shoulder - left_hip - right_hip) / 2)
    across = max(np.linalg.norm(left_shoulder - right_shoulder), np.linalg.norm(left_hip - right_hip))
    # Seen from above or the front of a push-up the trunk is short; widths and the whole figure stand in for it.
    whole = float(np.ptp(points, axis=0).max())
    margin = _MARGIN * max(float(trunk), 1.2 * float(across), 0.25 * whole)
    hull = cv2.convexHull(np.ascontiguousarray(points, np.float32)).reshape(-1, 2)
    roi = None
    if pose.roi is not None and pose.roi.size < _FAR_PX:
        side = _ROI_MARGIN * pose.roi.size
        box = ((pose.roi.x, pose.roi.y), (side, side), math.degrees(pose.roi.rotation))
        roi = np.asarray(cv2.boxPoints(box), np.float32)
    return _Outline(np.asarray(hull, np.float32), max(margin, 4.0), roi)


def _squares(image: ImageArray, cell_px: int) -> ImageArray:
    """The picture in squares of their mean colour."""
    height, width = image.shape[:2]
    size = (math.ceil(width / cell_px), math.ceil(height / cell_px))
    # Padded to whole squares, so that each is one colour and all of them keep their places.
    padded = cv2.copyMakeBorder(
        image, 0, size[1] * cell_px - height, 0, size[0] * cell_px - width, cv2.BORDER_REPLICATE
    )
    small = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    large = np.repeat(np.repeat(small, cell_px, axis=0), cell_px, axis=1)
    return np.ascontiguousarray(large[:height, :width], dtype=np.uint8)
