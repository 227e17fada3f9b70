"""`Image`, `ImageFrame` and `ImageFormat`: image classes with MediaPipe's interface."""

from __future__ import annotations

import operator
import os
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fitness.mediapipe_api.failures import (
    ArgumentError,
    MissingPictureError,
    PictureError,
    PixelFormatError,
    PixelTypeError,
)


class ImageFormat(IntEnum):
    """How pixels are stored, interleaved: numbers as in MediaPipe."""

    UNKNOWN = 0
    SRGB = 1
    SRGBA = 2
    GRAY8 = 3
    GRAY16 = 4
    SRGB48 = 7
    SRGBA64 = 8
    VEC32F1 = 9
    SBGRA = 11
    VEC32F2 = 12
    VEC32F4 = 13

    def __str__(self) -> str:
        return f"ImageFormat.{self.name}"


class _Layout(NamedTuple):
    dtype: type[np.generic]
    channels: int


_LAYOUTS: Final = {
    ImageFormat.SRGB: _Layout(np.uint8, 3),
    ImageFormat.SRGBA: _Layout(np.uint8, 4),
    ImageFormat.SBGRA: _Layout(np.uint8, 4),
    ImageFormat.GRAY8: _Layout(np.uint8, 1),
    ImageFormat.GRAY16: _Layout(np.uint16, 1),
    ImageFormat.SRGB48: _Layout(np.uint16, 3),
    ImageFormat.SRGBA64: _Layout(np.uint16, 4),
    ImageFormat.VEC32F1: _Layout(np.float32, 1),
    ImageFormat.VEC32F2: _Layout(np.float32, 2),
    ImageFormat.VEC32F4: _Layout(np.float32, 4),
}
_OF_A_FILE: Final = {1: ImageFormat.GRAY8, 3: ImageFormat.SRGB, 4: ImageFormat.SRGBA}


_ROW_BYTES: Final = 4


