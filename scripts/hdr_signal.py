"""The signal of an HDR camera for an ordinary image, by the standards' formulas; for tests and scripts/measure_files.py."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fitness.media.hdr import PQ, WHITE_NITS
from fitness.types import ImageArray

BT2020: Final = 9
"""Code point of the BT.2020 primaries and of its colour matrix (ITU-T H.273)."""

_TO_BT709: Final = np.array(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)
"""ITU-R BT.2087, 4.2."""


def hdr_signal(image: ImageArray, transfer: int) -> NDArray[np.float64]:
    """(H, W, 3) uint8 sRGB, white at 203 nits -> (H, W, 3) signal 0..1, for transfer curve `PQ` or `HLG`."""
    share = image / 255
    light = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    nits = np.clip(light @ np.linalg.inv(_TO_BT709).T, 0, None) * WHITE_NITS
    if transfer == PQ:  # SMPTE ST 2084
        power = (nits / 10_000) ** (2610 / 16384)
        return np.asarray(((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32))
    shown = nits / 1000  # ARIB STD-B67, nominal peak 1000 nits, system gamma 1.2
    luma = np.maximum((shown @ np.array([0.2627, 0.6780, 0.0593]))[..., None], 1e-9)
    scene = shown * luma ** (-0.2 / 1.2)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.asarray(
        np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c)
    )
