"""Runs models with OpenVINO, which reads TFLite files itself and has faster kernels for most layers.

It is set to 32-bit numbers: its default on processors with bfloat16 would move landmarks by about 2 pixels of the
256-pixel crop.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from fitness.atomic_file import scratch_folder
from fitness.engine.runtime.model import InPlaceModel, Shape
from fitness.errors import ModelError
from fitness.types import FloatArray


class OpenVinoModel:
    """`InPlaceModel` for a compiled OpenVINO model; the library reads and writes arrays owned by this object."""

    __slots__ = ("_input", "_outputs", "_request", "input_shape", "output_shapes")

    def __init__(self, module: Any, compiled: Any) -> None:
        if len(compiled.inputs) != 1:
            raise ModelError(f"it has {len(compiled.inputs)} inputs where 1 is expected; is it a pose model?")
        if any(port.element_type != module.Type.f32 for port in (*compiled.inputs, *compiled.outputs)):
            raise ModelError("it has tensors that are not float32; quantised models cannot be used")
        self.input_shape: Shape = tuple(compiled.inputs[0].shape)
        self.output_shapes: tuple[Shape, ...] = tuple(tuple(port.shape) for port in compiled.outputs)
        self._input: FloatArray = np.zeros(self.input_shape, np.float32)
        self._outputs: tuple[FloatArray, ...] = tuple(
            np.zeros(shape, np.float32) for shape in self.output_shapes
        )
        self._request = compiled.create_infer_request()
        self._request.set_input_tensor(module.Tensor(self._input, shared_memory=True))
        for index, output in enumerate(self._outputs):
            self._request.set_output_tensor(index, module.Tensor(output, shared_memory=True))

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        """See `Model`."""
        if tensor.shape != self.input_shape or tensor.dtype != np.float32:
            raise ValueError(
                f"the model takes float32 {self.input_shape}, got {tensor.dtype} {tuple(tensor.shape)}"
            )
        self._input[...] = tensor
        return tuple(output.copy() for output in self.run_in_place())

    def input_view(self) -> FloatArray:
        """See `InPlaceModel`."""
        return self._input

    def run_in_place(self) -> tuple[FloatArray, ...]:
        """See `InPlaceModel`."""
        self._request.infer()
        return self._outputs


def open_openvino(module: Any, model: Path | bytes, threads: int) -> InPlaceModel:
    """Compile a model for the CPU. Threads are not pinned to cores, so that several programs do not share one core."""
    core = module.Core()
    options = {
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,
    }
    return OpenVinoModel(module, core.compile_model(_read(core, model), "CPU", options))


def _read(core: Any, model: Path | bytes) -> Any:
    """Read a model; bytes are first written to a file, because OpenVINO reads TFLite from files only."""
    if isinstance(model, Path):
        return core.read_model(str(model))
    with scratch_folder() as folder:
        path = folder / "model.tflite"
        path.write_bytes(model)
        return core.read_model(str(path))
