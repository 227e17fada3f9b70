"""Converts poses from frame to screen coordinates, and measures how much of a person a card covers."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import cv2
import numpy as np

from fitness.apps.window.runner import Shown
from fitness.drawing.backdrop import Placement
from fitness.types import Count, Frame, FrameResult, ImageArray, Pose

Box: TypeAlias = tuple[float, float, float, float]
"""left, top, right, bottom, in screen pixels."""


def on_screen_pose(pose: Pose, place: Placement, mirror_width: int | None) -> Pose:
    """The pose in screen coordinates.   mirror_width: width of the frame in pixels if it is mirrored, else None."""
    points = np.array(pose.image, np.float32)
    if mirror_width is not None:
        points[:, 0] = mirror_width - points[:, 0]
    points = points * np.float32(place.scale) + np.array([place.left, place.top, 0], np.float32)
    return replace(pose, image=points, mask=None, roi=None)


def box_of(pose: Pose) -> Box | None:
    """The box around the visible landmarks; None if fewer than four are visible."""
    seen = pose.image[pose.visibility >= 0.5, :2]
    if len(seen) < 4 or not np.isfinite(seen).all():
        return None
    (left, top), (right, bottom) = seen.min(axis=0).tolist(), seen.max(axis=0).tolist()
    return left, top, right, bottom


def covered(box: Box | None, card: tuple[int, int, int, int]) -> float:
    """The area of the person's box that a card covers, pixels."""
    if box is None:
        return 0.0
    wide = min(box[2], card[2]) - max(box[0], card[0])
    high = min(box[3], card[3]) - max(box[1], card[1])
    return max(0.0, wide) * max(0.0, high)


def scaled(shown: Shown, size: tuple[int, int]) -> FrameResult:
    """The result with frame and landmarks scaled to fit into `size` = (width, height), with black bars."""
    frame, width, height = shown.frame, *size
    result = shown.result or FrameResult(frame, None, None, Count({}, phase=shown.state.phase))
    scale = min(width / frame.image.shape[1], height / frame.image.shape[0])
    inner = (max(1, round(frame.image.shape[1] * scale)), max(1, round(frame.image.shape[0] * scale)))
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    image: ImageArray = np.zeros((height, width, 3), np.uint8)
    part = frame.image if scale == 1 else cv2.resize(frame.image, inner, interpolation=cv2.INTER_LINEAR)
    image[top : top + inner[1], left : left + inner[0]] = part
    pose = None if result.pose is None else _moved(result.pose, scale, left, top)
    others = tuple(_moved(other, scale, left, top) for other in result.others)
    return replace(result, frame=Frame(image, frame.t, frame.index), pose=pose, others=others)


def _moved(pose: Pose, scale: float, left: int, top: int) -> Pose:
    """The pose in a frame that was scaled and then moved by (left, top) pixels."""
    points = pose.image * np.float32(scale) + np.array([left, top, 0], np.float32)
    roi = pose.roi
    if roi is not None:
        roi = replace(roi, x=roi.x * scale + left, y=roi.y * scale + top, size=roi.size * scale)
    return replace(pose, image=points, mask=None, roi=roi)
