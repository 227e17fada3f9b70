"""Run a TFLite model: one small interface over the interpreters that may be installed.

A run of the full landmark model takes about 9 ms on one core; copying its input in and its outputs out takes
0.02 ms of that. So tensors are copied, and nobody has to hold a view into an interpreter's memory.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import numpy as np

from fitness.errors import ModelError, OptionError
from fitness.types import FloatArray

Shape: TypeAlias = tuple[int, ...]

_MAGIC: Final = b"TFL3"  # the file identifier of a TFLite flatbuffer, at byte 4
_HARMLESS: Final = (b"INFO:", b"INFO ")  # how the native library starts a line that reports nothing wrong


class Model(Protocol):
    """A loaded model with one input. Not for two threads at once: give each its own."""

    @property
    def input_shape(self) -> Shape:
        """Shape of the float32 input tensor, such as (1, 256, 256, 3)."""

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        """Shapes of the float32 output tensors, in the order of the graph's outputs."""

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        """Infer once.

        tensor: float32 of `input_shape`; it is read only during the call.
        Returns the outputs in the order of `output_shapes`, as fresh arrays that belong to the caller.
        Raises ValueError if the tensor has another shape or type.
        """


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
    open: Callable[[Any, Path | bytes, int], Model]
    last_for_numpy_1: tuple[int, int] = (
        0,
        0,
    )  # releases up to this one fail, late and unclearly, with NumPy 2


class _TfliteModel:
    """`Model` over the `Interpreter` class that LiteRT and tflite-runtime share."""

    __slots__ = ("_input", "_interpreter", "_outputs", "input_shape", "output_shapes")

    def __init__(self, interpreter: Any) -> None:
        inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
        if len(inputs) != 1:
            raise ModelError(f"it has {len(inputs)} inputs where 1 is expected; is it a pose model?")
        if any(tensor["dtype"] is not np.float32 for tensor in (*inputs, *outputs)):
            raise ModelError("it has tensors that are not float32; quantised models cannot be used")
        self._interpreter = interpreter
        self._input: int = inputs[0]["index"]
        self._outputs: tuple[int, ...] = tuple(tensor["index"] for tensor in outputs)
        self.input_shape: Shape = _shape(inputs[0])
        self.output_shapes: tuple[Shape, ...] = tuple(_shape(tensor) for tensor in outputs)

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        if tensor.shape != self.input_shape or tensor.dtype != np.float32:
            raise ValueError(
                f"the model takes float32 {self.input_shape}, got {tensor.dtype} {tuple(tensor.shape)}"
            )
        self._interpreter.set_tensor(self._input, tensor)
        self._interpreter.invoke()
        return tuple(self._interpreter.get_tensor(index) for index in self._outputs)


def _shape(details: dict[str, Any]) -> Shape:
    return tuple(int(size) for size in details["shape"])


def _open_tflite(module: Any, model: Path | bytes, threads: int) -> Model:
    """Load with the XNNPACK kernels, which both packages use unless told otherwise (three times as fast)."""
    source: dict[str, Any] = (
        {"model_content": model} if isinstance(model, bytes) else {"model_path": str(model)}
    )
    with _without_native_notices():
        interpreter = module.Interpreter(**source, num_threads=threads)
        interpreter.allocate_tensors()
    return _TfliteModel(interpreter)


# In the order in which "auto" tries them. A further interpreter is a further row with its own `open`.
_BACKENDS: Final = (
    _Backend("litert", "ai-edge-litert", "ai_edge_litert.interpreter", _open_tflite),
    _Backend("tflite-runtime", "tflite-runtime", "tflite_runtime.interpreter", _open_tflite, (2, 14)),
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
) -> Model:
    """Load a TFLite model.

    model: a file, or the bytes of one.   runtime: one of `RUNTIME_NAMES`; "auto" takes the first that works.
    threads: CPU threads for one inference, at least 1. The result does not depend on it.
    expect_input, expect_outputs: shapes the model must have.

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
        loaded = backend.open(module, source, threads)
    except ModelError as error:
        raise ModelError(f"{name}: {error}") from None
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(
            f"{name}: {backend.name} cannot load it ({_first_line(error)}); the file is probably damaged, "
            "fetch it again with: fitness models fetch"
        ) from error
    _check_shapes(name, loaded, expect_input, expect_outputs)
    return loaded


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
    name: str, model: Model, expect_input: Shape | None, expect_outputs: Sequence[Shape] | None
) -> None:
    if expect_input is not None and model.input_shape != tuple(expect_input):
        raise ModelError(
            f"{name}: wrong model, its input is {model.input_shape} where {tuple(expect_input)} is expected"
        )
    if expect_outputs is not None and model.output_shapes != tuple(map(tuple, expect_outputs)):
        raise ModelError(
            f"{name}: wrong model, its outputs are {model.output_shapes} where "
            f"{tuple(map(tuple, expect_outputs))} are expected"
        )


def _probe(backend: _Backend) -> tuple[RuntimeInfo, Any]:
    """Import one interpreter; its module is None when that fails."""
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
        module = importlib.import_module(backend.module)
    except ImportError as error:
        reason = "not installed" if version is None else f"cannot be imported: {_first_line(error)}"
        return RuntimeInfo(backend.name, backend.package, version, False, reason), None
    return RuntimeInfo(backend.name, backend.package, version, True, ""), module


def _release(version: str) -> tuple[int, ...]:
    """The first two numbers of a version; "2.14.0.post1" gives (2, 14)."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _choose(runtime: str) -> tuple[_Backend, Any]:
    """The first interpreter that `runtime` allows and that can be imported, with its module."""
    failures = []
    for backend in _BACKENDS:
        if runtime in ("auto", backend.name):
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


_stderr_lock: Final = threading.Lock()


@contextlib.contextmanager
def _without_native_notices() -> Iterator[None]:
    """Drop the harmless lines that native code writes to file descriptor 2; pass on everything else.

    The libraries offer no setting for it. What other threads write meanwhile arrives after the block.
    """
    with _stderr_lock, contextlib.ExitStack() as stack:
        try:
            kept = os.dup(2)
            stack.callback(os.close, kept)
            caught = stack.enter_context(tempfile.TemporaryFile())
        except OSError:  # no standard error, or no folder for temporary files: nothing to catch, or nowhere
            yield
            return
        _flush_stderr()
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            _flush_stderr()
            os.dup2(kept, 2)
            caught.seek(0)
            loud = [line for line in caught.read().splitlines(True) if not line.startswith(_HARMLESS)]
            if loud:
                os.write(2, b"".join(loud))


def _flush_stderr() -> None:
    with contextlib.suppress(AttributeError, ValueError, OSError):
        sys.stderr.flush()
