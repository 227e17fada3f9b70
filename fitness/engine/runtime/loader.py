"""Run a TFLite model: one small interface over the libraries that may be installed.

`load_model` gives an `InPlaceModel`; which library is behind it is chosen by name, or by "auto": the first that works.
OpenVINO comes last there although it is the fastest, because it needs half a second longer to start.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.engine.runtime import quantization
from fitness.engine.runtime.graph_surgery import VERSION as CUT_VERSION
from fitness.engine.runtime.graph_surgery import cut_file, cut_name, without_outputs
from fitness.engine.runtime.model import ABSENT, InPlaceModel, Model, Shape, without
from fitness.engine.runtime.model_cache import cached_file
from fitness.engine.runtime.openvino import open_openvino
from fitness.engine.runtime.tflite import open_tflite, without_native_notices
from fitness.errors import ModelError, OptionError

__all__ = [
    "RUNTIME_NAMES",
    "Model",
    "RuntimeInfo",
    "Shape",
    "available_runtimes",
    "check_tflite",
    "load_model",
]

_MAGIC: Final = b"TFL3"  # the file identifier of a TFLite flatbuffer, at byte 4
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RuntimeInfo:
    """One interpreter that this program can use.

    name: what `load_model(runtime=...)` takes.   package: what to install to get it.
    version: of the installed package, or None.   importable: whether it can be used now.
    reason: why it cannot be used, in a few words; empty when it can.
    """

    name: str
    package: str
    version: str | None
    importable: bool
    reason: str


@dataclass(frozen=True, slots=True)
class _Backend:
    """A row of the table of interpreters: how one is imported, and how it opens a model."""

    name: str
    package: str
    module: str
    open: Callable[[Any, Path | bytes, int], InPlaceModel]
    last_for_numpy_1: tuple[int, int] = (
        0,
        0,
    )  # releases up to this one fail, late and unclearly, with NumPy 2


# In the order in which "auto" tries them. A further interpreter is a further row with its own `open`.
_BACKENDS: Final = (
    _Backend("litert", "ai-edge-litert", "ai_edge_litert.interpreter", open_tflite),
    _Backend("tflite-runtime", "tflite-runtime", "tflite_runtime.interpreter", open_tflite, (2, 14)),
    _Backend("openvino", "openvino", "openvino", open_openvino),
)

RUNTIME_NAMES: Final = ("auto", *(backend.name for backend in _BACKENDS))


def available_runtimes() -> list[RuntimeInfo]:
    """What this program could run models with, best first; imports each to find out."""
    return [_probe(backend)[0] for backend in _BACKENDS]


def load_model(
    model: str | os.PathLike[str] | bytes,
    *,
    runtime: str = "auto",
    threads: int = 1,
    expect_input: Shape | None = None,
    expect_outputs: Sequence[Shape] | None = None,
    drop_outputs: Collection[int] = (),
    eight_bit_layers: Collection[int] = (),
    keep_in: Path | None = None,
) -> InPlaceModel:
    """Load a TFLite model.

    model: a file, or the bytes of one.   runtime: one of `RUNTIME_NAMES`; "auto" takes the first that works.
    threads: CPU threads for one inference, at least 1. The result does not depend on it.
    expect_input, expect_outputs: shapes the model must have.
    drop_outputs: 0-based positions of outputs that nobody will read. They and what only they need are not computed;
        empty arrays stand in their place. The other outputs stay the same to the bit.
    eight_bit_layers: layers that may be computed from 8-bit numbers (`engine.eight_bit`). LiteRT on a processor that is
        fast at it does so; everything else computes them as they are.
    keep_in: an existing folder in which the changed model is kept for the next start.

    Raises OptionError for an unknown runtime or number of threads; ModelError if the file is missing,
    damaged, not a TFLite model or another model than expected, or if no runtime can be imported.
    """
    if runtime not in RUNTIME_NAMES:
        raise OptionError(f"option runtime must be one of {', '.join(RUNTIME_NAMES)}, got {runtime!r}")
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise OptionError(f"option threads must be a whole number of at least 1, got {threads!r}")
    source, name = (model, "the given model") if isinstance(model, bytes) else (Path(model), os.fspath(model))
    check_tflite(source)
    backend, module = _choose(runtime)
    try:
        layers = eight_bit_layers if backend.name == "litert" and quantization.worth_it() else ()
        changed = _changed(source, drop_outputs, layers, keep_in)
        loaded = without(backend.open(module, changed, threads), drop_outputs)
    except ModelError as error:
        raise ModelError(f"{name}: {error}") from None
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(
            f"{name}: {backend.name} cannot load it ({_first_line(error)}); the file is probably damaged, "
            "fetch it again with: fitness models fetch"
        ) from error
    _check_shapes(name, loaded, expect_input, expect_outputs, drop_outputs)
    return loaded


def _changed(
    source: Path | bytes, drop: Collection[int], layers: Collection[int], keep_in: Path | None
) -> Path | bytes:
    """The model without some outputs and with some layers in 8 bits: a kept file if possible."""
    if not drop and not layers:
        return source

    def change(model: bytes) -> bytes:
        cut = without_outputs(model, drop) if drop else model
        return quantization.quantized(cut, layers) if layers else cut

    if isinstance(source, bytes):
        return change(source)
    if keep_in is not None:
        try:
            if not layers:
                return cut_file(source, drop, keep_in)
            what = f"{cut_name(drop)}.{quantization.NAME}" if drop else quantization.NAME
            return cached_file(source, what, CUT_VERSION * 100 + quantization.VERSION, change, keep_in)
        except OSError as error:
            _log.info("%s: what was changed cannot be kept here (%s)", keep_in, error)
    return change(source.read_bytes())


def check_tflite(model: Path | bytes) -> None:
    """Raise ModelError unless `model` is a readable file, or bytes, that starts like a TFLite flatbuffer."""
    if isinstance(model, bytes):
        head, name = model[:8], "the given model"
    else:
        name = str(model)
        try:
            with model.open("rb") as file:
                head = file.read(8)
        except OSError as error:
            raise ModelError(
                f"{name}: the model file cannot be read ({error.strerror or error}); check the path"
            ) from error
    if head[4:8] != _MAGIC:
        raise ModelError(f"{name}: not a TFLite model; give a .tflite file")


def _check_shapes(
    name: str,
    model: Model,
    expect_input: Shape | None,
    expect_outputs: Sequence[Shape] | None,
    dropped: Collection[int],
) -> None:
    if expect_input is not None and model.input_shape != tuple(expect_input):
        raise ModelError(
            f"{name}: wrong model, its input is {model.input_shape} where {tuple(expect_input)} is expected"
        )
    if expect_outputs is None:
        return
    expected = tuple(ABSENT if i in dropped else tuple(shape) for i, shape in enumerate(expect_outputs))
    if model.output_shapes != expected:
        raise ModelError(
            f"{name}: wrong model, its outputs are {model.output_shapes} where {expected} are expected"
        )


def _probe(backend: _Backend) -> tuple[RuntimeInfo, Any]:
    """Import one interpreter; its module is None when that fails."""
    import importlib.metadata  # slow to import, and only needed where something is wrong or asked for

    try:
        version: str | None = importlib.metadata.version(backend.package)
    except importlib.metadata.PackageNotFoundError:
        version = None
    if (
        version is not None
        and _release(version) <= backend.last_for_numpy_1
        and _release(np.__version__) >= (2, 0)
    ):
        reason = f"made for NumPy 1, and NumPy {np.__version__} is installed"
        return RuntimeInfo(backend.name, backend.package, version, False, reason), None
    try:
        module = _imported(backend)
    except ImportError as error:
        reason = "not installed" if version is None else f"cannot be imported: {_first_line(error)}"
        return RuntimeInfo(backend.name, backend.package, version, False, reason), None
    return RuntimeInfo(backend.name, backend.package, version, True, ""), module


def _imported(backend: _Backend) -> Any:
    """The package's module; some releases write a notice when they are imported."""
    with without_native_notices():
        return importlib.import_module(backend.module)


def _release(version: str) -> tuple[int, ...]:
    """The first two numbers of a version; "2.14.0.post1" gives (2, 14)."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _choose(runtime: str) -> tuple[_Backend, Any]:
    """The first interpreter that `runtime` allows and that can be imported, with its module."""
    failures = []
    for backend in _BACKENDS:
        if runtime in ("auto", backend.name):
            if not any(backend.last_for_numpy_1):
                with contextlib.suppress(ImportError):
                    return backend, _imported(backend)
            info, module = _probe(backend)
            if info.importable:
                return backend, module
            failures.append(info)
    reasons = "; ".join(f"{info.name}: {info.reason}" for info in failures)
    raise ModelError(
        f"no TFLite runtime can be used ({reasons}); install it: pip install {failures[0].package}"
    )


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
