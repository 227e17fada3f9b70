"""Removes unused outputs from a TFLite model, with the operators that only they need, to save inference time.

The pose models always compute a segmentation mask, which is about two fifths of the work of the full model. A TFLite
file is a FlatBuffer (https://flatbuffers.dev/internals/): its graph holds a vector of output tensors and a vector of
offsets to operators. Both vectors are shortened in place. Weights and the remaining operators keep the same bytes, so
the remaining outputs are the same bit for bit.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from fitness.errors import ModelError

# Positions of fields in the tables of TensorFlow Lite's schema.fbs.
_MODEL_SUBGRAPHS: Final = 2
_MODEL_SIGNATURES: Final = 7
_GRAPH_OUTPUTS: Final = 2
_GRAPH_OPERATORS: Final = 3
_OPERATOR_INPUTS: Final = 1
_OPERATOR_OUTPUTS: Final = 2


@dataclass(frozen=True, slots=True)
class _Operator:
    """An operator of a graph.   position: of its table, in bytes.   inputs, outputs: tensor indices."""

    position: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Graph:
    """The parts of a model's graph that are edited.

    outputs_at, operators_at: where the two vectors begin, in bytes.   outputs: tensor indices.
    operators: in the order in which they run.   signatures_at: where the vector of signatures begins, or None.
    """

    outputs_at: int
    outputs: tuple[int, ...]
    operators_at: int
    operators: tuple[_Operator, ...]
    signatures_at: int | None


def without_outputs(model: bytes, drop: Collection[int]) -> bytes:
    """Remove some outputs of a model and the operators that only they need.

    model: the bytes of a TFLite file.   drop: 0-based positions among its outputs; the others keep their order.

    Named signatures are removed too: they may name a removed output, and this program does not use them.
    Raises ModelError if `drop` has positions that do not exist or all positions, if the file is damaged, or if it holds
    more than one graph.
    """
    graph = _read(model)
    if not set(drop) < set(range(len(graph.outputs))):
        raise ModelError(
            f"it has {len(graph.outputs)} outputs, of which {sorted(drop)} cannot be removed; is it a pose model?"
        )
    outputs = [tensor for i, tensor in enumerate(graph.outputs) if i not in drop]
    operators = _needed(graph.operators, outputs)
    edited = bytearray(model)
    struct.pack_into(f"<I{len(outputs)}i", edited, graph.outputs_at, len(outputs), *outputs)
    _write_offsets(edited, graph.operators_at, [operator.position for operator in operators])
    if graph.signatures_at is not None:
        struct.pack_into("<I", edited, graph.signatures_at, 0)
    result = bytes(edited)
    after = _read(result)
    if after.outputs != tuple(outputs) or after.operators != tuple(operators):
        # Vectors that share bytes with other data cannot be shortened in place.
        raise ModelError("its graph cannot be cut: tables share their storage")
    return result


def _needed(operators: Sequence[_Operator], outputs: Collection[int]) -> list[_Operator]:
    """The operators that `outputs` depend on, in their order."""
    wanted = set(outputs)
    kept = []
    for operator in reversed(operators):
        if not wanted.isdisjoint(operator.outputs):
            kept.append(operator)
            wanted.update(operator.inputs)
    return kept[::-1]


def _write_offsets(data: bytearray, at: int, targets: Sequence[int]) -> None:
    """Write a vector of tables; each entry is the distance from itself to its table."""
    entries = [target - (at + 4 + 4 * i) for i, target in enumerate(targets)]
    struct.pack_into(f"<I{len(entries)}I", data, at, len(entries), *entries)


def _read(model: bytes) -> _Graph:
    reader = _Reader(model)
    try:
        root = reader.unsigned(0)
        graphs = reader.tables(root, _MODEL_SUBGRAPHS)
        if len(graphs) != 1:
            raise ModelError(f"it holds {len(graphs)} graphs where 1 is expected; is it a pose model?")
        outputs_at = reader.vector(graphs[0], _GRAPH_OUTPUTS)
        operators_at = reader.vector(graphs[0], _GRAPH_OPERATORS)
        if outputs_at is None or operators_at is None:
            raise ModelError("it has no outputs or no operators; is it a pose model?")
        operators = tuple(
            _Operator(
                table, reader.numbers(table, _OPERATOR_INPUTS), reader.numbers(table, _OPERATOR_OUTPUTS)
            )
            for table in reader.tables(graphs[0], _GRAPH_OPERATORS)
        )
        outputs = reader.numbers(graphs[0], _GRAPH_OUTPUTS)
        return _Graph(outputs_at, outputs, operators_at, operators, reader.vector(root, _MODEL_SIGNATURES))
    except (struct.error, OverflowError, MemoryError) as error:
        raise ModelError(
            f"the file is damaged ({error}); fetch it again with: fitness models fetch"
        ) from error


class _Reader:
    """Reads tables and vectors of a FlatBuffer. Positions are bytes from its start.

    Raises struct.error for a position outside the buffer.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    def unsigned(self, at: int) -> int:
        """The 32-bit number at a position."""
        return self._unpack("<I", at)[0]

    def vector(self, table: int, field: int) -> int | None:
        """Where the vector in a field begins (its length comes first), or None if the field is not set."""
        (to_layout,) = self._unpack("<i", table)
        layout = table - to_layout
        (size,) = self._unpack("<H", layout)
        entry = 4 + 2 * field
        if entry + 2 > size:
            return None
        (offset,) = self._unpack("<H", layout + entry)
        if offset == 0:
            return None
        at = table + offset
        return at + self.unsigned(at)

    def numbers(self, table: int, field: int) -> tuple[int, ...]:
        """A vector of 32-bit signed numbers; empty if the field is not set."""
        at = self.vector(table, field)
        return () if at is None else self._unpack(f"<{self._length(at)}i", at + 4)

    def tables(self, table: int, field: int) -> list[int]:
        """Positions of the tables in a vector; empty if the field is not set."""
        at = self.vector(table, field)
        if at is None:
            return []
        offsets = self._unpack(f"<{self._length(at)}I", at + 4)
        return [at + 4 + 4 * i + offset for i, offset in enumerate(offsets)]

    def _length(self, at: int) -> int:
        length = self.unsigned(at)
        if length > (len(self._data) - at) // 4:
            raise struct.error(f"a vector of {length} entries does not fit in the file")
        return length

    def _unpack(self, form: str, at: int) -> tuple[int, ...]:
        if at < 0:  # struct would count from the end
            raise struct.error(f"position {at} is before the file")
        return struct.unpack_from(form, self._data, at)
