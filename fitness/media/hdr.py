"""Converts HDR frames to ordinary 8-bit RGB, so that detection and annotated videos get normal brightness and colours.

Phones record HDR as HLG (ARIB STD-B67) or PQ (SMPTE ST 2084), with the colours of BT.2020. Decoded like ordinary
video, HLG frames are pale, and PQ frames are dark and grey. This module maps each colour with a table, computed once
for each transfer curve: signal -> light (ITU-R BT.2100) -> BT.709 colours (BT.2087) -> compressed highlights -> sRGB.
"""

from __future__ import annotations

import functools
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fitness.types import ImageArray

Floats = NDArray[np.float32]

PQ: Final = 16
HLG: Final = 18
"""Transfer characteristics by their numbers in ITU-T H.273 and FFmpeg."""

WHITE_NITS: Final = 203.0
"""Luminance of reference white in HDR video (ITU-R BT.2408), which becomes white in the output."""

PEAK_NITS: Final = 1000.0
"""Luminance from which all values become white: the nominal peak of HLG, and of usual PQ masters."""

_KNEE: Final = 0.8
"""Share of white up to which light is not compressed."""

_BITS: Final = 7
_LEVELS: Final = 1 << _BITS
"""Steps of the table for each of R, G and B: 2 million entries, 8 MB. The two halves of a step are dithered."""

# ITU-R BT.2100, tables 4 (PQ) and 5 (HLG); ITU-R BT.2087 for the colours.
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073
_LUMA: Final = np.array([0.2627, 0.6780, 0.0593], np.float32)
_TO_BT709: Final = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)


def is_hdr(transfer: int | None) -> bool:
    """Whether these transfer characteristics (ITU-T H.273) are HDR."""
    return transfer in (PQ, HLG)


def tone_mapped(image: ImageArray, transfer: int) -> ImageArray:
    """An HDR frame as ordinary RGB.

    Args:
        image: (H, W, 3) uint8, R'G'B' signal in BT.2020 colours; it is not changed.
        transfer: `PQ` or `HLG`.

    Returns:
        (H, W, 3) uint8 sRGB, new.
    """
    added = np.asarray(cv2.add(image, _dither(image.shape[0], image.shape[1])), np.uint8)
    red, green, blue = cv2.split(added >> (8 - _BITS))
    index = np.asarray(red, np.int32)
    for channel in (green, blue):
        index <<= _BITS
        index |= np.asarray(channel, np.uint8)
    found = np.take(_table(transfer), index).view(np.uint8).reshape(*image.shape[:2], 4)
    return np.ascontiguousarray(found[..., :3])


@functools.lru_cache(maxsize=2)
def _dither(height: int, width: int) -> ImageArray:
    """(H, W, 3) uint8 dither pattern of 0 and 1 like a chessboard; it keeps the mean of what the table rounds away."""
    board = np.indices((height, width)).sum(axis=0) % 2
    return np.repeat(board[..., None], 3, axis=2).astype(np.uint8)


@functools.lru_cache(maxsize=2)
def _table(transfer: int) -> NDArray[np.uint32]:
    """The table: a colour with `_BITS` per channel, red first -> its sRGB bytes R, G, B, 0 in one number."""
    # Each step represents its middle, except the first (black) and the last (full signal).
    levels = np.clip((np.arange(_LEVELS) * 2 + 0.5) / 255, 0, 1).astype(np.float32)
    levels[0], levels[-1] = 0, 1
    table = np.zeros((_LEVELS, _LEVELS * _LEVELS, 4), np.uint8)
    green, blue = (one.ravel() for one in np.meshgrid(levels, levels, indexing="ij"))
    for i, red in enumerate(levels):  # one value of red at a time, to save memory
        signal = np.stack([np.full_like(green, red), green, blue], axis=1)
        table[i, :, :3] = np.rint(255 * _srgb(_compressed(_light(signal, transfer) @ _TO_BT709.T)))
    return table.reshape(-1, 4).view(np.uint32).ravel()


def _light(signal: Floats, transfer: int) -> Floats:
    """(N, 3) signal 0..1 -> (N, 3) displayed light, 1 for white."""
    if transfer == PQ:
        power = signal ** np.float32(1 / _M2)
        nits = 10_000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1)
        return np.asarray(nits / WHITE_NITS, np.float32)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - _C) / _A) + _B) / 12)
    luma = np.maximum(scene @ _LUMA, 1e-9)[:, None]
    return np.asarray(PEAK_NITS / WHITE_NITS * luma**0.2 * scene, np.float32)


def _compressed(light: Floats) -> Floats:
    """(N, 3) light of any brightness -> 0..1, with the hue kept: identity below the knee, then ever flatter to 1."""
    light = np.maximum(light, 0)
    most = light.max(axis=1, keepdims=True)
    peak = PEAK_NITS / WHITE_NITS
    over = (np.clip(most, _KNEE, peak) - _KNEE) / (peak - _KNEE)
    slope = (peak - _KNEE) / (1 - _KNEE)  # so that the curve has no corner at the knee
    bent = _KNEE + (1 - _KNEE) * over * slope / (1 + over * (slope - 1))
    return np.asarray(light * np.where(most <= _KNEE, 1, bent / np.maximum(most, 1e-9)), np.float32)


def _srgb(light: Floats) -> Floats:
    """Light 0..1 -> sRGB signal 0..1 (IEC 61966-2-1)."""
    curved = 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    return np.asarray(np.clip(np.where(light <= 0.0031308, 12.92 * light, curved), 0, 1), np.float32)
