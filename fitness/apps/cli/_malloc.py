"""Keeps the memory of long recordings within bounds, where the C library is glibc."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
"""Of glibc's malloc.h."""

_LARGEST: Final = 32 << 20
"""The greatest threshold that glibc takes, bytes."""


@cache
def share_heaps() -> None:
    """Let all threads share two heaps, from which pictures are taken too; elsewhere nothing happens.

    By itself glibc gives each thread a heap of its own, and takes pictures now from pages of their own, now from a heap.
    What one thread makes and another lets go of then leaves holes, by chance few or many. docs/speed.md has the figures,
    also of one heap, which is worse, and of pages of their own, which cost a fifth of the time.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library, or none that can be asked
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, _LARGEST)


def give_back() -> None:
    """Give pages that nobody uses back to the system, from the middle of the heaps too.

    What free pictures left between others would otherwise stay with the process.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
