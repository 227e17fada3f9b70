"""Computes some layers of a TFLite model with 8-bit numbers for speed, where that hardly moves a landmark.

Most of the work of the pose models is in 1 x 1 convolutions, which are matrix products over the channels of each pixel.
Processors with 8-bit dot products compute them up to four times as fast as with 32-bit floats. Such a layer is replaced
by a FULLY_CONNECTED operator with 8-bit weights and one scale for each output. The interpreter rounds its inputs to
8 bits pixel by pixel at run time; its outputs are floats again. All other layers stay unchanged.

Each layer was measured separately (docs/explanation/speed.md). Rounding saves more time than it costs only on small
maps, of 16 or 8 pixels a side, and some layers lose too much accuracy.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
from collections.abc import Collection
from typing import Any, Final

import numpy as np

from fitness.engine.runtime.processor import features
from fitness.errors import ModelError
from fitness.types import FloatArray

LAYERS: Final[dict[str, tuple[int, ...]]] = {
    "lite": (218, 220, 222, 224, 226, 231, 243, 245, 247, 249, 251, 253, 255),
    "full": (232, 233, 235, 237, 239, 241, 243, 246, 257, 258, 260, 262, 264, 266, 268, 270),
    "heavy": (
        457,
        459,
        461,
        463,
        465,
        467,
        469,
        471,
        473,
        475,
        477,
        479,
        482,
        486,
        490,
        494,
        507,
        508,
        510,
        512,
        514,
        516,
        518,
        520,
        522,
        524,
        526,
        528,
        530,
        532,
        534,
        536,
        589,
        594,
        597,
        600,
        603,
        606,
        609,
        612,
        621,
        627,
        633,
    ),
}
"""Landmark model -> its 8-bit layers, as indices of their output tensors in the published file."""

_SCHEMA: Final = "ai_edge_litert.schema_py_generated"
_LIMIT: Final = 127
_SHRINKS: Final = np.arange(75, 103) / 100
"""Scales to try, relative to the scale at which the largest weight just fits."""

_DOT_PRODUCTS: Final = frozenset({"avx512_vnni", "avx_vnni", "avxvnni", "asimddp"})
"""Names of instructions for 8-bit dot products in Linux' /proc/cpuinfo."""


def worth_it() -> bool:
    """Whether this processor is known to have 8-bit dot products and LiteRT's model schema is installed."""
    if importlib.util.find_spec(_SCHEMA) is None:
        return False
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    return not _DOT_PRODUCTS.isdisjoint(features())


def quantized(model: bytes, layers: Collection[int]) -> bytes:
    """Convert some layers of a model to 8-bit numbers.

    model: the bytes of a TFLite file with one graph.   layers: output tensors of convolutions with 1 x 1 kernel, stride
    1 and constant weights, which are 16-bit or 32-bit floats. Layers that were removed from the graph are skipped.

    Raises ModelError if a layer is of another kind, or if LiteRT's model schema is not installed.
    """
    graph = _Graph(model)
    for number in layers:
        graph.round_layer(number)
    return graph.packed()


def rounded(weights: FloatArray) -> tuple[np.ndarray[Any, np.dtype[np.int8]], FloatArray]:
    """Weights (outputs, inputs) -> 8-bit numbers and the scale of each output with the least mean square error."""
    largest = np.abs(weights).max(axis=1)
    largest[largest == 0] = 1
    scales = np.empty(len(weights), np.float32)
    least = np.full(len(weights), np.inf)
    for shrink in _SHRINKS:
        tried = np.asarray(largest * shrink / _LIMIT, np.float32)
        error = ((_whole(weights, tried) * tried[:, None] - weights) ** 2).sum(axis=1)
        better = error < least
        least[better], scales[better] = error[better], tried[better]
    return _whole(weights, scales).astype(np.int8), scales


def _whole(weights: FloatArray, scales: FloatArray) -> FloatArray:
    numbers: FloatArray = np.clip(np.rint(weights / scales[:, None]), -_LIMIT, _LIMIT)
    return numbers


