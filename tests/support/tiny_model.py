"""Makes TFLite files of a few hundred bytes, so that the runtime can be tested without weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

SHAPE: Final = (1, 2, 3, 4)


def tiny_model(
    *,
    shape: Sequence[int] = SHAPE,
    inputs: int = 1,
    kind: int = schema.TensorType.FLOAT32,
) -> bytes:
    """A model with the outputs -x and max(x, 0), in this order although max is computed first.

    inputs: 2 adds an input that nothing reads.   kind: a `schema.TensorType` for all tensors.
    """
    relu, neg = schema.BuiltinOperator.RELU, schema.BuiltinOperator.NEG
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT()]
    model.operatorCodes = [operator_code(relu), operator_code(neg)]
    graph = schema.SubGraphT()
    names = ["x", "positive", "negative", *(f"spare_{i}" for i in range(1, inputs))]
    graph.tensors = [tensor(name, shape, kind) for name in names]
    graph.inputs = [0, *range(3, 3 + inputs - 1)]
    graph.outputs = [2, 1]
    graph.operators = [operator(0, [0], [1]), operator(1, [0], [2])]
    model.subgraphs = [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def operator_code(builtin: int) -> Any:
    """A row of the model's table of operators in use."""
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = builtin
    code.version = 1
    return code


def tensor(name: str, shape: Sequence[int], kind: int) -> Any:
    """A tensor without content of its own."""
    made = schema.TensorT()
    made.name, made.shape, made.type, made.buffer = name.encode(), list(shape), kind, 0
    return made


def operator(code: int, sources: Sequence[int], targets: Sequence[int]) -> Any:
    """An operator between tensors; `code` is a row of the table of operators in use."""
    made = schema.OperatorT()
    made.opcodeIndex, made.inputs, made.outputs = code, list(sources), list(targets)
    return made
