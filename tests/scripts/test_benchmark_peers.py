"""Other pose models in the speed benchmark, and the tables of costs: with a mock of ONNX Runtime and short rows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fitness.errors import ModelError, OptionError
from fitness.skeleton import Landmark
from fitness.types import Pose
from scripts.benchmarks import costs
from scripts.benchmarks.onnx_pose import COCO, RtmPose, YoloPose, load_peer
from scripts.benchmarks.speed_report import print_tables
from tests.support.bench import bench_main

PLACES = np.stack([np.linspace(200, 260, 17), np.linspace(60, 220, 17)], axis=1).astype(np.float32)
"""Key points of the person in the test image, pixels."""


def person_image() -> Any:
    """Grey, with one bright pixel block at each of `PLACES`; (240, 320, 3)."""
    image = np.full((240, 320, 3), 20, np.uint8)
    for x, y in PLACES.round().astype(int):
        image[y - 1 : y + 2, x - 1 : x + 2] = 255
    return image


class Session:
    """A mock of `onnxruntime.InferenceSession`. answer: input tensor -> outputs."""

    def __init__(self, shape: tuple[Any, ...], outputs: int, answer: Any) -> None:
        self.shape, self.outputs, self.answer = shape, outputs, answer
        self.tensors: list[Any] = []

    def get_inputs(self) -> list[Any]:
        return [SimpleNamespace(name="input", shape=list(self.shape))]

    def get_outputs(self) -> list[Any]:
        return [None] * self.outputs

    def run(self, names: None, feed: dict[str, Any]) -> list[Any]:
        self.tensors.append(feed["input"])
        return list(self.answer(feed["input"]))


def places_of(pose: Pose | None) -> Any:
    """The key points of COCO, (17, 2)."""
    assert pose is not None
    return pose.image[[int(point) for point in COCO], :2]


def brightest(tensor: Any) -> Any:
    """SimCC outputs that mark the bright blocks of the crop: the k-th from the top is key point k."""
    bright = np.argwhere(tensor[0].mean(axis=0) > -1.2)
    gaps = np.flatnonzero(np.diff(bright[:, 0]) > 1) + 1
    across, down = np.zeros((1, 17, 384), np.float32), np.zeros((1, 17, 512), np.float32)
    for k, block in enumerate(np.split(bright, gaps)):
        across[0, k, round(2 * block[:, 1].mean())] = down[0, k, round(2 * block[:, 0].mean())] = 0.9
    return across, down


def test_rtmpose_maps_its_crop_back_to_the_image() -> None:
    """Also on the next frame, where the crop is the box around the person of the frame before."""
    peer = RtmPose(Session((1, 3, 256, 192), 2, brightest))
    assert np.abs(places_of(peer.estimate(person_image())) - PLACES).max() < 2.5
    for _ in range(2):
        assert np.abs(places_of(peer.follow(person_image())) - PLACES).max() < 2.5


def test_rtmpose_finds_nobody_where_it_is_unsure() -> None:
    unsure = Session((1, 3, 256, 192), 2, lambda tensor: [0.2 * part for part in brightest(tensor)])
    peer = RtmPose(unsure)
    assert peer.follow(person_image()) is None
    assert peer.follow(person_image()) is None
    assert len(unsure.tensors) == 4  # the whole image and the box, on both frames


@pytest.mark.parametrize("layout", ["raw", "ended"])
def test_yolo_takes_the_largest_person_in_either_layout(layout: str) -> None:
    """`raw` has a column per anchor, `ended` a row per person with corners and class."""
    scale = 640 / 320

    def answer(tensor: Any) -> list[Any]:
        points = np.column_stack([PLACES * scale, np.full(17, 0.8)]).ravel()
        small = np.array([100, 100, 20, 20, 0.9, *np.ones(51)])
        large = np.array([460, 280, 200, 400, 0.7, *points])
        unsure = np.array([300, 300, 600, 600, 0.1, *np.ones(51)])
        rows = np.stack([small, large, unsure]).astype(np.float32)
        if layout == "raw":
            return [rows.T[None]]
        low, high = rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2
        return [np.concatenate([low, high, rows[:, 4:5], np.zeros((3, 1)), rows[:, 5:]], axis=1)[None]]

    session = Session((1, 3, "height", "width"), 1, answer)
    assert np.abs(places_of(YoloPose(session).estimate(person_image())) - PLACES).max() < 1e-3
    tensor = session.tensors[0]
    assert tensor.shape == (1, 3, 640, 640)
    assert tensor[0, 0, 600, 0] == pytest.approx(114 / 255)  # below the image


def test_a_model_of_another_kind_is_an_error() -> None:
    with pytest.raises(ModelError, match="two outputs of RTMPose"):
        RtmPose(Session((1, 3, 256, 192), 1, None))
    with pytest.raises(ModelError, match="single output of YOLO-pose"):
        YoloPose(Session((1, 3, 640, 640), 2, None))
    wrong = YoloPose(Session((1, 3, 640, 640), 1, lambda tensor: [np.zeros((1, 84, 8400), np.float32)]))
    with pytest.raises(ModelError, match="not that of YOLO-pose"):
        wrong.estimate(person_image())


def test_weights_that_cannot_be_loaded_are_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("Protobuf parsing failed\nmore")

    runtime = SimpleNamespace(InferenceSession=fail, SessionOptions=SimpleNamespace)
    monkeypatch.setitem(sys.modules, "onnxruntime", runtime)
    with pytest.raises(
        ModelError, match=r"pose\.onnx: ONNX Runtime cannot load it \(Protobuf parsing failed\)$"
    ):
        load_peer("rtmpose", tmp_path / "pose.onnx")


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["--peer", "rtmpose"], "needs the package onnxruntime", 1),
        (["--peer", "nothing"], "takes rtmpose, yolo-pose or the path of a Python", 2),
        (["--weights", "pose.onnx"], "--weights goes with --peer", 2),
        (["--picture", "x.svg"], "draws the tables of --table", 2),
    ],
)
def test_wrong_usage_is_reported(
    arguments: list[str],
    words: str,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.chdir(tmp_path)
    Path("pose.onnx").write_bytes(b"x")
    assert bench_main(["speed", *arguments]) == code
    assert words in capsys.readouterr().err


def test_a_peer_without_weights_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", SimpleNamespace())
    assert bench_main(["speed", "--peer", "yolo-pose"]) == 2
    assert "needs --weights FILE" in capsys.readouterr().err


def test_a_table_has_a_row_for_each_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each row is measured in a separate process; the chart shows every table."""
    monkeypatch.setattr(costs, "TABLES", {"size": (costs.size_row, ("480p",))})
    monkeypatch.setattr(
        costs, "measure_table", lambda name: [{"size": "480p", "read_ms": 1.5, "sum_ms": 1.5}]
    )
    picture, out = tmp_path / "costs.png", tmp_path / "costs.json"
    assert bench_main(["-q", "speed", "--table", "all", "--picture", str(picture), "--out", str(out)]) == 0
    assert "1.50" in capsys.readouterr().out
    assert json.loads(out.read_text("utf-8"))["size"] == [{"size": "480p", "read_ms": 1.5, "sum_ms": 1.5}]
    with Image.open(picture) as drawn:
        assert drawn.width > 200


def test_an_incomplete_row_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "TABLES", {"size": (costs.size_row, ("12p",))})
    with pytest.raises(ModelError, match="size 12p ended early: KeyError: '12p'"):
        costs.measure_table("size")


def test_the_rows_for_long_videos_use_a_looped_workout(models: Path) -> None:
    """Half a minute of squats of 2.5 s each."""
    row = costs.length_row("0.5")
    assert row["frames"] == 450
    assert row["counting_ms"] > 0 and row["most_mb"] >= row["minute_mb"] == 0
    print_tables({"environment": {"processor": "p", "cpus": 1, "load": 0}, "length": [row]})


def test_the_picture_needs_matplotlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(OptionError, match="pip install matplotlib"):
        costs.draw({}, tmp_path / "x.svg")


def test_every_key_point_of_coco_has_its_landmark() -> None:
    assert len(set(COCO)) == 17 and COCO[9] == Landmark.LEFT_WRIST
