"""Which runtime "auto" takes: the measured one, if it is clearly faster and has the same landmarks."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from fitness.engine.runtime.backends import machine_key_of, tuned_or_auto, tuned_runtime
from fitness.engine.runtime.model import Shape
from fitness.engine.runtime.tuning import FILE, Timing, Tuning, measure, read, tune_in_background, write
from fitness.errors import ModelError
from fitness.types import FloatArray


class Clocked:
    """A mock network with its own clock, whose landmarks are off by some pixels."""

    input_shape: Shape = (1, 32, 32, 3)
    output_shapes: tuple[Shape, ...] = ((1, 195),)

    def __init__(self, clock: list[float], seconds: float, off_px: float = 0.0) -> None:
        self._clock, self._seconds, self._off = clock, seconds, off_px

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        self._clock[0] += self._seconds
        return (np.full((1, 195), 5 + self._off, np.float32),)

    def input_view(self) -> FloatArray:
        return np.zeros(self.input_shape, np.float32)

    def run_in_place(self) -> tuple[FloatArray, ...]:
        return self.run(self.input_view())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that only the networks advance."""
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("default_ms", "other_ms", "off_px", "fastest"),
    [(10, 8, 0.003, "openvino"), (10, 9.8, 0, "litert"), (10, 12, 0, "litert"), (10, 2, 1.7, "litert")],
)
def test_another_runtime_must_be_clearly_faster_and_the_same(
    default_ms: float, other_ms: float, off_px: float, fastest: str, clock: list[float]
) -> None:
    """A difference of a few per cent is noise, and a runtime that moves landmarks is never chosen."""
    models = {
        "litert": Clocked(clock, default_ms / 1000),
        "openvino": Clocked(clock, other_ms / 1000, off_px),
    }
    found = measure(models)
    assert found.fastest == fastest
    assert [one.ms for one in found.timings] == pytest.approx([default_ms, other_ms])
    assert found.timings[1].same == (off_px < 1)


def test_a_measurement_is_kept_for_this_machine_only(tmp_path: Path) -> None:
    """It is read back as it was; for other versions, or from a damaged file, there is none."""
    found = {"a.tflite": Tuning("openvino", (Timing("litert", 9.0, True), Timing("openvino", 7.5, True)))}
    write(tmp_path, "this", found)
    assert read(tmp_path, "this") == found
    assert read(tmp_path, "another") == {}
    for text in ("", "[]", "{}", '{"version": 1, "machine": "this", "models": {"a.tflite": 3}}'):
        (tmp_path / FILE).write_text(text)
        assert read(tmp_path, "this") == {}


def test_auto_takes_the_measured_runtime_if_it_can_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name comes from the stored file; an unknown or missing runtime leaves "auto" unchanged."""
    model = tmp_path / "a.tflite"
    assert tuned_or_auto(model, 1, tmp_path) == "auto"
    for name, expected in (("litert", "litert"), ("gone", "auto")):
        write(tmp_path, machine_key_of(1), {"a.tflite": Tuning(name, ())})
        assert tuned_or_auto(model, 1, tmp_path) == expected
        assert tuned_runtime(model, tmp_path) == name and tuned_runtime(model, tmp_path, threads=2) is None
    write(tmp_path, machine_key_of(1), {"a.tflite": Tuning("openvino", ())})
    monkeypatch.setitem(sys.modules, "openvino", None)  # importing it fails
    assert tuned_or_auto(model, 1, tmp_path) == "auto"


def test_a_failed_background_measurement_is_ignored(caplog: pytest.LogCaptureFixture) -> None:
    """A full disk or a damaged model only leaves a line in the log."""

    def fail() -> None:
        raise ModelError("damaged")

    with caplog.at_level("INFO", "fitness"):
        tune_in_background(fail).join()
    assert "could not be compared (damaged)" in caplog.text


def test_the_file_is_readable(tmp_path: Path) -> None:
    """One JSON document with the machine and a row for each model."""
    write(tmp_path, "this", {"a": Tuning("litert", (Timing("litert", 1.0, True),))})
    document = json.loads((tmp_path / FILE).read_text())
    assert document["machine"] == "this" and document["models"]["a"]["fastest"] == "litert"
