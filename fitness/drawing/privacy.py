"""Hides people in frames: their faces, their bodies, every place where they might be, or the whole image.

Hidden areas become squares of one colour. A square is about 7 cm wide on the person, so a face is two or three squares
wide: the movement remains visible, but the person cannot be recognised.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import cv2
import numpy as np

from fitness.errors import OptionError
from fitness.types import FloatArray, ImageArray, Pose

Privacy = Literal["none", "face", "person", "blur", "skeleton"]
PRIVACY: Final[tuple[str, ...]] = get_args(Privacy)
"""Values of `--privacy`.

none: the frame is unchanged.   face, person: faces or bodies of tracked people are covered.
blur: bodies are covered with a wide margin; the whole frame is covered if nobody is found or a pose is uncertain.
skeleton: the image is left out.
"""

HOLD_S: Final = 1.0
"""Seconds for which "face" and "person" keep covering a person's last place after a loss, and the whole person after an
uncertain pose."""

Mask = np.ndarray[tuple[int, int], np.dtype[np.bool_]]

_CELL: Final = 0.14
"""Side of a square, in lengths of the trunk (about 0.5 m)."""

_WHOLE_CELLS: Final = 20
"""Squares along the shorter side of a frame that is covered completely: a head of a quarter of its size has five."""

_SMALLEST_CELL_PX: Final = 4

_BLUR_MARGIN: Final = 0.55
"""Margin of "blur" around the hull of the landmarks, in lengths of the trunk: the top of the head is 0.45 above the eyes;
loose clothes and hands reach less far."""

_PERSON_MARGIN: Final = 0.4
_FACE_MARGIN: Final = 0.42
"""Margins of "person", and of "face" around the hull of the face's eleven landmarks."""

_MOVED: Final = 1.6
"""Factor on the margins of a person who was just lost."""

_ROI_MARGIN: Final = 1.3
"""Factor on the side of the ROI, so that it contains hands and feet even if the pose is wrong."""

_SURE: Final = 0.9
"""Least score of a certain pose; with a lower one, the person may be elsewhere."""

_CERTAIN: Final = 0.995
"""The same for "face" and "person", which cover a person with a lower score like "blur". In a push-up seen along the
body, head and feet may be confused, with scores from 0.7 to 0.99; good poses have 1.0."""

_SEEN: Final = 0.5
"""A pose is also uncertain if a shoulder, hip, knee or ankle of the better visible side has a lower visibility."""

_TRUNK_SHARE: Final = (0.15, 0.57)
"""A pose is also uncertain for "face" and "person" if its trunk has another share of the whole figure's size: 0.3 standing,
0.54 in a deep squat. Push-ups seen along the body, in which head and feet are confused, have 0.01 to 0.2 and 0.59 to 0.75."""

_FACE_SEEN: Final = 0.9
"""With a lower visibility or presence of a face landmark, "face" covers the region from the face down to the shoulders."""

_SIDES: Final = ((11, 23, 25, 27), (12, 24, 26, 28))
_TRUNK: Final = (11, 12, 23, 24)
_FACE: Final = slice(0, 11)
_THICKEST_PX: Final = 32_000  # OpenCV draws lines up to 32767
_FAR_PX: Final = 100_000.0
"""Limit of plausible coordinates, pixels: no frame is so large (`media.info.MAX_SIDE_PX`)."""


def check_privacy(value: str) -> Privacy:
    """Check a value. OptionError if it is not one of `PRIVACY`."""
    for known in get_args(Privacy):
        if value == known:
            checked: Privacy = known
            return checked
    raise OptionError(f"option privacy must be one of {', '.join(PRIVACY)}, got {value!r}")


class PrivacyFilter:
    """Hides people in the frames of one stream. It remembers their places, in case they are lost for a moment.

    Args:
        privacy: one of `PRIVACY`.
    """

    def __init__(self, privacy: Privacy = "none") -> None:
        self.privacy = check_privacy(privacy)
        self._seen: dict[int, tuple[float, Pose]] = {}
        self._doubted: dict[int, float] = {}

    def picture(
        self, image: ImageArray, pose: Pose | None, t: float, others: Sequence[Pose] = ()
    ) -> ImageArray:
        """A copy of the frame in which people are hidden.

        Args:
            image, pose, others: as for `private_picture`.
            t: time of the frame, seconds; if it goes back, a new stream has begun.
        """
        people = [one for one in (pose, *others) if one is not None]
        self._seen = {key: (at, pose) for key, (at, pose) in self._seen.items() if 0 <= t - at <= HOLD_S}
        self._doubted = {key: at for key, at in self._doubted.items() if 0 <= t - at <= HOLD_S}
        self._doubted |= {one.id: t for one in people if not _is_certain(one)}
        present = {one.id for one in people}
        missing = [one for key, (_, one) in self._seen.items() if key not in present]
        self._seen |= {one.id: (t, one) for one in people}
        if self.privacy in ("face", "person"):
            return _covered(image, people, missing, self.privacy, self._doubted)
        return private_picture(image, pose, self.privacy, others)


