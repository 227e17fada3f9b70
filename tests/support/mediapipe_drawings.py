"""Landmarks to draw with MediaPipe and with the facade, and a mock of pyplot that records calls."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

_SIZES = ((240, 320), (64, 48), (481, 333))


def scenes(mp: Any) -> Iterator[tuple[str, np.ndarray]]:
    """(name, (H, W, 3) picture) drawn by `solutions.drawing_utils` of `mp`."""
    utils, styles = mp.solutions.drawing_utils, mp.solutions.drawing_styles
    lines = sorted(mp.solutions.pose.POSE_CONNECTIONS)
    specs = (
        {"landmark_drawing_spec": styles.get_default_pose_landmarks_style()},
        {},
        {"landmark_drawing_spec": utils.DrawingSpec((1, 200, 90), -1, 7)},
        {"landmark_drawing_spec": utils.DrawingSpec(thickness=1, circle_radius=0)},
        {"landmark_drawing_spec": None, "connection_drawing_spec": utils.DrawingSpec((9, 8, 250), 5)},
        {"is_drawing_landmarks": False},
        {"connection_drawing_spec": {line: utils.DrawingSpec((k * 7, 50, 60), 1 + k % 4) for k, line in enumerate(lines)}},
        {"connections": None, "landmark_drawing_spec": styles.get_default_pose_landmarks_style()},
        {"connections": lines[:5] + lines[:5]},
    )  # fmt: skip
    for k, options in enumerate(specs):
        height, width = _SIZES[k % len(_SIZES)]
        image = _canvas(height, width)
        utils.draw_landmarks(image, message(mp, rows(k)), **{"connections": lines, **options})
        yield f"solutions {k}", image
    image = _canvas(200, 200)
    turn = np.array([[0.8, 0, 0.6], [0, 1, 0], [-0.6, 0, 0.8]])
    utils.draw_axis(image, turn, np.array([0.1, -0.05, -1.0]), (1.2, 1.1), (0.1, 0.0), 0.5)
    yield "axis", image


def task_scenes(mp: Any) -> Iterator[tuple[str, np.ndarray]]:
    """(name, (H, W, 3) picture) drawn by `tasks.vision.drawing_utils` of `mp`."""
    vision, landmark = mp.tasks.vision, mp.tasks.components.containers.NormalizedLandmark
    utils, lines = vision.drawing_utils, vision.PoseLandmarksConnections.POSE_LANDMARKS
    styles = vision.drawing_styles.get_default_pose_landmarks_style
    specs = (
        {"landmark_drawing_spec": styles(), "connection_drawing_spec": utils.DrawingSpec(color=(0, 255, 0), thickness=2)},
        {},
        {"connection_drawing_spec": {(each.start, each.end): utils.DrawingSpec((each.end * 7, 5, 6), 3) for each in lines}},
        {"connections": None},
    )  # fmt: skip
    for k, options in enumerate(specs):
        height, width = _SIZES[k % len(_SIZES)]
        image = _canvas(height, width)
        points = [
            landmark(*(None if np.isnan(value) else float(value) for value in row)) for row in rows(20 + k)
        ]
        utils.draw_landmarks(image, points, **{"connections": lines, **options})
        yield f"tasks {k}", image


def plots(mp: Any, pyplot: Notes) -> dict[str, list[Any]]:
    """The pyplot calls of `plot_landmarks` of `mp`; `pyplot` must be the mock that it draws with."""
    found = {}
    lines = sorted(mp.solutions.pose.POSE_CONNECTIONS)
    spec = mp.solutions.drawing_utils.DrawingSpec((10, 20, 30), 4)
    for name, options in {
        "default": {},
        "lines": {"connections": lines},
        "specs": {"connections": lines, "landmark_drawing_spec": spec, "connection_drawing_spec": spec},
        "view": {"elevation": 30, "azimuth": -45},
    }.items():
        pyplot.calls.clear()
        mp.solutions.drawing_utils.plot_landmarks(message(mp, rows(40)), **options)
        found[name] = list(pyplot.calls)
    return found


class Notes:
    """A mock of `matplotlib.pyplot` and its axes that records calls as JSON values."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        def note(*arguments: Any, **named: Any) -> Notes:
            self.calls.append([name, _rounded(arguments), _rounded(named)])
            return self

        return note


def rows(seed: int) -> np.ndarray:
    """(33, 5) x, y, z, visibility, presence, NaN for unset: inside, outside and on the edge, above, at and below 0.5."""
    random = np.random.default_rng(seed)
    values = np.column_stack(
        [random.uniform(-0.15, 1.15, (33, 2)), random.normal(size=33), random.uniform(0.3, 1, (33, 2))]
    )
    values[:4, :2] = ((0, 0), (1, 1), (1, 0.5), (0.999999, 0.25))
    values[:8, 3:] = 1
    values[4:8, :2] = 0.5 + random.uniform(-0.4, 0.4, (4, 2))
    values[5, 3], values[6, 3], values[7, 4] = 0.5, np.nextafter(np.float32(0.5), np.float32(0)), 0.2
    values[10:20, 4] = np.nan
    values[15:22, 3] = np.nan
    return np.asarray(values.astype(np.float32), dtype=np.float64)


def message(mp: Any, values: np.ndarray) -> Any:
    """The rows as a `NormalizedLandmarkList`."""
    formats = importlib.import_module(f"{mp.__name__}.framework.formats.landmark_pb2")
    names = ("x", "y", "z", "visibility", "presence")
    landmarks = [
        formats.NormalizedLandmark(
            **{name: value for name, value in zip(names, row, strict=True) if not np.isnan(value)}
        )
        for row in values.tolist()
    ]
    return formats.NormalizedLandmarkList(landmark=landmarks)


def _canvas(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), 40, np.uint8)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(item) for item in value]
    return round(value, 9) if isinstance(value, float) else value
