"""Drawings equal MediaPipe's in every pixel (checklist 41), and 3D plots make the same calls to matplotlib (42)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import fitness.mediapipe_api as mp
from fitness.mediapipe_api.tasks.python.components.containers import NormalizedLandmark
from tests.support.mediapipe_drawings import Notes, message, plots, rows, scenes, task_scenes

DATA = Path(__file__).parents[1] / "data" / "mediapipe"


def _pictures(version: str) -> dict[str, np.ndarray]:
    return dict(np.load(DATA / f"drawings-{version}.npz"))


@pytest.mark.parametrize("name", _pictures("0.10.14"))
def test_checklist_41_pixels_of_solutions(name: str) -> None:
    """Every pixel that 0.10.14 draws: styles, specs, edges of the picture, visibility and presence at the threshold."""
    assert np.array_equal(dict(scenes(mp))[name], _pictures("0.10.14")[name])


@pytest.mark.parametrize("name", _pictures("1.2.2"))
def test_checklist_41_pixels_of_tasks(name: str) -> None:
    """Every pixel that 1.2.2 draws from landmark objects and connection objects."""
    assert np.array_equal(dict(task_scenes(mp))[name], _pictures("1.2.2")[name])


def test_the_drawings_show_something() -> None:
    """Each stored image has lines or dots on its background."""
    for version in ("0.10.14", "1.2.2"):
        assert all((picture != 40).any() for picture in _pictures(version).values())


def test_checklist_42_plots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Axes, colours, widths and view of `plot_landmarks`, call by call as in 0.10.14."""
    notes = Notes()
    _pretend_matplotlib(monkeypatch, notes)
    expected = json.loads((DATA / "answers-0.10.14.json").read_text("utf-8"))["plots"]
    assert json.loads(json.dumps(plots(mp, notes))) == expected


def test_plots_take_landmarks_and_connections_of_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of landmark objects with connection objects gives the same plot as the message with pairs."""
    notes = Notes()
    _pretend_matplotlib(monkeypatch, notes)
    values = rows(40)
    lines = mp.tasks.vision.PoseLandmarksConnections.POSE_LANDMARKS
    points = [NormalizedLandmark(*(None if np.isnan(v) else v for v in row)) for row in values.tolist()]
    mp.tasks.vision.drawing_utils.plot_landmarks(points, lines)
    with_objects = list(notes.calls)
    notes.calls.clear()
    pairs = [(each.start, each.end) for each in lines]
    mp.solutions.drawing_utils.plot_landmarks(message(mp, values), pairs)
    assert notes.calls == with_objects and len(with_objects) > 30


def test_plots_refuse_a_line_to_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to a missing landmark is a ValueError before anything is shown."""
    notes = Notes()
    _pretend_matplotlib(monkeypatch, notes)
    with pytest.raises(ValueError, match=r"Invalid connection from landmark #0 to landmark #33"):
        mp.solutions.drawing_utils.plot_landmarks(message(mp, rows(1)), [(0, 33)])
    assert "show" not in [name for name, *_ in notes.calls]


def test_plots_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without matplotlib the error is an ImportError that says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        mp.solutions.drawing_utils.plot_landmarks(message(mp, rows(1)))


def test_real_matplotlib_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """With matplotlib, the figure has a dot for each landmark and a line for each visible connection."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.setattr(pyplot, "show", lambda: None)
    values = rows(3)
    values[:, 3:] = 1
    mp.solutions.drawing_utils.plot_landmarks(message(mp, values), sorted(mp.solutions.pose.POSE_CONNECTIONS))
    (axes,) = pyplot.gcf().axes
    assert len(axes.collections) == 33 and len(axes.lines) == 35
    pyplot.close("all")


def test_drawing_changes_only_the_image() -> None:
    """Landmarks and specs are unchanged after drawing; the image is drawn on, and nothing is returned."""
    landmarks = message(mp, rows(2))
    before = str(landmarks)
    image = np.zeros((80, 80, 3), np.uint8)
    assert mp.solutions.drawing_utils.draw_landmarks(image, landmarks) is None
    assert str(landmarks) == before and image.any()


def test_a_style_can_be_changed() -> None:
    """Each call returns a new style."""
    style = mp.solutions.drawing_styles.get_default_pose_landmarks_style()
    style[mp.solutions.pose.PoseLandmark.NOSE].color = (1, 2, 3)
    assert mp.solutions.drawing_styles.get_default_pose_landmarks_style()[0].color == (224, 224, 224)


def _pretend_matplotlib(monkeypatch: pytest.MonkeyPatch, notes: Notes) -> None:
    """Replace `matplotlib.pyplot` by a recorder of calls."""
    package = ModuleType("matplotlib")
    monkeypatch.setitem(sys.modules, "matplotlib", package)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", notes)
