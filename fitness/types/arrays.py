"""Names for the kinds of arrays that the program uses."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float32]
DoubleArray: TypeAlias = NDArray[np.float64]
ImageArray: TypeAlias = NDArray[np.uint8]
JsonDict: TypeAlias = dict[str, Any]


def frozen_array(values: ArrayLike, shape: tuple[int, ...], name: str) -> FloatArray:
    """A read-only float32 copy of `values`; ValueError if its shape is not `shape`."""
    array = np.array(values, dtype=np.float32)
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    array.setflags(write=False)
    return array
