"""Runs models with the TFLite interpreter, which LiteRT and tflite-runtime share."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.engine.runtime.model import InPlaceModel, Shape
from fitness.errors import ModelError
from fitness.types import FloatArray

_HARMLESS: Final = (
    b"INFO:", b"INFO ", b"I0000 ", b"WARNING: All log messages before absl::InitializeLog",
    b"WARNING: [npu_registry", b"WARNING: [compiler_plugin", "└ Could not load shared library".encode(),
)  # fmt: skip
"""Prefixes of harmless log lines of the native libraries."""


class TfliteModel:
    """`InPlaceModel` for an `Interpreter` with allocated tensors."""

    __slots__ = ("_input", "_input_view", "_interpreter", "_output_views", "input_shape", "output_shapes")

    def __init__(self, interpreter: Any) -> None:
        inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
        if len(inputs) != 1:
            raise ModelError(f"it has {len(inputs)} inputs where 1 is expected; is it a pose model?")
        if any(tensor["dtype"] is not np.float32 for tensor in (*inputs, *outputs)):
            raise ModelError("it has tensors that are not float32; quantised models cannot be used")
        self._interpreter = interpreter
        self._input: int = inputs[0]["index"]
        # Each call returns a new view. The interpreter counts views and refuses to run while one exists.
        self._input_view = interpreter.tensor(self._input)
        self._output_views = tuple(interpreter.tensor(tensor["index"]) for tensor in outputs)
        self.input_shape: Shape = _shape(inputs[0])
        self.output_shapes: tuple[Shape, ...] = tuple(_shape(tensor) for tensor in outputs)

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        """See `Model`."""
        if tensor.shape != self.input_shape or tensor.dtype != np.float32:
            raise ValueError(
                f"the model takes float32 {self.input_shape}, got {tensor.dtype} {tuple(tensor.shape)}"
            )
        self._interpreter.set_tensor(self._input, tensor)
        self._interpreter.invoke()
        return tuple(view().copy() for view in self._output_views)

    def input_view(self) -> FloatArray:
        """See `InPlaceModel`."""
        view: FloatArray = self._input_view()
        return view

    def run_in_place(self) -> tuple[FloatArray, ...]:
        """See `InPlaceModel`."""
        self._interpreter.invoke()
        return tuple(view() for view in self._output_views)


def open_tflite(module: Any, model: Path | bytes, threads: int) -> InPlaceModel:
    """Load a model with the XNNPACK kernels, the default of both packages (three times as fast)."""
    source: dict[str, Any] = (
        {"model_content": model} if isinstance(model, bytes) else {"model_path": str(model)}
    )
    with without_native_notices():
        interpreter = module.Interpreter(**source, num_threads=threads)
        interpreter.allocate_tensors()
    return TfliteModel(interpreter)


def _shape(details: dict[str, Any]) -> Shape:
    return tuple(int(size) for size in details["shape"])


_stderr_lock: Final = threading.Lock()


@contextlib.contextmanager
def without_native_notices() -> Iterator[None]:
    """Suppress harmless lines that native code writes to file descriptor 2; all other output is passed on.

    The libraries have no setting for this. Output of other threads during the block appears after it.
    """
    with _stderr_lock, contextlib.ExitStack() as stack:
        try:
            kept = os.dup(2)
            stack.callback(os.close, kept)
            caught = stack.enter_context(tempfile.TemporaryFile())
        except OSError:  # no standard error or no temporary folder: suppress nothing
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
