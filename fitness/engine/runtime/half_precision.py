"""Runs a network in 16-bit floats with LiteRT's `CompiledModel`, for processors that compute with them.

Such processors need about half the time. Others convert each number and need twice the time, so they get 32-bit floats.
Landmarks of the full model move by 0.13 pixels of the 256-pixel crop in the mean (docs/research/speed-notes.md).
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import math
import os
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.engine.runtime.model import InPlaceModel, Shape
from fitness.engine.runtime.tflite import TfliteModel, without_native_notices
from fitness.types import FloatArray

_FORCE_HALF: Final = 4
"""TFLITE_XNNPACK_DELEGATE_FLAG_FORCE_FP16, of TensorFlow Lite's xnnpack_delegate.h."""


class HalfModel:
    """`InPlaceModel` for a `CompiledModel`; this object owns the input, and outputs are copies.

    Args:
        compiled: a `CompiledModel`.   like: the same model in the interpreter, for its shapes.
    """

    __slots__ = ("_buffers", "_compiled", "_input", "input_shape", "output_shapes")

    def __init__(self, compiled: Any, like: InPlaceModel) -> None:
        self.input_shape: Shape = like.input_shape
        self.output_shapes: tuple[Shape, ...] = like.output_shapes
        self._compiled = compiled
        self._input: FloatArray = np.zeros(self.input_shape, np.float32)
        self._buffers = compiled.create_input_buffers(0), compiled.create_output_buffers(0)

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        """See `Model`."""
        if tensor.shape != self.input_shape or tensor.dtype != np.float32:
            raise ValueError(
                f"the model takes float32 {self.input_shape}, got {tensor.dtype} {tuple(tensor.shape)}"
            )
        self._input[...] = tensor
        return self.run_in_place()

    def input_view(self) -> FloatArray:
        """See `InPlaceModel`."""
        return self._input

    def run_in_place(self) -> tuple[FloatArray, ...]:
        """See `InPlaceModel`."""
        inputs, outputs = self._buffers
        inputs[0].write(self._input)
        self._compiled.run_by_index(0, inputs, outputs)
        return tuple(
            buffer.read(math.prod(shape), np.float32).reshape(shape)
            for buffer, shape in zip(outputs, self.output_shapes, strict=True)
        )


def open_half(module: Any, model: Path | bytes, threads: int) -> InPlaceModel:
    """Load a model for 16-bit floats.

    module: `ai_edge_litert.interpreter`.   model, threads: as for `open_tflite`.
    Raises ImportError for an older LiteRT, which has no such options; 2.3 has them.
    """
    data = model if isinstance(model, bytes) else model.read_bytes()
    compiled_model = importlib.import_module("ai_edge_litert.compiled_model")
    options = importlib.import_module("ai_edge_litert.options")
    cpu = options.CpuOptions(num_threads=threads, xnnpack_flags=_FORCE_HALF)
    with without_native_notices():
        like = TfliteModel(module.Interpreter(model_content=data, num_threads=threads))
        compiled = compiled_model.CompiledModel.from_buffer(
            data, environment=_environment(), options=options.Options(cpu_options=cpu)
        )
        loaded = HalfModel(compiled, like)
        loaded.run_in_place()  # the first run sets up more, with notices
    _mute_at_exit()
    return loaded


@functools.cache
def _environment() -> Any:
    """What all models of this process share; it is kept until the process ends."""
    return importlib.import_module("ai_edge_litert.environment").Environment.create()


@functools.cache
def _mute_at_exit() -> None:
    """Close standard error when the process ends: LiteRT then writes five notices and has no setting for it."""
    atexit.register(_mute)


def _mute() -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
