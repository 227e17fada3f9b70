"""Small clips for tests, written with PyAV only, so that the code under test does not make its own input."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from fitness.types import Pose
from scripts.figure import Clip

Image = NDArray[np.uint8]


def picture(number: int, width: int = 64, height: int = 48) -> Image:
    """(H, W, 3) RGB: red above, blue below, a white square at the top left; brightness of the lower half = number."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2] = (200, 30, 30)
    image[height // 2 :] = (20, 20, 60 + (number * 6) % 190)
    image[: height // 4, : width // 4] = 255
    return image


def number_of(image: Image) -> float:
    """The number that `picture` stored in the blue of the lower half (modulo 31)."""
    return (float(image[-image.shape[0] // 4 :, :, 2].mean()) - 60) / 6


def true_poses(
    clip: Clip, times_s: NDArray[np.float64], visibility: NDArray[np.float64] | None = None
) -> list[Pose]:
    """The true joints of a clip's figure at these times, as a perfect engine would find them; no frame is rendered."""
    sure = np.full(33, 0.95) if visibility is None else visibility
    found = []
    for t, joints in zip(times_s, clip.landmarks(times_s), strict=True):
        seen = clip.camera.view(joints)
        world = seen - seen[[23, 24]].mean(axis=0)
        found.append(Pose(world, world * 200 + 300, sure, sure, 1.0, float(t)))
    return found


def steady(count: int, fps: float = 30) -> list[float]:
    """Frame times at a steady rate, seconds."""
    return [i / fps for i in range(count)]


def write_clip(
    path: Path,
    times_s: Sequence[float],
    *,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    container: str | None = None,
    pixel_aspect: Fraction | None = None,
    images: Sequence[Image] | None = None,
    clock_hz: int = 90_000,
    gop: int = 12,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a clip with one frame per time; `images` (any PyAV array matching their own format) replace `picture`."""
    width, height = size
    with av.open(str(path), "w", format=container, options=options or {}) as file:
        stream = file.add_stream(codec, rate=30)
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        context = stream.codec_context
        context.time_base = stream.time_base = Fraction(1, clock_hz)
        context.gop_size = gop
        context.thread_count = 1
        if pixel_aspect is not None:
            context.sample_aspect_ratio = pixel_aspect
        for number, t in enumerate(times_s):
            array = picture(number, width, height) if images is None else images[number]
            kind = {2: "gray", 3: "rgb24", 4: "rgba"}[array.ndim if array.ndim == 2 else array.shape[2]]
            frame = av.VideoFrame.from_ndarray(array, format=kind)
            frame.pts, frame.time_base = round(t * clock_hz), Fraction(1, clock_hz)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def write_audio(path: Path) -> Path:
    """One second of silence, without video."""
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("aac", rate=44100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        silence.rate = 44100
        file.mux(stream.encode(silence))
        file.mux(stream.encode(None))
    return path


def turn(path: Path, matrix: Sequence[int]) -> Path:
    """Overwrite the display matrix of an MP4's only track (ISO/IEC 14496-12, tkhd): a b c d as whole numbers."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    a, b, c, d = (number << 16 for number in matrix)
    for place, value in enumerate((a, b, 0, c, d, 0, 0, 0, 1 << 30)):
        data[at + 4 * place : at + 4 * place + 4] = value.to_bytes(4, "big", signed=True)
    path.write_bytes(data)
    return path
