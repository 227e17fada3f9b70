"""Models give the same results on every interpreter; a model that cannot run has an error with the reason."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from fitness.engine.runtime import backends
from fitness.engine.runtime.backends import RUNTIME_NAMES, available_runtimes
from fitness.engine.runtime.loader import load_model
from fitness.engine.runtime.manifest import load_manifest
from fitness.engine.runtime.tflite import without_native_notices
from fitness.errors import ModelError, OptionError
from fitness.types import FloatArray
from tests.support.strategies import locked
from tests.support.tiny_model import SHAPE, schema, tiny_model


def noise(shape: tuple[int, ...] = SHAPE, seed: int = 0) -> FloatArray:
    """Read-only float32 numbers around 0."""
    return locked(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


def only(monkeypatch: pytest.MonkeyPatch, modules: dict[str, ModuleType]) -> None:
    """Let only these interpreters be importable."""
    original = importlib.import_module

    def fake(name: str, package: str | None = None) -> ModuleType:
        if name in {backend.module for backend in backends.BACKENDS}:
            if name not in modules:
                raise ModuleNotFoundError(f"No module named {name!r}")
            return modules[name]
        return original(name, package)

    monkeypatch.setattr(importlib, "import_module", fake)


def test_outputs_come_in_the_order_of_the_graph() -> None:
    """The graph's first output comes first, although its tensor has the larger index."""
    model = load_model(tiny_model())
    assert model.input_shape == SHAPE
    assert model.output_shapes == (SHAPE, SHAPE)
    x = noise()
    negative, positive = model.run(x)
    np.testing.assert_array_equal(negative, -x)
    np.testing.assert_array_equal(positive, np.maximum(x, 0))


def test_outputs_are_copies() -> None:
    """A result does not change when the model runs again, and writing to it has no effect on the model."""
    model = load_model(tiny_model())
    first, _ = model.run(noise(seed=1))
    kept = first.copy()
    second, _ = model.run(noise(seed=2))
    np.testing.assert_array_equal(first, kept)
    second[...] = 7
    np.testing.assert_array_equal(model.run(noise(seed=1))[0], kept)


@pytest.mark.parametrize("order", ["C", "F"])
def test_every_memory_layout_gives_the_same_result(order: str) -> None:
    """A transposed or reversed view gives the results of its values."""
    x = np.asarray(noise(), order=order)[:, ::-1]
    np.testing.assert_array_equal(load_model(tiny_model()).run(x)[0], -x)


@pytest.mark.parametrize(
    "tensor",
    [
        np.zeros((1, 2, 3, 5), np.float32),
        np.zeros(SHAPE[1:], np.float32),
        np.zeros(SHAPE),
        np.zeros(SHAPE, np.uint8),
    ],
    ids=["shape", "no batch", "float64", "uint8"],
)
def test_a_wrong_tensor_is_refused(tensor: Any) -> None:
    """Another shape or type is a ValueError that names both; nothing is converted in silence."""
    with pytest.raises(ValueError, match=r"takes float32 \(1, 2, 3, 4\), got"):
        load_model(tiny_model()).run(tensor)


def test_a_file_and_its_bytes_are_the_same_model(tmp_path: Path) -> None:
    """A path, a string and bytes load alike; a path with spaces and accents too."""
    path = tmp_path / "with space é" / "tiny.tflite"
    path.parent.mkdir()
    path.write_bytes(tiny_model())
    for source in (path, str(path), path.read_bytes()):
        np.testing.assert_array_equal(load_model(source).run(noise())[0], -noise())


@pytest.mark.parametrize("name", ["tensorrt", "", "LiteRT"])
def test_an_unknown_runtime_is_an_option_error(name: str) -> None:
    """The message lists what may be chosen."""
    with pytest.raises(
        OptionError, match=f"must be one of auto, litert, tflite-runtime, openvino, got {name!r}"
    ):
        load_model(tiny_model(), runtime=name)


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_a_wrong_number_of_threads_is_an_option_error(threads: Any) -> None:
    """Only whole numbers of at least 1 are accepted."""
    with pytest.raises(OptionError, match=r"option threads must be a whole number of at least 1, got"):
        load_model(tiny_model(), threads=threads)


def test_a_missing_file_is_a_model_error(tmp_path: Path) -> None:
    """The message names the path."""
    with pytest.raises(ModelError, match=r"none\.tflite: the model file cannot be read \(No such file"):
        load_model(tmp_path / "none.tflite")


@pytest.mark.parametrize("content", [b"", b"TFL3", b"PK\x03\x04 a zip file", b"<!DOCTYPE html>"])
def test_a_non_tflite_file_is_a_model_error(tmp_path: Path, content: bytes) -> None:
    """An empty file, a .task bundle or a web page is recognised by its first bytes."""
    path = tmp_path / "a.tflite"
    path.write_bytes(content)
    for source in (path, content):
        with pytest.raises(ModelError, match=r"not a TFLite model; give a \.tflite file"):
            load_model(source)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_cut_file_is_a_model_error_in_one_line(tmp_path: Path, kept: float) -> None:
    """An interrupted download is reported, with the way to fetch it again."""
    path, whole = tmp_path / "cut.tflite", tiny_model()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(
        ModelError, match=r"cut\.tflite: litert cannot load it .*fitness models fetch"
    ) as caught:
        load_model(path)
    assert "\n" not in str(caught.value)


