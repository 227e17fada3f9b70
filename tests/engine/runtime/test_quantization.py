"""8-bit layers move landmarks by a fraction of a pixel, and are used only on request."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.blazepose.landmark_model import INPUT_SIZE, SEGMENTATION, LandmarkModel
from fitness.engine.runtime import quantization
from fitness.engine.runtime.graph_surgery import without_outputs
from fitness.engine.runtime.loader import load_model
from fitness.engine.runtime.quantization import LAYERS, quantized, rounded
from fitness.engine.tracking.tracker import PoseTracker
from fitness.errors import ModelError, OptionError
from fitness.pipeline.settings import Engine, Settings
from scripts.figure import Camera, Clip, Motion, Reps
from tests.support.strategies import examples, locked, seeds
from tests.support.tiny_model import schema, tiny_model


@given(seeds(), st.integers(1, 5), st.integers(1, 40))
@examples(60)
def test_rounded_weights_are_near_and_fit(seed: int, outputs: int, inputs: int) -> None:
    """All of them are 8-bit numbers, and the mean error is never above that of the scale that just fits."""
    random = np.random.default_rng(seed)
    weights = locked(random.normal(size=(outputs, inputs)).astype(np.float32) * 10 ** random.uniform(-3, 2))
    numbers, scales = rounded(weights)
    assert numbers.dtype == np.int8 and numbers.min() >= -127
    found = ((numbers * scales[:, None] - weights) ** 2).sum(axis=1)
    plain = np.abs(weights).max(axis=1) / 127
    usual = ((np.rint(weights / plain[:, None]) * plain[:, None] - weights) ** 2).sum(axis=1)
    assert (found <= usual * 1.0001 + 1e-6 * plain**2).all()


def test_a_row_of_zero_weights_gets_a_valid_scale() -> None:
    """A row of zeros gets a valid scale, too."""
    numbers, scales = rounded(np.zeros((2, 3), np.float32))
    assert not numbers.any() and (scales > 0).all()


@pytest.fixture(scope="module")
def film() -> Clip:
    """A figure that squats."""
    motion = Motion(Reps("squat", 2, seconds=1.6, seed=2))
    return Clip(motion, camera=Camera(yaw_deg=40), width=320, height=320, fps=5, fit=True)


@pytest.mark.parametrize("name", ["lite", "full", "heavy"])
def test_landmarks_stay_where_they_were(
    models: Path, tmp_path: Path, film: Clip, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Mean distance at most 0.3 pixels of the crop; some distance, so the layers of the table really are in 8 bits."""
    monkeypatch.setattr(quantization, "worth_it", lambda: True)
    path, cut = models / f"pose_landmark_{name}.tflite", (SEGMENTATION,)
    exact = LandmarkModel(load_model(path, drop_outputs=cut))
    fast = LandmarkModel(load_model(path, drop_outputs=cut, eight_bit_layers=LAYERS[name], keep_in=tmp_path))
    tracker, gaps = PoseTracker.load("lite"), []
    for frame in film.frames():
        pose = tracker.estimate(frame.image)
        assert pose is not None and pose.roi is not None
        one, two = (model.run(frame.image, pose.roi) for model in (exact, fast))
        gaps.append(np.linalg.norm((one.image - two.image)[:, :2], axis=1).mean() / pose.roi.size)
    assert 0 < np.mean(gaps) * INPUT_SIZE <= 0.3
    changed = quantized(without_outputs(path.read_bytes(), cut), LAYERS[name])
    assert len(changed) < 0.9 * path.stat().st_size and list(tmp_path.iterdir()) == []


def test_layers_that_were_cut_away_are_passed_over(models: Path) -> None:
    """A model without a mask does not have the layers of the mask."""
    whole = (models / "pose_landmark_lite.tflite").read_bytes()
    cut = without_outputs(whole, (SEGMENTATION,))
    gone = _outputs(whole) - _outputs(cut)
    assert gone and quantized(cut, sorted(gone)) == quantized(cut, ())


def _outputs(model: bytes) -> set[int]:
    """Tensors that the operators of a model compute, as LiteRT's own schema reads them."""
    (graph,) = schema.ModelT.InitFromPackedBuf(model, 0).subgraphs
    return {int(number) for each in graph.operators for number in each.outputs}


def test_other_layers_are_refused() -> None:
    """Tensor 1 of the small model is made by RELU."""
    with pytest.raises(ModelError, match="layer 1 is not a 1 x 1 convolution"):
        quantized(tiny_model(), [1])


def test_settings_decide_whether_weights_are_rounded(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "mixed" rounds on processors with 8-bit instructions, "exact" never; other runtimes are not changed."""
    noise = np.random.default_rng(1).random((1, 256, 256, 3), dtype=np.float32)

    def landmarks(settings: Settings) -> bytes:
        return Engine(settings).networks[1].run(noise)[0].tobytes()

    plain = (
        load_model(models / "pose_landmark_lite.tflite", drop_outputs=(SEGMENTATION,)).run(noise)[0].tobytes()
    )
    monkeypatch.setattr(quantization, "worth_it", lambda: True)
    assert landmarks(Settings(model="lite", precision="exact")) == plain
    assert landmarks(Settings(model="lite", precision="mixed")) != plain
    monkeypatch.setattr(quantization, "worth_it", lambda: False)
    assert landmarks(Settings(model="lite", precision="mixed")) == plain
    with pytest.raises(OptionError, match="precision must be one of exact, mixed, half"):
        Settings(precision="double")
