"""Finds out which instructions this processor has, if the operating system reports them."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Final

_HALF: Final = frozenset({"avx512_fp16", "fphp", "asimdhp"})
"""Names of the instructions for 16-bit floats: Intel, then Arm (both of the latter)."""


def features() -> frozenset[str]:
    """The names that Linux gives to the processor's instructions; empty on other systems."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(
        next((line for line in lines if line.lower().startswith(("flags", "features"))), "").split()
    )


def has_half_precision() -> bool:
    """Whether this processor is known to compute with 16-bit floats: Armv8.2 and newer Apple and Intel processors."""
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    return not _HALF.isdisjoint(features())