def test_another_model_than_expected_is_refused() -> None:
    """The shapes found and the shapes expected are both in the message."""
    with pytest.raises(ModelError, match=r"its input is \(1, 2, 3, 4\) where \(1, 224, 224, 3\) is expected"):
        load_model(tiny_model(), expect_input=(1, 224, 224, 3))
    with pytest.raises(
        ModelError, match=r"wrong model, its outputs are .* where \(\(1, 195\),\) are expected"
    ):
        load_model(tiny_model(), expect_input=SHAPE, expect_outputs=[(1, 195)])
    load_model(tiny_model(), expect_input=SHAPE, expect_outputs=[list(SHAPE), SHAPE])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (tiny_model(inputs=2), "it has 2 inputs where 1 is expected"),
        (tiny_model(kind=schema.TensorType.INT32), "tensors that are not float32"),
    ],
)
def test_a_model_of_another_kind_is_refused(content: bytes, words: str) -> None:
    """Models with two inputs, or with integer tensors, are not supported."""
    with pytest.raises(ModelError, match=words):
        load_model(content)


def test_auto_takes_the_second_interpreter_when_the_first_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With only tflite-runtime installed, "auto" and its own name use it, and "litert" gives an error with the
    reason.
    """
    from ai_edge_litert import interpreter

    only(monkeypatch, {"tflite_runtime.interpreter": interpreter})
    for name in ("auto", "tflite-runtime"):
        np.testing.assert_array_equal(load_model(tiny_model(), runtime=name).run(noise())[0], -noise())
    with pytest.raises(
        ModelError, match=r"litert: cannot be imported: No module .*pip install ai-edge-litert"
    ):
        load_model(tiny_model(), runtime="litert")
    assert [info.importable for info in available_runtimes()] == [False, True, False]


def test_without_any_interpreter_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with a reason for each interpreter, and the command that helps."""
    only(monkeypatch, {})
    with pytest.raises(ModelError) as caught:
        load_model(tiny_model())
    text = str(caught.value)
    assert "\n" not in text
    assert "litert: " in text and "tflite-runtime: " in text and "pip install ai-edge-litert" in text


@pytest.mark.parametrize(
    ("version", "numpy", "reason"),
    [
        ("2.14.0", "2.4.6", "made for NumPy 1, and NumPy 2.4.6 is installed"),
        ("2.14.0", "1.26.4", ""),
        ("2.19.0", "2.4.6", ""),
    ],
)
def test_a_tflite_runtime_for_numpy_1_is_not_used_with_numpy_2(
    monkeypatch: pytest.MonkeyPatch, version: str, numpy: str, reason: str
) -> None:
    """It can be imported, but it would fail with an unclear error when it opens a model."""
    from ai_edge_litert import interpreter

    only(monkeypatch, {"tflite_runtime.interpreter": interpreter})
    monkeypatch.setattr(importlib.metadata, "version", lambda _: version)
    monkeypatch.setattr(np, "__version__", numpy)
    assert available_runtimes()[1].reason == reason


def test_the_runtimes_are_listed_best_first() -> None:
    """LiteRT comes first, works here and has a version; the names are those that load_model takes."""
    infos = available_runtimes()
    assert tuple(info.name for info in infos) == RUNTIME_NAMES[1:]
    assert infos[0].name == "litert" and infos[0].importable and infos[0].version and not infos[0].reason
    assert all(info.importable or info.reason for info in infos)


def test_loading_leaves_standard_error_empty(tmp_path: Path) -> None:
    """The user does not see the native library's notice at the first load of a process."""
    path = tmp_path / "tiny.tflite"
    path.write_bytes(tiny_model())
    code = f"from fitness.engine.runtime.loader import load_model; load_model({str(path)!r})"
    here = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_real_errors_on_standard_error_are_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    """Only notices are dropped while a model loads: warnings of native code and of Python arrive, also on errors."""
    with pytest.raises(RuntimeError), without_native_notices():
        os.write(2, b"INFO: Created a delegate\nERROR: no memory\n")
        print("warning from Python", file=sys.stderr)
        raise RuntimeError
    os.write(2, b"INFO: after\n")
    lines = sorted(capfd.readouterr().err.splitlines())
    assert lines == ["ERROR: no memory", "INFO: after", "warning from Python"]


def test_a_process_without_standard_error_can_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs without a console have no file descriptor 2."""

    def no_descriptor(_: int) -> int:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", no_descriptor)
    assert load_model(tiny_model()).output_shapes == (SHAPE, SHAPE)


@pytest.mark.parametrize("name", ["detector", "lite", "full", "heavy"])
def test_the_real_models_agree_with_the_manifest(models: Path, name: str) -> None:
    """Shapes match; one input gives the same finite outputs each time and with two threads."""
    spec = load_manifest().spec(name)
    path = models / spec.file
    one, two = (
        load_model(path, threads=threads, expect_input=spec.input_shape, expect_outputs=spec.output_shapes)
        for threads in (1, 2)
    )
    x = np.abs(noise(spec.input_shape))
    first, again, threaded = one.run(x), one.run(x), two.run(x)
    for a, b, c in zip(first, again, threaded, strict=True):
        assert np.isfinite(a).all()
        np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(a, c, rtol=1e-4, atol=1e-3)


def test_litert_uses_its_fast_kernels(tmp_path: Path) -> None:
    """A loaded model is run by XNNPACK, as LiteRT writes when it sets it up."""
    pytest.importorskip("ai_edge_litert")
    (tmp_path / "tiny.tflite").write_bytes(tiny_model())
    code = (
        "import contextlib, pathlib, sys\n"
        "import ai_edge_litert.interpreter as module\n"
        "from fitness.engine.runtime import tflite\n"
        "tflite.without_native_notices = contextlib.nullcontext\n"
        "tflite.open_tflite(module, pathlib.Path(sys.argv[1]), 1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "tiny.tflite")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "XNNPACK delegate" in done.stderr
