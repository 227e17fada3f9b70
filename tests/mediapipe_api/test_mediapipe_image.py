"""`Image` beyond the stored answers: arrays of every layout, elements, files of every kind, copies."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from fitness.mediapipe_api import Image, ImageFormat, ImageFrame, Timestamp

RAMP = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)
RAMP.setflags(write=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a[:, ::-1], lambda a: a[::-1], lambda a: a[:, :, ::-1], lambda a: a[1:4, 2:5], lambda a: a[::2, ::3],
        np.asfortranarray, lambda a: np.broadcast_to(a[:1], a.shape), lambda a: a.astype(">u2").astype(np.uint8),
    ],
)  # fmt: skip
def test_arrays_of_every_layout(change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Mirrored, cropped, strided and transposed arrays keep their pixels, also where MediaPipe mixes them up."""
    data = change(RAMP)
    image = Image(image_format=ImageFormat.SRGB, data=data)
    view = image.numpy_view()
    assert np.array_equal(view, data) and view.flags.c_contiguous
    assert (image.height, image.width, image.channels) == data.shape


@pytest.mark.parametrize(
    ("image_format", "shape", "step", "contiguous"),
    [
        (ImageFormat.SRGB, (4, 4, 3), 12, True),
        (ImageFormat.SRGB, (4, 5, 3), 16, False),
        (ImageFormat.SRGB, (4, 17, 3), 52, False),
        (ImageFormat.GRAY8, (1, 5), 8, False),
        (ImageFormat.GRAY8, (1, 16), 16, True),
    ],
)
def test_row_stride_is_padded_as_in_mediapipe(
    image_format: ImageFormat, shape: tuple[int, ...], step: int, contiguous: bool
) -> None:
    """`step` and `is_contiguous` have MediaPipe 0.10.14's values, which pads rows to 4 bytes."""
    image = Image(image_format=image_format, data=np.zeros(shape, np.uint8))
    assert (image.step, image.is_contiguous()) == (step, contiguous)
    assert ImageFrame(image_format=image_format, data=np.zeros(shape, np.uint8)).is_contiguous() is contiguous


def test_numpy_view_shares_the_image_memory() -> None:
    """The view is read-only and shares its pixels with the next view; the image keeps them when views are gone."""
    image = Image(ImageFormat.SRGB, RAMP)
    first, second = image.numpy_view(), image.numpy_view()
    assert np.shares_memory(first, second) and not np.shares_memory(first, RAMP)
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0, 0] = 1
    with pytest.raises(AttributeError):
        image.width = 3


def test_one_channel_is_two_dimensional() -> None:
    """Grey images and masks are (H, W), as in MediaPipe 0.10, also from an array with a channel axis."""
    for data in (np.ones((4, 5), np.float32), np.ones((4, 5, 1), np.float32)):
        image = Image(ImageFormat.VEC32F1, data)
        assert image.numpy_view().shape == (4, 5) and image.channels == 1
        assert image[3, 4] == 1.0
        with pytest.raises(IndexError, match=r"index dimension mismatch: 3 \(ndim = 2\)"):
            image[3, 4, 0]


@pytest.mark.parametrize("place", [(6, 0, 0), (0, 8, 0), (0, 0, 3), (-7, 0, 0), (0, 0), (0, 0, 0, 0), ()])
def test_pixel_positions_outside_are_refused(place: tuple[int, ...]) -> None:
    """A position outside the image, or with too few or too many numbers, is an IndexError."""
    with pytest.raises(IndexError):
        Image(ImageFormat.SRGB, RAMP)[place]


@pytest.mark.parametrize(
    ("name", "shape", "dtype"),
    [
        ("SRGB", (4, 5, 4), np.uint8), ("SRGB", (4, 5), np.uint8), ("SRGB", (4, 5, 1), np.uint8),
        ("SRGBA", (4, 5, 3), np.uint8), ("GRAY8", (4, 5, 3), np.uint8), ("VEC32F2", (4, 5), np.float32),
        ("SRGB48", (4, 5, 4), np.uint16), ("GRAY16", (4, 5), np.uint8), ("SRGB", (4,), np.uint8),
        ("SRGB", (1, 4, 5, 3), np.uint8), ("SRGB", (4, 5, 3), np.int8), ("VEC32F1", (4, 5), np.float64),
        ("UNKNOWN", (4, 5, 3), np.uint8),
    ],
)  # fmt: skip
def test_data_that_does_not_fit(name: str, shape: tuple[int, ...], dtype: Any) -> None:
    """Wrong channels, dimensions or types are a ValueError; some versions read past the array."""
    with pytest.raises(ValueError):
        Image(image_format=ImageFormat[name], data=np.ones(shape, dtype))


def test_errors_are_those_of_both_versions() -> None:
    """Errors whose type changed between versions of MediaPipe are of both types."""
    for wrong, kinds in (
        (lambda: Image(ImageFormat.SRGB, np.ones((4, 5, 3))), (TypeError, ValueError)),
        (lambda: Image(ImageFormat.SRGB, np.ones((4, 5, 3), np.float32)), (RuntimeError, ValueError)),
        (lambda: Image.create_from_file("/nonexistent/a.png"), (RuntimeError, FileNotFoundError)),
    ):
        for kind in kinds:
            with pytest.raises(kind):
                wrong()


