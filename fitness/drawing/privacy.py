"""Hides people in frames: their faces, their bodies, every place where they might be, or the whole image.

Hidden areas become squares of one colour. A square is about 7 cm wide on the person, so a face is two or three squares
wide: the movement remains visible, but the person cannot be recognised.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Final, Literal, get_args

import cv2
import numpy as np

from fitness.drawing.person_area import Mask, Part, is_certain, known_area, outline_of, unit_px_of
from fitness.errors import OptionError
from fitness.types import ImageArray, Pose

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

_CELL: Final = 0.14
"""Side of a square, in lengths of the trunk (about 0.5 m)."""

_WHOLE_CELLS: Final = 20
"""Squares along the shorter side of a frame that is covered completely: a head of a quarter of its size has five."""

_SMALLEST_CELL_PX: Final = 4

_MOVED: Final = 1.6
"""Factor on the margins of a person who was just lost."""


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
        self._doubted |= {one.id: t for one in people if not is_certain(one)}
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
        outline = None if one is None else outline_of(one)
        if outline is None:
            return _squares(image, max(_SMALLEST_CELL_PX, math.ceil(min(height, width) / _WHOLE_CELLS)))
        _cover(shown, image, outline.covered(height, width), outline.unit_px)
    return shown


def _covered(
    image: ImageArray,
    people: Sequence[Pose],
    missing: Sequence[Pose],
    part: Part,
    doubted: Collection[int],
) -> ImageArray:
    """The frame with faces or bodies covered.

    people: poses in the frame.   missing: last poses of people who were just lost.
    doubted: ids of people who are covered like "blur".
    """
    shown: ImageArray = image.copy()
    height, width = image.shape[:2]
    for one, scale in (*((pose, 1.0) for pose in people), *((pose, _MOVED) for pose in missing)):
        area = known_area(one, height, width, part, scale, one.id in doubted)
        if area.any():
            _cover(shown, image, area, unit_px_of(one))
    return shown


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