class _Graph:
    """A model parsed with LiteRT's model schema."""

    def __init__(self, model: bytes) -> None:
        try:
            self._schema: Any = importlib.import_module(_SCHEMA)
            self._flatbuffers: Any = importlib.import_module("flatbuffers")
        except ImportError as error:
            raise ModelError(f"8-bit layers need the package ai-edge-litert ({error})") from error
        self._model = self._schema.ModelT.InitFromPackedBuf(model, 0)
        self._graph = self._model.subgraphs[0]
        self._makers = {int(number): each for each in self._graph.operators for number in each.outputs}

    def round_layer(self, number: int) -> None:
        """Replace the convolution whose output is tensor `number`."""
        layer = self._makers.get(number)
        if layer is None:
            return
        options, kinds = layer.builtinOptions, self._schema.BuiltinOperator
        weights = self._values(layer.inputs[1]) if self._kind(layer) == kinds.CONV_2D else None
        if weights is None or weights.shape[1:3] != (1, 1) or (options.strideH, options.strideW) != (1, 1):
            raise ModelError(f"layer {number} is not a 1 x 1 convolution; is it a pose model?")
        bias = self._values(layer.inputs[2])
        numbers, scales = rounded(weights.reshape(len(weights), -1))
        layer.inputs = [
            layer.inputs[0], self._constant(f"{number}_weights", numbers, scales),
            self._constant(f"{number}_bias", bias, None),
        ]  # fmt: skip
        layer.opcodeIndex = self._operator_code(kinds.FULLY_CONNECTED)
        layer.builtinOptionsType = self._schema.BuiltinOptions.FullyConnectedOptions
        layer.builtinOptions = self._schema.FullyConnectedOptionsT()
        layer.builtinOptions.fusedActivationFunction = options.fusedActivationFunction
        layer.builtinOptions.keepNumDims = True
        layer.builtinOptions.asymmetricQuantizeInputs = True

    def packed(self) -> bytes:
        """The bytes of the model, without data that is no longer used."""
        self._drop_unread()
        self._model.signatureDefs = None
        builder = self._flatbuffers.Builder(1 << 24)
        builder.Finish(self._model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())

    def _kind(self, layer: Any) -> int:
        code = self._model.operatorCodes[layer.opcodeIndex]
        return int(max(code.builtinCode, code.deprecatedBuiltinCode))

    def _values(self, number: int) -> FloatArray:
        """The values of a constant float tensor, as 32-bit floats; ModelError if it is not constant."""
        tensor, types = self._graph.tensors[number], self._schema.TensorType
        maker = self._makers.get(int(number))
        if maker is not None and self._kind(maker) == self._schema.BuiltinOperator.DEQUANTIZE:
            tensor = self._graph.tensors[maker.inputs[0]]
        data = self._model.buffers[tensor.buffer].data
        dtype = {types.FLOAT16: np.float16, types.FLOAT32: np.float32}.get(tensor.type)
        if data is None or dtype is None:
            raise ModelError(f"tensor {number} has no values of its own; is it a pose model?")
        return np.frombuffer(bytes(data), dtype).astype(np.float32).reshape(tuple(tensor.shape))

    def _constant(self, name: str, values: Any, scales: FloatArray | None) -> int:
        """Add a constant tensor; returns its index."""
        buffer = self._schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        tensor = self._schema.TensorT()
        tensor.name, tensor.shape = name.encode(), list(values.shape)
        tensor.buffer = len(self._model.buffers) - 1
        tensor.type = self._schema.TensorType.FLOAT32
        if scales is not None:
            tensor.type = self._schema.TensorType.INT8
            tensor.quantization = self._schema.QuantizationParametersT()
            tensor.quantization.scale = scales
            tensor.quantization.zeroPoint = np.zeros(len(scales), np.int64)
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def _operator_code(self, kind: int) -> int:
        """The index of the operator code for float inputs and 8-bit weights (version 9), added if it is missing."""
        codes = self._model.operatorCodes
        for index, code in enumerate(codes):
            if (code.builtinCode, code.version) == (kind, 9):
                return index
        code = self._schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = kind
        code.version = 9
        codes.append(code)
        return len(codes) - 1

    def _drop_unread(self) -> None:
        """Remove conversions of 16-bit weights that no layer reads any more, and empty their buffers."""
        widening = self._schema.BuiltinOperator.DEQUANTIZE
        read = {int(n) for each in self._graph.operators for n in each.inputs} | set(
            map(int, self._graph.outputs)
        )
        kept = [
            each
            for each in self._graph.operators
            if self._kind(each) != widening or not read.isdisjoint(map(int, each.outputs))
        ]
        self._graph.operators = kept
        used = {int(n) for each in kept for n in (*each.inputs, *each.outputs) if n >= 0}
        used |= set(map(int, self._graph.inputs)) | set(map(int, self._graph.outputs))
        buffers = {self._graph.tensors[number].buffer for number in used}
        for index, buffer in enumerate(self._model.buffers):
            if index not in buffers:
                buffer.data = None