@pytest.mark.parametrize("image_format", ["SRGB", None, 1.0, 5, -1])
def test_unknown_formats_are_refused(image_format: Any) -> None:
    """A format is an ImageFormat or its number."""
    with pytest.raises((TypeError, ValueError), match="image_format must be an ImageFormat"):
        Image(image_format=image_format, data=RAMP)


def test_a_format_is_written_by_its_name() -> None:
    """As MediaPipe 0.10 writes it."""
    assert (str(ImageFormat.SRGB), repr(ImageFormat.SRGB)) == ("ImageFormat.SRGB", "<ImageFormat.SRGB: 1>")


def test_files_of_every_kind(tmp_path: Path) -> None:
    """PNG in grey, colour, with alpha and with 16 bits, and JPEG: format and pixels, RGB whatever the file's order."""
    colour = np.random.default_rng(5).integers(0, 256, (9, 7, 3), np.uint8)
    alpha = np.dstack([colour, np.full((9, 7), 77, np.uint8)])
    for name, bgr, image_format, expected in (
        ("grey.png", colour[:, :, 0], "GRAY8", colour[:, :, 0]),
        ("colour.png", colour[:, :, ::-1], "SRGB", colour),
        ("alpha.png", alpha[:, :, [2, 1, 0, 3]], "SRGBA", alpha),
        ("deep.png", colour[:, :, ::-1].astype(np.uint16) * 256 + 255, "SRGB", colour),
    ):
        cv2.imwrite(str(tmp_path / name), bgr)
        image = Image.create_from_file(str(tmp_path / name))
        assert image.image_format is ImageFormat[image_format]
        assert np.array_equal(image.numpy_view(), expected), name
    smooth = cv2.resize(colour, (70, 90))
    cv2.imwrite(str(tmp_path / "photo.jpg"), smooth[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 100])
    photo = Image.create_from_file(tmp_path / "photo.jpg").numpy_view()
    assert np.abs(photo.astype(int) - smooth).mean() < 3


def test_images_can_be_copied() -> None:
    """A copy and a pickle hold the same pixels and stay read-only."""
    image = Image(ImageFormat.SRGB, RAMP)
    for other in (copy.copy(image), copy.deepcopy(image), pickle.loads(pickle.dumps(image))):
        assert other.image_format is ImageFormat.SRGB
        assert np.array_equal(other.numpy_view(), RAMP) and not other.numpy_view().flags.writeable


def test_rows_are_aligned() -> None:
    """Rows of 24 bytes are aligned to 1 and 8, not to 16; a boundary that is no power of 2 is refused."""
    image = Image(ImageFormat.SRGB, RAMP)
    assert image.is_aligned(1) and image.is_aligned(8) and not image.is_aligned(16)
    with pytest.raises(ValueError, match="power of 2"):
        image.is_aligned(3)


def test_image_frames_have_a_depth() -> None:
    """An `ImageFrame` has the pixels of an `Image`, and says how many bytes a value takes."""
    frame = ImageFrame(image_format=ImageFormat.SRGB48, data=np.ones((4, 6, 3), np.uint16))
    assert (frame.width, frame.height, frame.channels, frame.byte_depth) == (6, 4, 3, 2)
    assert not frame.is_empty() and frame.numpy_view().dtype == np.uint16


def test_timestamps_are_converted_as_in_mediapipe() -> None:
    """Microseconds that compare; special values have names; values beyond 64 bits are refused."""
    assert Timestamp(5) == Timestamp(Timestamp(5)) < Timestamp.from_seconds(1.5) == Timestamp(1_500_000)
    assert Timestamp(5).seconds() == 5e-6 and Timestamp(5).microseconds() == Timestamp(5).value == 5
    assert repr(Timestamp(5)) == "<mediapipe.Timestamp with value: 5>"
    assert str(Timestamp.UNSET) == "<mediapipe.Timestamp with value: UNSET>"
    order = [Timestamp.UNSET, Timestamp.UNSTARTED, Timestamp.PRESTREAM, Timestamp.MIN, Timestamp(0), Timestamp.MAX,
             Timestamp.POSTSTREAM, Timestamp.DONE]  # fmt: skip
    assert order == sorted(order, key=lambda each: each.value) and order[0] < order[-1]
    assert [each.is_special_value() for each in order] == [True] * 4 + [False] + [True] * 3
    assert [each.is_range_value() for each in order] == [False] * 3 + [True] * 3 + [False] * 2
    assert [each.is_allowed_in_stream() for each in order] == [False] * 2 + [True] * 5 + [False]
    with pytest.raises(ValueError, match="value must fit 64 bits"):
        Timestamp(2**63)
    with pytest.raises(TypeError):
        Timestamp("5")  # type: ignore[arg-type]