def private_picture(
    image: ImageArray, pose: Pose | None, privacy: Privacy, others: Sequence[Pose] = ()
) -> ImageArray:
    """A copy of the frame in which people are hidden.

    Args:
        image: (H, W, 3) uint8 RGB; it is not changed.
        pose: the counted person, or None if nobody was found. Without a pose, or with an uncertain one, "blur" covers the
            whole frame, because the person may be anywhere; "face" and "person" cover the known people.
        privacy: one of `PRIVACY`.
        others: poses of bystanders.

    Only the people with these poses are covered; there is no search for others. "skeleton" shows nobody.
    """
    people = [one for one in (pose, *others) if one is not None]
    if privacy == "skeleton":
        return np.zeros_like(image)
    if privacy in ("face", "person"):
        return _covered(image, people, (), privacy, ())
    shown: ImageArray = image.copy()
    if privacy == "none":
        return shown
    height, width = image.shape[:2]
    for one in (pose, *others):
        outline = None if one is None else _outline(one)
        if outline is None:
            return _squares(image, max(_SMALLEST_CELL_PX, math.ceil(min(height, width) / _WHOLE_CELLS)))
        _cover(shown, image, outline.covered(height, width), outline.unit_px)
    return shown


def person_area(pose: Pose, height: int, width: int) -> Mask:
    """Area that "blur" covers in a frame of this size, (H, W) bool; the whole frame if the pose is uncertain."""
    outline = _outline(pose)
    if outline is None:
        return np.ones((height, width), np.bool_)
    return outline.covered(height, width)


def known_area(pose: Pose, height: int, width: int, privacy: Privacy) -> Mask:
    """Area that "face" or "person" covers in a frame of this size, (H, W) bool; empty if landmarks are implausible."""
    return _known_area(pose, height, width, privacy)


@dataclass(frozen=True, slots=True, eq=False)
class _Outline:
    """The area in which a person may be.

    hull: (N, 2) corners of the landmarks' convex hull, pixels.   margin_px: margin around the hull.
    unit_px: length of the trunk, pixels.
    roi: (4, 2) corners of the landmark model's ROI, pixels, or None if unknown. It contains the person even if the pose
        is wrong, as in a push-up seen from behind.
    """

    hull: FloatArray
    margin_px: float
    unit_px: float
    roi: FloatArray | None = None

    def covered(self, height: int, width: int) -> Mask:
        """Its pixels in a frame of this size, (H, W) bool."""
        mask = np.zeros((height, width), np.uint8)
        corners = np.rint(self.hull).astype(np.int32)
        cv2.fillConvexPoly(mask, corners, 1)
        cv2.polylines(mask, [corners], True, 1, min(2 * math.ceil(self.margin_px) + 1, _THICKEST_PX))
        if self.roi is not None:
            cv2.fillConvexPoly(mask, np.rint(self.roi).astype(np.int32), 1)
        return mask.astype(np.bool_)


def _covered(
    image: ImageArray,
    people: Sequence[Pose],
    missing: Sequence[Pose],
    privacy: Privacy,
    doubted: Collection[int],
) -> ImageArray:
    """The frame with faces or bodies covered.

    people: poses in the frame.   missing: last poses of people who were just lost.
    doubted: ids of people who are covered like "blur".
    """
    shown: ImageArray = image.copy()
    height, width = image.shape[:2]
    for one, scale in (*((pose, 1.0) for pose in people), *((pose, _MOVED) for pose in missing)):
        area = _known_area(one, height, width, privacy, scale, one.id in doubted)
        if area.any():
            _cover(shown, image, area, _unit_px(one))
    return shown


def _known_area(
    pose: Pose, height: int, width: int, privacy: Privacy, scale: float = 1.0, doubted: bool = False
) -> Mask:
    points = _points(pose)
    if not _makes_sense(points):
        return np.zeros((height, width), np.bool_)
    if doubted or not _is_certain(pose):
        return _whole_outline(pose, scale).covered(height, width)
    unit = _unit_px(pose)
    margin = _FACE_MARGIN if privacy == "face" else _PERSON_MARGIN
    hull = _hull(_head(pose) if privacy == "face" else points)
    return _Outline(hull, max(margin * scale * unit, 4.0), unit).covered(height, width)


