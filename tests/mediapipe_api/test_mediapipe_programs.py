"""Programs in the shape of MediaPipe's published examples run here unchanged, under `install()`.

They are in data/mediapipe/programs and say `import mediapipe`; the camera, the window and the video file are played by
rendered frames. Programs of this shape run with MediaPipe itself, too.
"""

from __future__ import annotations

import re
import runpy
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

import fitness.mediapipe_api as mp
from tests.support.mediapipe_drawings import Notes

DATA = Path(__file__).parents[1] / "data" / "mediapipe"
_ESCAPE = 27
_FPS = 5

Program = Callable[[str], dict[str, Any]]


class FakeCapture:
    """Plays the rendered frames. A camera (source 0) has one empty frame and does not end; a file ends."""

    def __init__(self, source: object) -> None:
        self._live = source == 0
        frames = [cv2.imread(str(path)) for path in sorted(DATA.glob("frame_*.png"))]
        self._frames: Iterator[np.ndarray] = iter(frames)
        self._count = 0
        self._open = True

    def isOpened(self) -> bool:  # noqa: N802
        return self._open

    def read(self) -> tuple[bool, np.ndarray | None]:
        if self._live and self._count == 3:
            self._count += 1
            return False, None
        frame = next(self._frames, None)
        self._count += 1
        return frame is not None, frame

    def get(self, prop: int) -> float:
        assert prop == cv2.CAP_PROP_POS_MSEC
        return (self._count - 1) * 1000 / _FPS

    def release(self) -> None:
        self._open = False


class Window:
    """Records the shown frames; after the eighth one, the escape key is pressed."""

    def __init__(self) -> None:
        self.shown: list[np.ndarray] = []

    def show(self, _title: str, picture: np.ndarray) -> None:
        self.shown.append(picture)

    def key(self, _wait_ms: int) -> int:
        return _ESCAPE if len(self.shown) == 8 else -1


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    window = Window()
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    monkeypatch.setattr(cv2, "imshow", window.show)
    monkeypatch.setattr(cv2, "waitKey", window.key)
    return window


