"""16-bit floats are used only on request and on processors that compute with them, and landmarks hardly move."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fitness.engine.blazepose.landmark_model import INPUT_SIZE, SEGMENTATION
from fitness.engine.runtime import loader, processor
from fitness.engine.runtime.half_precision import HalfModel
from fitness.engine.runtime.loader import load_model
from fitness.engine.runtime.processor import features, has_half_precision
from fitness.engine.tracking.tracker import PoseTracker
from fitness.pipeline.settings import Engine, Settings
from scripts.figure import Camera, Clip, Motion, Reps

pytest.importorskip("ai_edge_litert.compiled_model")
NOISE = np.random.default_rng(1).random((1, INPUT_SIZE, INPUT_SIZE, 3), dtype=np.float32)


@pytest.fixture
def _has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a processor with these instructions; others convert each number, with the same result."""
    monkeypatch.setattr(loader, "has_half_precision", lambda: True)


@pytest.mark.usefixtures("_has_it")
def test_landmarks_hardly_move(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Mean distance at most 0.2 pixels of the crop, and not 0, so it really computes in 16 bits."""
    path = models / "pose_landmark_lite.tflite"
    exact = load_model(path, runtime="litert", drop_outputs=(SEGMENTATION,))
    half = load_model(path, runtime="litert", drop_outputs=(SEGMENTATION,), half=True)
    assert half.output_shapes == exact.output_shapes and half.input_shape == exact.input_shape
    assert capfd.readouterr().err == ""
    motion = Motion(Reps("squat", 1, seconds=1.6, seed=2))
    film = Clip(motion, camera=Camera(yaw_deg=40), width=INPUT_SIZE, height=INPUT_SIZE, fps=3, fit=True)
    gaps = []
    for frame in film.frames():
        crop = (frame.image[None] / np.float32(255)).astype(np.float32)
        one, two = (model.run(crop)[0].reshape(-1, 5)[:33, :2] for model in (exact, half))
        gaps.append(np.linalg.norm(one - two, axis=1).mean())
    assert len(gaps) > 3 and 0 < np.mean(gaps) < 0.2


@pytest.mark.usefixtures("_has_it")
def test_settings_choose_it_for_the_landmark_model_alone(models: Path) -> None:
    """A detection score near its limit must not depend on it; "exact" stays exact."""
    detector, landmarks = Engine(Settings(model="lite", precision="half", runtime="litert")).networks
    exact_detector, exact = Engine(Settings(model="lite", runtime="litert")).networks
    picture = np.ascontiguousarray(NOISE[:, :224, :224])
    assert all(map(np.array_equal, detector.run(picture), exact_detector.run(picture)))
    assert not np.array_equal(landmarks.run(NOISE)[0], exact.run(NOISE)[0])


def test_other_processors_compute_with_32_bits(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On other processors it would take twice as long. An older LiteRT has no such options."""
    path = models / "pose_landmark_lite.tflite"
    exact = load_model(path, runtime="litert").run(NOISE)[0]
    monkeypatch.setattr(loader, "has_half_precision", lambda: False)
    assert np.array_equal(load_model(path, runtime="litert", half=True).run(NOISE)[0], exact)
    monkeypatch.setattr(loader, "has_half_precision", lambda: True)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.compiled_model", None)
    assert np.array_equal(load_model(path, runtime="litert", half=True).run(NOISE)[0], exact)


@pytest.mark.usefixtures("_has_it")
def test_a_wrong_input_is_refused(models: Path) -> None:
    half = load_model(models / "pose_landmark_lite.tflite", runtime="litert", half=True)
    assert isinstance(half, HalfModel)
    with pytest.raises(ValueError, match="the model takes float32"):
        half.run(NOISE[:, :10])


@pytest.mark.parametrize(
    ("text", "system", "machine", "answer"),
    [
        ("flags\t\t: fpu avx512f avx512_fp16\n", "Linux", "x86_64", True),
        ("flags\t\t: fpu avx512f f16c\n", "Linux", "x86_64", False),
        ("Features\t: fp asimd fphp asimdhp\n", "Linux", "aarch64", True),
        ("Features\t: fp asimd\n", "Linux", "aarch64", False),
        ("", "Darwin", "arm64", True),
        ("", "Darwin", "x86_64", False),
        ("", "Windows", "AMD64", False),
    ],
)
def test_processor_features_are_read(
    monkeypatch: pytest.MonkeyPatch, text: str, system: str, machine: str, answer: bool
) -> None:
    monkeypatch.setattr(processor.platform, "system", lambda: system)
    monkeypatch.setattr(processor.platform, "machine", lambda: machine)
    monkeypatch.setattr(Path, "read_text", lambda *arguments, **options: text)
    assert has_half_precision() is answer


def test_an_unknown_system_has_no_processor_features(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: object, **options: object) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", missing)
    assert features() == frozenset()


@pytest.mark.usefixtures("_has_it")
def test_a_tracker_runs_on_it(models: Path, tmp_path: Path) -> None:
    """Through the same steps as with 32 bits."""
    film = Clip(Motion(Reps("squat", 1)), camera=Camera(yaw_deg=40), width=256, height=256, fps=4, fit=True)
    networks = Engine(Settings(model="lite", precision="half", runtime="litert")).networks
    tracker = PoseTracker(*networks)
    assert sum(tracker.step(frame) is not None for frame in film.frames()) > 4


def test_a_process_that_uses_it_writes_nothing_to_standard_error(models: Path) -> None:
    """LiteRT writes notices when it loads, at the first run, and at its end."""
    code = (
        "from fitness.engine.runtime import loader; loader.has_half_precision = lambda: True\n"
        "import numpy as np\n"
        f"model = loader.load_model({str(models / 'pose_landmark_lite.tflite')!r}, runtime='litert', half=True)\n"
        "print(model.run(np.zeros(model.input_shape, np.float32))[0].shape)"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "(1, 195)\n", "")