def _cover(shown: ImageArray, image: ImageArray, area: Mask, unit_px: float) -> None:
    """Cover an area of `shown` with squares; only the part of the frame around it is computed."""
    cell = max(_SMALLEST_CELL_PX, math.ceil(_CELL * unit_px))
    ys, xs = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
    if not len(ys):
        return
    top, left = ys[0] // cell * cell, xs[0] // cell * cell
    part = (slice(top, ys[-1] + 1 + cell), slice(left, xs[-1] + 1 + cell))
    squares, inside = _squares(image[part], cell), area[part]
    shown[part][inside] = squares[inside]


def _points(pose: Pose) -> FloatArray:
    """The landmarks that the pose has, (N, 2) pixels."""
    return pose.image[:25, :2] if pose.upper_body else pose.image[:, :2]


def _makes_sense(points: FloatArray) -> bool:
    return bool((np.abs(points) < _FAR_PX).all())  # False for NaN too


def _hull(points: FloatArray) -> FloatArray:
    hull = cv2.convexHull(np.ascontiguousarray(points, np.float32)).reshape(-1, 2)
    return np.asarray(hull, np.float32)


def _unit_px(pose: Pose) -> float:
    """Length of the trunk in pixels.

    The trunk looks short from above, and in a push-up from the front. Then the widths or the whole figure are used.
    """
    left_shoulder, right_shoulder, left_hip, right_hip = pose.image[list(_TRUNK), :2].astype(np.float64)
    across = max(np.linalg.norm(left_shoulder - right_shoulder), np.linalg.norm(left_hip - right_hip))
    return max(_trunk_px(pose), 1.2 * float(across), 0.25 * _size_px(pose))


def _trunk_px(pose: Pose) -> float:
    """Distance of the shoulders' middle from the hips' middle in the image, pixels."""
    left_shoulder, right_shoulder, left_hip, right_hip = pose.image[list(_TRUNK), :2].astype(np.float64)
    return float(np.linalg.norm((left_shoulder + right_shoulder - left_hip - right_hip) / 2))


def _size_px(pose: Pose) -> float:
    """The longer side of the box around the landmarks, pixels."""
    return float(np.ptp(_points(pose), axis=0).max())


def _is_sure(pose: Pose, least: float = _SURE) -> bool:
    """Whether the pose is certain."""
    sides = _SIDES if not pose.upper_body else tuple(side[:2] for side in _SIDES)
    return pose.score >= least and max(float(pose.visibility[list(side)].min()) for side in sides) >= _SEEN


def _is_certain(pose: Pose) -> bool:
    """Whether "face" and "person" may rely on the pose: it is certain, and its trunk has a usual share of its size."""
    if not _is_sure(pose, _CERTAIN):
        return False
    if pose.upper_body:
        return True
    low, high = _TRUNK_SHARE
    return low <= _trunk_px(pose) / max(_size_px(pose), 1e-6) <= high


def _head(pose: Pose) -> FloatArray:
    """Points around which "face" covers, (N, 2) pixels: the face, and the shoulders where the face is not surely seen."""
    seen = min(float(pose.visibility[_FACE].min()), float(pose.presence[_FACE].min()))
    points = pose.image[_FACE, :2]
    return points if seen >= _FACE_SEEN else np.concatenate([points, pose.image[11:13, :2]])


def _outline(pose: Pose) -> _Outline | None:
    """The outline of a person for "blur"; None if the pose is uncertain and the person may be anywhere."""
    return _whole_outline(pose) if _makes_sense(_points(pose)) and _is_sure(pose) else None


def _whole_outline(pose: Pose, scale: float = 1.0) -> _Outline:
    """The outline of a pose with plausible landmarks, with the landmark model's ROI."""
    unit, roi = _unit_px(pose), None
    if pose.roi is not None and pose.roi.size < _FAR_PX:
        side = _ROI_MARGIN * scale * pose.roi.size
        box = ((pose.roi.x, pose.roi.y), (side, side), math.degrees(pose.roi.rotation))
        roi = np.asarray(cv2.boxPoints(box), np.float32)
    return _Outline(_hull(_points(pose)), max(_BLUR_MARGIN * scale * unit, 4.0), unit, roi)


def _squares(image: ImageArray, cell_px: int) -> ImageArray:
    """The image in squares of their mean colour."""
    height, width = image.shape[:2]
    size = (math.ceil(width / cell_px), math.ceil(height / cell_px))
    # Padded to whole squares, so that each has one colour and a fixed place.
    padded = cv2.copyMakeBorder(
        image, 0, size[1] * cell_px - height, 0, size[0] * cell_px - width, cv2.BORDER_REPLICATE
    )
    small = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    large = np.repeat(np.repeat(small, cell_px, axis=0), cell_px, axis=1)
    return np.ascontiguousarray(large[:height, :width], dtype=np.uint8)
