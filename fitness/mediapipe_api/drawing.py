"""Draws landmarks on images and in three dimensions; every pixel is as in MediaPipe's `drawing_utils`.

Landmarks may be a message with a list `landmark`, or a plain list of objects with x, y, z, visibility and presence;
lines may be pairs of indices or objects with `start` and `end`. Colours are (blue, green, red), 0..255.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from fitness.mediapipe_api.failures import ArgumentError, MissingPackageError

Colour: TypeAlias = tuple[int, int, int]

WHITE_COLOR: Final = (224, 224, 224)
BLACK_COLOR: Final = (0, 0, 0)
RED_COLOR: Final = (0, 0, 255)
GREEN_COLOR: Final = (0, 128, 0)
BLUE_COLOR: Final = (255, 0, 0)

_VISIBILITY_THRESHOLD: Final = 0.5
_PRESENCE_THRESHOLD: Final = 0.5
_BGR_CHANNELS: Final = 3
_BORDER: Final = 1.2  # radius of the white border over that of the dot, unless that is less than 1 px more
_NEAR_ZERO_DEPTH: Final = 1e-5


@dataclass
class DrawingSpec:
    """How something is drawn.   color: BGR.   thickness: pixels, -1 fills a dot.   circle_radius: pixels."""

    color: Colour = WHITE_COLOR
    thickness: int = 2
    circle_radius: int = 2


_DOTS: Final = DrawingSpec(color=RED_COLOR)
_LINES: Final = DrawingSpec()
_PLOTTED_DOTS: Final = DrawingSpec(color=RED_COLOR, thickness=5)
_PLOTTED_LINES: Final = DrawingSpec(color=BLACK_COLOR, thickness=5)


def draw_landmarks(
    image: NDArray[Any],
    landmark_list: Any,
    connections: Iterable[Any] | None = None,
    landmark_drawing_spec: DrawingSpec | Mapping[int, DrawingSpec] | None = _DOTS,
    connection_drawing_spec: DrawingSpec | Mapping[tuple[int, int], DrawingSpec] = _LINES,
    is_drawing_landmarks: bool = True,
) -> None:
    """Draw into `image` (H, W, 3): the lines first, then a dot with a white border for each landmark.

    Landmarks outside the image, and those with a known visibility or presence below 0.5, are left out with their lines.
    If `landmark_list` is None, nothing is drawn.
    landmark_drawing_spec: one for all, one for each index, or None for no dots.
    connection_drawing_spec: one for all, or one for each (start, end).
    Raises ArgumentError (a ValueError) for another number of channels or a line to a landmark that is not there.
    """
    if not landmark_list:
        return
    _check_channels(image)
    landmarks = _listed(landmark_list)
    height, width = image.shape[:2]
    places = {}
    for index, landmark in enumerate(landmarks):
        place = (
            normalized_to_pixel_coordinates(landmark.x, landmark.y, width, height)
            if _seen(landmark)
            else None
        )
        if place is not None:
            places[index] = place
    for ends in _lines(connections, len(landmarks)):
        if ends[0] in places and ends[1] in places:
            line = _spec(connection_drawing_spec, ends)
            cv2.line(image, places[ends[0]], places[ends[1]], line.color, line.thickness)
    if is_drawing_landmarks and landmark_drawing_spec:
        for index, place in places.items():
            dot = _spec(landmark_drawing_spec, index)
            border = max(dot.circle_radius + 1, int(dot.circle_radius * _BORDER))
            cv2.circle(image, place, border, WHITE_COLOR, dot.thickness)
            cv2.circle(image, place, dot.circle_radius, dot.color, dot.thickness)


def draw_detection(
    image: NDArray[Any],
    detection: Any,
    keypoint_drawing_spec: DrawingSpec = _DOTS,
    bbox_drawing_spec: DrawingSpec = _LINES,
) -> None:
    """Draw the key points and the box of a `detection_pb2.Detection` into `image` (H, W, 3).

    Key points outside the image are left out, and a box with a corner outside, too.
    Raises ArgumentError (a ValueError) for another number of channels. A detection without a location draws nothing;
    one that is located in pixels raises ArgumentError.
    """
    if not detection.location_data:
        return
    _check_channels(image)
    height, width = image.shape[:2]
    location = detection.location_data
    if location.format != location.RELATIVE_BOUNDING_BOX:
        raise ArgumentError("LocationData must be relative for this drawing function to work.")
    for point in location.relative_keypoints:
        place = normalized_to_pixel_coordinates(point.x, point.y, width, height)
        if place is not None:
            radius, thickness = keypoint_drawing_spec.circle_radius, keypoint_drawing_spec.thickness
            cv2.circle(image, place, radius, keypoint_drawing_spec.color, thickness)
    if not location.HasField("relative_bounding_box"):
        return
    box = location.relative_bounding_box
    first = normalized_to_pixel_coordinates(box.xmin, box.ymin, width, height)
    last = normalized_to_pixel_coordinates(box.xmin + box.width, box.ymin + box.height, width, height)
    if first is not None and last is not None:
        cv2.rectangle(image, first, last, bbox_drawing_spec.color, bbox_drawing_spec.thickness)


def plot_landmarks(
    landmark_list: Any,
    connections: Iterable[Any] | None = None,
    landmark_drawing_spec: DrawingSpec = _PLOTTED_DOTS,
    connection_drawing_spec: DrawingSpec = _PLOTTED_LINES,
    elevation: int = 10,
    azimuth: int = 10,
) -> None:
    """Show landmarks in three dimensions with matplotlib: depth towards the viewer (-z), then x, then up (-y).

    elevation, azimuth: direction of view, degrees.
    Raises ArgumentError for a line to a landmark that is not there, MissingPackageError (an ImportError) without
    matplotlib.
    """
    if not landmark_list:
        return
    plt = _pyplot()
    plt.figure(figsize=(10, 10))
    axes = plt.axes(projection="3d")
    axes.view_init(elev=elevation, azim=azimuth)
    landmarks = _listed(landmark_list)
    points = {}
    for index, landmark in enumerate(landmarks):
        if _seen(landmark):
            points[index] = x, y, z = (-landmark.z, landmark.x, -landmark.y)
            colour = normalize_color(landmark_drawing_spec.color[::-1])
            axes.scatter3D(xs=[x], ys=[y], zs=[z], color=colour, linewidth=landmark_drawing_spec.thickness)
    for start, end in _lines(connections, len(landmarks)):
        if start in points and end in points:
            xs, ys, zs = (list(pair) for pair in zip(points[start], points[end], strict=True))
            colour = normalize_color(connection_drawing_spec.color[::-1])
            axes.plot3D(xs=xs, ys=ys, zs=zs, color=colour, linewidth=connection_drawing_spec.thickness)
    plt.show()


def draw_axis(
    image: NDArray[Any],
    rotation: NDArray[Any],
    translation: NDArray[Any],
    focal_length: tuple[float, float] = (1.0, 1.0),
    principal_point: tuple[float, float] = (0.0, 0.0),
    axis_length: float = 0.1,
    axis_drawing_spec: DrawingSpec = _LINES,
) -> None:
    """Draw the axes of an object into `image` (H, W, 3): x red, y green, z blue.

    rotation: (3, 3), translation: (3,), from the object to the camera.   focal_length, principal_point: in units of
    half the image.   axis_length: in units of the object.
    """
    _check_channels(image)
    height, width = image.shape[:2]
    ends = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    x, y, z = ((rotation @ (axis_length * ends.T)).T + translation).T
    depth = z + _NEAR_ZERO_DEPTH
    across = np.clip(-focal_length[0] * x / depth + principal_point[0], -1.0, 1.0)
    up = np.clip(-focal_length[1] * y / depth + principal_point[1], -1.0, 1.0)
    columns = ((1 + across) * 0.5 * width).astype(np.int32).tolist()
    rows = ((1 - up) * 0.5 * height).astype(np.int32).tolist()
    origin, *tips = zip(columns, rows, strict=True)
    for tip, colour in zip(tips, (RED_COLOR, GREEN_COLOR, BLUE_COLOR), strict=True):
        cv2.arrowedLine(image, origin, tip, colour, axis_drawing_spec.thickness)


def normalized_to_pixel_coordinates(
    normalized_x: float, normalized_y: float, image_width: int, image_height: int
) -> tuple[int, int] | None:
    """(column, row) of a point as a fraction of the image's size; the far edge belongs to the last pixel. None outside."""
    if not (_in_image(normalized_x) and _in_image(normalized_y)):
        return None
    return (
        min(math.floor(normalized_x * image_width), image_width - 1),
        min(math.floor(normalized_y * image_height), image_height - 1),
    )