@pytest.fixture
def folder(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the program, with the pictures and the bundle that it needs."""
    shutil.copy(DATA / "frame_3.png", tmp_path / "person.png")
    shutil.copy(DATA / "pair_0.png", tmp_path / "pair.png")
    cv2.imwrite(str(tmp_path / "nobody.png"), np.full((120, 160, 3), 255, np.uint8))
    with zipfile.ZipFile(tmp_path / "pose_landmarker.task", "w", zipfile.ZIP_STORED) as bundle:
        bundle.write(models / "pose_detection.tflite", "pose_detector.tflite")
        bundle.write(models / "pose_landmark_lite.tflite", "pose_landmarks_detector.tflite")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def hook() -> Iterator[None]:
    """`import mediapipe` leads to the facade."""
    mp.install()
    yield
    mp.uninstall()


@pytest.fixture
def run(folder: Path, window: Window, hook: None) -> Program:
    """Runs a program in the folder; returns its global names."""
    return lambda name: runpy.run_path(str(DATA / "programs" / f"{name}.py"))


@pytest.fixture
def plots(monkeypatch: pytest.MonkeyPatch) -> Notes:
    notes = Notes()
    monkeypatch.setitem(sys.modules, "matplotlib", ModuleType("matplotlib"))
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", notes)
    return notes


def test_legacy_pictures(
    run: Program, plots: Notes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pictures: the nose is printed at its place, the background is grey, the skeleton is drawn, the world
    landmarks are plotted.
    """
    names = run("legacy_images")
    (line,) = capsys.readouterr().out.splitlines()
    x, y = (float(number) for number in re.findall(r"[\d.]+", line))
    golden = np.load(DATA / "runs-0.10.14.npz")["solutions static pose_landmarks"][3, 0] * (256, 288, 1, 1, 1)
    assert abs(x - golden[0]) < 4 and abs(y - golden[1]) < 4
    drawn = cv2.imread(str(folder / "drawn_0.png"))
    assert tuple(drawn[5, 5]) == names["GREY"]
    assert (drawn == (0, 138, 255)).all(axis=2).any() and (drawn == (231, 217, 0)).all(axis=2).any()
    assert not (folder / "drawn_1.png").exists()
    reported = [name for name, *_ in plots.calls]
    assert reported.count("scatter3D") > 25 and reported[-1] == "show"


def test_legacy_webcam(run: Program, window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    """A webcam: every frame is shown with the skeleton, an empty frame is skipped, escape ends the loop."""
    names = run("legacy_webcam")
    assert len(window.shown) == 8
    assert all((picture == (231, 217, 0)).all(axis=2).any() for picture in window.shown)
    assert capsys.readouterr().out == "an empty frame is left out\n"
    assert not names["camera"].isOpened()


def test_legacy_upper_body(run: Program) -> None:
    """The upper body: 25 landmarks and their lines."""
    names = run("legacy_upper_body")
    assert names["count"] == 25
    assert len(names["mp_pose"].UPPER_BODY_POSE_CONNECTIONS) == 25
    assert (names["drawn"] != names["picture"]).any()


def test_legacy_angles(run: Program) -> None:
    """A tutorial's angle of the knee, from `mediapipe.python.solutions`, falls as the figure squats."""
    angles = run("legacy_elbow_angle")["angles"]
    assert len(angles) == 8
    assert angles[0] > 160 and min(angles) < angles[0] - 10


def test_legacy_samples(run: Program, folder: Path) -> None:
    """Landmarks become rows of a table and JSON; a part of them is drawn alone."""
    pytest.importorskip("google.protobuf")
    names = run("legacy_samples")
    (line,) = (folder / "squats_down.csv").read_text("utf-8").splitlines()
    name, *numbers = line.split(",")
    assert name == "person.png" and np.allclose([float(each) for each in numbers], names["pixels"].flatten())
    assert len(names["row"]) == 132 and len(names["arms"].landmark) == 12
    reported = names["as_dict"]["landmark"]
    assert len(reported) == 33 and set(reported[0]) == {"x", "y", "z", "visibility"}
    assert [np.float32(each["x"]) for each in reported] == [each.x for each in names["found"].landmark]
    changed = {
        key: (names[key] != names["picture"]).any(axis=2) for key in ("drawn", "only_arms", "only_body")
    }
    head = int(names["pixels"][:11, 1].max()) + 2
    assert changed["drawn"][:head].any() and changed["only_arms"].any()
    assert not changed["only_body"][: head - 8].any() and changed["only_body"][head:].any()


def test_legacy_background(run: Program) -> None:
    """The person is cut out of every frame: one outline that covers a part of the frame."""
    names = run("legacy_background")
    assert len(names["shares"]) == len(names["outlines"]) == 8
    assert all(0.05 < share < 0.4 for share in names["shares"])
    frame = cv2.imread(str(DATA / "frame_7.png"))
    assert np.array_equal(names["shown"][names["inside"]], frame[names["inside"]])
    assert not np.array_equal(names["shown"], frame)


def test_tasks_picture(run: Program, folder: Path) -> None:
    """Tasks: a picture from a file, drawn with messages, and its mask."""
    names = run("tasks_image")
    assert len(names["result"].pose_landmarks[0]) == 33
    assert (names["drawn"] != names["image"].numpy_view()).any()
    mask = cv2.imread(str(folder / "mask.png"))
    assert mask.shape == (288, 256, 3) and mask.max() >= 250 and mask[3, 3].max() == 0
    x, y = (
        int(getattr(names["result"].pose_landmarks[0][0], axis) * size)
        for axis, size in (("x", 256), ("y", 288))
    )
    assert mask[y, x].min() > 128


def test_tasks_video(run: Program) -> None:
    """Tasks: a video with times from the file; the feet do not move."""
    ankles = run("tasks_video")["ankles"]
    assert len(ankles) == 8 and np.ptp(ankles) < 0.03


def test_tasks_live_stream(run: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """Tasks: a live stream is answered in order, including the last frame, and closing waits for it."""
    answers = run("tasks_live_stream")["answers"]
    times = [time_ms for time_ms, *_ in answers]
    assert times == sorted(times) and len(set(times)) == len(times)
    assert set(times) <= {33 * k for k in range(1, 9)}
    assert all(count == 1 and width == 256 for _, count, width in answers)
    assert capsys.readouterr().out.count(
        "pose landmarker result: PoseLandmarkerResult(pose_landmarks=[["
    ) == len(answers)


def test_tasks_new_drawing(run: Program) -> None:
    """Newest Tasks: two people drawn with `vision.drawing_utils`."""
    names = run("tasks_new_drawing")
    assert len(names["result"].pose_landmarks) == 2
    green = (names["drawn"] == (0, 255, 0)).all(axis=2)
    assert green[:, :200].any() and green[:, 200:].any()


def test_the_guide_runs(folder: Path, hook: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The programs in docs/guides/mediapipe.md run unchanged."""
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "mediapipe.md").read_text("utf-8")
    programs = re.findall(r"^```python\n(.*?)^```", guide, flags=re.MULTILINE | re.DOTALL)
    assert len(programs) == 3
    for program in programs:
        exec(compile(program, "docs/guides/mediapipe.md", "exec"), {})
    legacy, tasks = capsys.readouterr().out.splitlines()
    assert abs(float(legacy) - float(tasks.split()[1])) < 0.03 and tasks.startswith("1 ")
