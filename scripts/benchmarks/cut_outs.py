"""Cuts people out of clips and pastes them into others, so that a bystander can be added to any clip.

The mask of the landmark model tells which pixels show the person. A person who is cut out is a list of small images, one
for each frame, all with the feet at the lower edge and the person in the middle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from fitness.engine.options import COUNTING, TrackerOptions
from fitness.errors import SourceError
from fitness.media.source import VideoFile
from fitness.types import FloatArray, Frame, ImageArray
from scripts.benchmarks.clips import FrameTracker, at_rate

SEGMENTATION: Final[TrackerOptions] = replace(COUNTING, segmentation=True, num_poses=1)
"""Options of the tracker that cuts people out."""
RATE_HZ: Final = 15.0
"""Maximum frame rate of a composed clip."""
_LONG_PX: Final = 640
"""Longer side of a composed clip, pixels; larger clips are reduced."""
_PERSON: Final = 110
"""Mask value of 0..255 from which a pixel belongs to the person when the person's box is measured."""
_EDGE: Final = (0.3, 0.7)
"""Mask values that become transparent and opaque: it removes the halo around a person."""


@dataclass(frozen=True, slots=True, eq=False)
class CutClip:
    """A clip with a mask of its person.

    images: (T, H, W, 3) uint8 RGB.   masks: (T, H, W) uint8, 255 where the person is.   t: (T,) seconds.
    """

    images: ImageArray
    masks: ImageArray
    t: tuple[float, ...]

    @property
    def middle_and_feet(self) -> tuple[float, float]:
        """x of the middle and y of the lowest point of the person over the whole clip, pixels."""
        rows, columns = np.nonzero((self.masks[:: int(RATE_HZ)] > 128).any(axis=0))
        return (float(columns.min()) + float(columns.max())) / 2, float(rows.max())

    def part(self, start_s: float, end_s: float) -> CutClip:
        """The frames of some seconds."""
        kept = [i for i, t in enumerate(self.t) if start_s <= t <= end_s]
        return CutClip(self.images[kept], self.masks[kept], tuple(self.t[i] for i in kept))


@dataclass(frozen=True, slots=True, eq=False)
class CutOut:
    """A person in one frame.   image: (h, w, 3) uint8 RGB.   alpha: (h, w) uint8, 255 where the person is."""

    image: ImageArray
    alpha: ImageArray


def cut_clip(video: Path, tracker: Callable[[], FrameTracker], end_s: float) -> CutClip:
    """The first seconds of a video with the person's mask, reduced in size and frame rate.

    tracker: makes a tracker with the options `SEGMENTATION`.
    Raises SourceError if the video cannot be read.
    """
    stepper = tracker()
    images, masks, times = [], [], []
    with VideoFile(video, 0.0, end_s) as frames:
        for frame in at_rate(frames, RATE_HZ):
            factor = min(1.0, _LONG_PX / max(frame.image.shape[:2]))
            image = cv2.resize(frame.image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            people = stepper.people(Frame(np.ascontiguousarray(image), frame.t, frame.index))
            mask = people[0].mask if people else None
            images.append(image)
            masks.append(np.zeros(image.shape[:2]) if mask is None else np.clip(mask, 0, 1) * 255)
            times.append(frame.t)
    if not any(mask.any() for mask in masks):
        raise SourceError(f"{video}: nobody was found, so nobody can be cut out")
    return CutClip(np.stack(images).astype(np.uint8), np.stack(masks).astype(np.uint8), tuple(times))


def cut_outs(clip: CutClip) -> list[CutOut]:
    """The person of a clip in each frame, in windows of one size whose lower edge is at the feet."""
    found = []
    for image, mask in zip(clip.images, clip.masks, strict=True):
        count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > _PERSON).astype(np.uint8))
        if count > 1:
            largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
            x, y, width, height = (int(v) for v in stats[largest, :4])
            found.append((image, np.where(labels == largest, mask, 0), x + width / 2, y + height, height))
    tallest, feet = max(each[4] for each in found), max(each[3] for each in found)
    rows = slice(max(0, feet - int(tallest * 1.05)), feet)
    out = []
    for image, alpha, middle, _, _ in found:
        half = int(tallest * 1.1) / 2
        columns = slice(max(0, int(middle - half)), min(image.shape[1], int(middle + half)))
        out.append(CutOut(image[rows, columns].copy(), alpha[rows, columns].copy()))
    return out


def paste(
    image: ImageArray,
    person: CutOut,
    middle_px: float,
    feet_px: float,
    height_px: float,
    *,
    mirrored: bool = False,
    behind: FloatArray | None = None,
) -> None:
    """Draw a person who was cut out onto `image`.

    middle_px, feet_px: x of the person's middle and y of the feet.   height_px: height of the cut-out in the image.
    behind: (H, W) 0..1, how much each pixel shows somebody in front of the person; None: nobody.
    """
    factor = height_px / person.image.shape[0]
    size = max(2, int(person.image.shape[1] * factor)), max(2, int(height_px))
    drawn = cv2.resize(
        person.image, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    ).astype(np.float32)
    share = cv2.resize(person.alpha, size).astype(np.float32) / 255
    share = np.clip((share - _EDGE[0]) / (_EDGE[1] - _EDGE[0]), 0, 1)
    if mirrored:
        drawn, share = drawn[:, ::-1], share[:, ::-1]
    left, top = int(middle_px - size[0] / 2), int(feet_px) - size[1]
    x0, x1 = max(0, left), min(image.shape[1], left + size[0])
    y0, y1 = max(0, top), min(image.shape[0], top + size[1])
    if x1 <= x0 or y1 <= y0:
        return
    part = share[y0 - top : y1 - top, x0 - left : x1 - left, None]
    if behind is not None:
        part = part * (1 - behind[y0:y1, x0:x1, None])
    new = drawn[y0 - top : y1 - top, x0 - left : x1 - left] * part + image[y0:y1, x0:x1] * (1 - part)
    image[y0:y1, x0:x1] = new.astype(np.uint8)
