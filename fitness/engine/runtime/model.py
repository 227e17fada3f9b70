"""The interface of a loaded network, independent of the runtime."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np

from fitness.types import FloatArray

Shape: TypeAlias = tuple[int, ...]
_Item = TypeVar("_Item")

ABSENT: Shape = (0,)
"""Shape of an output that the model was loaded without; an empty array takes its place."""


class Model(Protocol):
    """A loaded model with one input. Not thread-safe: use one model per thread."""

    @property
    def input_shape(self) -> Shape:
        """Shape of the float32 input tensor, such as (1, 256, 256, 3)."""

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        """Shapes of the float32 output tensors, in the order of the graph's outputs; `ABSENT` for removed outputs."""

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        """Run one inference.

        tensor: float32 of `input_shape`; it is read only during the call.
        Returns the outputs in the order of `output_shapes`, as new arrays that the caller owns.
        Raises ValueError if the tensor has another shape or type.
        """


@runtime_checkable
class InPlaceModel(Model, Protocol):
    """A model whose tensors can be used in place, without copies."""

    def input_view(self) -> FloatArray:
        """The input tensor itself, to be filled before `run_in_place`. Drop all references to it before the model runs."""

    def run_in_place(self) -> tuple[FloatArray, ...]:
        """Run one inference on the current content of the input tensor.

        Returns read-only views of the output tensors, valid until the next run. Drop all references to them before
        that: what happens otherwise depends on the runtime, and LiteRT refuses to run.
        """


def in_place(model: Model, shape: Shape) -> InPlaceModel:
    """The model itself if it can work in place, otherwise a wrapper that copies.

    shape: of the input tensor.
    """
    return model if isinstance(model, InPlaceModel) else _Copying(model, shape)


def without(model: InPlaceModel, positions: Collection[int]) -> InPlaceModel:
    """Wrap a model with removed outputs: empty arrays at `positions` keep the other outputs at their old positions."""
    return _Cut(model, positions) if positions else model


class _Copying:
    """Wraps a model that has only `run`, so that it can be used in place."""

    __slots__ = ("_input", "_model")

    def __init__(self, model: Model, shape: Shape) -> None:
        self._model = model
        self._input: FloatArray = np.zeros(shape, np.float32)

    @property
    def input_shape(self) -> Shape:
        return self._model.input_shape

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        return self._model.output_shapes

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        return self._model.run(tensor)

    def input_view(self) -> FloatArray:
        return self._input

    def run_in_place(self) -> tuple[FloatArray, ...]:
        return self._model.run(self._input)


class _Cut:
    """Puts empty arrays in the place of removed outputs."""

    __slots__ = ("_absent", "_model", "_positions", "output_shapes")

    def __init__(self, model: InPlaceModel, positions: Collection[int]) -> None:
        self._model = model
        self._positions = sorted(positions)
        self._absent = np.empty(ABSENT, np.float32)
        self._absent.setflags(write=False)
        self.output_shapes: tuple[Shape, ...] = tuple(self._filled(model.output_shapes, ABSENT))

    @property
    def input_shape(self) -> Shape:
        return self._model.input_shape

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        return tuple(self._filled(self._model.run(tensor), self._absent))

    def input_view(self) -> FloatArray:
        return self._model.input_view()

    def run_in_place(self) -> tuple[FloatArray, ...]:
        return tuple(self._filled(self._model.run_in_place(), self._absent))

    def _filled(self, values: Sequence[_Item], filler: _Item) -> list[_Item]:
        filled = list(values)
        for position in self._positions:
            filled.insert(position, filler)
        return filled