class ImageFrame:
    """An immutable image.

    Args:
        image_format: how the pixels are stored.
        data: (H, W, channels), or (H, W) for one channel; uint8, uint16 or float32 as the format has it. It is copied.

    Raises ArgumentError (a ValueError) if type or shape of the data do not fit the format.
    """

    __slots__ = ("_data", "_format")

    def __init__(self, image_format: ImageFormat, data: NDArray[Any]) -> None:
        self._format = _checked_format(image_format)
        self._data = _fitted(self._format, data)

    @property
    def width(self) -> int:
        """Pixels in a row."""
        return int(self._data.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self._data.shape[0])

    @property
    def channels(self) -> int:
        """Number of values per pixel."""
        return _LAYOUTS[self._format].channels

    @property
    def byte_depth(self) -> int:
        """Bytes per value."""
        return int(self._data.itemsize)

    @property
    def image_format(self) -> ImageFormat:
        """How the pixels are stored."""
        return self._format

    def numpy_view(self) -> NDArray[Any]:
        """The pixels, read-only and not copied: (H, W, channels), or (H, W) for one channel."""
        view: NDArray[Any] = self._data.view()
        view.flags.writeable = False
        return view

    def is_contiguous(self) -> bool:
        """Whether a row takes a multiple of 4 bytes. MediaPipe pads other rows; here no row is padded."""
        return self._step() == self._row_bytes()

    def is_empty(self) -> bool:
        """Whether no memory is allocated: always False, even for an image without pixels."""
        return False

    def is_aligned(self, alignment_boundary: int) -> bool:
        """Whether each row begins at a multiple of `alignment_boundary` bytes, a power of 2."""
        if alignment_boundary < 1 or alignment_boundary & (alignment_boundary - 1):
            raise ArgumentError(f"alignment_boundary must be 1 or a power of 2, got {alignment_boundary}")
        return self._data.ctypes.data % alignment_boundary == 0 and self._step() % alignment_boundary == 0

    def _row_bytes(self) -> int:
        return self.width * self.channels * self.byte_depth

    def _step(self) -> int:
        return -(-self._row_bytes() // _ROW_BYTES) * _ROW_BYTES

    def __getitem__(self, key: Sequence[int]) -> int | float:
        """The value at [row, column, channel], or [row, column] for one channel. IndexError outside the image."""
        place = tuple(operator.index(each) for each in key)
        if len(place) == 3 and self.channels == 1:
            raise IndexError("index dimension mismatch: 3 (ndim = 2)")
        if len(place) != self._data.ndim:
            raise IndexError(f"Invalid index dimension: {len(place)}")
        for axis, (index, size) in enumerate(zip(place, self._data.shape, strict=True)):
            if not -size <= index < size:
                raise IndexError(f"index {index} is out of bounds for axis {axis} with size {size}")
        value: int | float = self._data[place].item()
        return value


class Image(ImageFrame):
    """An image for Tasks; arguments and errors as for `ImageFrame`."""

    __slots__ = ()

    @classmethod
    def create_from_file(cls, file_name: str) -> Image:
        """Read an image file. Pixels are as stored: the file's rotation tag is not applied.

        The format is GRAY8, SRGB or SRGBA; 16-bit values are cut to 8 bits.
        Raises MissingPictureError (a FileNotFoundError and RuntimeError), PictureError (a RuntimeError).
        """
        path = os.fspath(file_name)
        try:
            content = np.fromfile(path, np.uint8)
        except FileNotFoundError as error:
            raise MissingPictureError(f"Can't find file: {path}") from error
        except OSError as error:
            raise PictureError(f"Error while reading file: {path} ({error.strerror or error})") from error
        pixels = _decoded(content)
        if pixels is None:
            raise PictureError(f"Image decoding failed (unknown image type): {path}")
        return cls(_OF_A_FILE[1 if pixels.ndim == 2 else pixels.shape[2]], pixels)

    @property
    def step(self) -> int:
        """Bytes from row to row in MediaPipe: a multiple of 4."""
        return self._step()

    def uses_gpu(self) -> bool:
        """Always false."""
        return False


def _checked_format(image_format: ImageFormat) -> ImageFormat:
    if not isinstance(image_format, int):
        raise TypeError(f"image_format must be an ImageFormat, got {image_format!r}")
    try:
        known = ImageFormat(image_format)
    except ValueError:
        raise ArgumentError(f"image_format must be an ImageFormat, got {image_format!r}") from None
    if known not in _LAYOUTS:
        raise ArgumentError(f"Unsupported image format: {known.name}")
    return known


def _fitted(image_format: ImageFormat, data: NDArray[Any]) -> NDArray[Any]:
    """A contiguous copy of `data` in the shape of the format."""
    if not isinstance(data, np.ndarray):
        raise TypeError(f"data must be a numpy array, got {type(data).__name__}")
    layout, name = _LAYOUTS[image_format], image_format.name
    if data.ndim not in (2, 3):
        raise ArgumentError(f"Unsupported number of dimensions:{data.ndim}")
    if data.dtype.type not in (np.uint8, np.uint16, np.float32):
        raise PixelTypeError(f"Unsupported numpy data type: {data.dtype}")
    if data.dtype.type is not layout.dtype:
        fitting = ", ".join(each.name for each, has in _LAYOUTS.items() if has.dtype is data.dtype.type)
        raise PixelFormatError(
            f"Unsupported image format: {name} (expected one of {fitting} for {data.dtype} data)"
        )
    if (data.shape[2] if data.ndim == 3 else 1) != layout.channels:
        raise PixelFormatError(
            f"{name} takes data of shape (height, width, {layout.channels}), got {data.shape}; "
            "the pixel data has the wrong size"
        )
    shape = data.shape[:2] if layout.channels == 1 else data.shape
    return np.array(data, dtype=layout.dtype, order="C").reshape(shape)


def _decoded(content: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """(H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA of an image file's bytes; None if they are none."""
    if not content.size:
        return None
    try:
        decoded = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if decoded is None or decoded.dtype.type not in (np.uint8, np.uint16):
        return None
    pixels = decoded.astype(np.uint8) if decoded.dtype.type is np.uint8 else _high_byte(decoded)
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] not in (1, 3, 4):
        return None
    turned: NDArray[np.uint8] = pixels[:, :, {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[pixels.shape[2]]]
    return turned


def _high_byte(values: NDArray[Any]) -> NDArray[np.uint8]:
    """uint16 -> uint8, cut as MediaPipe's reader does it."""
    high: NDArray[np.uint8] = np.right_shift(values, 8).astype(np.uint8)
    return high