def normalize_color(color: Sequence[int]) -> tuple[float, ...]:
    """0..255 -> 0..1."""
    return tuple(value / 255.0 for value in color)


def _in_image(value: float) -> bool:
    return value >= 0 and (value < 1 or math.isclose(1, value))


def _check_channels(image: NDArray[Any]) -> None:
    if image.ndim != 3 or image.shape[2] != _BGR_CHANNELS:
        raise ArgumentError("Input image must contain three channel bgr data.")


def _listed(landmark_list: Any) -> Sequence[Any]:
    """The landmarks of a message, or of a plain list."""
    landmarks: Sequence[Any] = getattr(landmark_list, "landmark", landmark_list)
    return landmarks


def _seen(landmark: Any) -> bool:
    """Whether visibility and presence are unknown or high enough."""
    return _at_least(landmark, "visibility", _VISIBILITY_THRESHOLD) and _at_least(
        landmark, "presence", _PRESENCE_THRESHOLD
    )


def _at_least(landmark: Any, name: str, threshold: float) -> bool:
    if hasattr(landmark, "HasField") and not landmark.HasField(name):
        return True
    value = getattr(landmark, name)
    return value is None or not value < threshold


def _lines(connections: Iterable[Any] | None, count: int) -> Iterable[tuple[int, int]]:
    """(start, end) of each line; ArgumentError for a line to a missing landmark."""
    for connection in connections or ():
        named = hasattr(connection, "start")
        start, end = (connection.start, connection.end) if named else (connection[0], connection[1])
        if not (0 <= start < count and 0 <= end < count):
            raise ArgumentError(
                "Landmark index is out of range. Invalid connection "
                f"from landmark #{start} to landmark #{end}."
            )
        yield start, end


def _spec(specs: Any, key: object) -> DrawingSpec:
    """The one spec, or that of `key`."""
    return cast(DrawingSpec, specs[key] if isinstance(specs, Mapping) else specs)


def _pyplot() -> Any:
    try:
        return importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        raise MissingPackageError(
            "plot_landmarks needs matplotlib; install it: pip install matplotlib"
        ) from error
