"""Bounds the memory of long recordings on glibc. Only commands call this: it changes the allocator of the whole process."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
"""Parameters of `mallopt`, from glibc's malloc.h."""

_LARGEST: Final = 32 << 20
"""The largest threshold for own pages that glibc accepts, bytes; also the free memory that a heap keeps at its end."""


@cache
def share_heaps() -> None:
    """Make all threads allocate from two heaps, frames included. Does nothing without glibc.

    By default glibc gives each thread its own heap. One thread allocates a frame and another frees it, so the heaps become
    fragmented and the process keeps memory that it does not use. docs/explanation/speed.md has the figures, also for one
    heap (worse) and for separate pages (a fifth slower). By default a heap keeps 128 KB at its end, so the system would take
    back the pages of nearly every freed frame, and clear them for the next one.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library, or one without these functions
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, _LARGEST)
        mallopt(_M_TRIM_THRESHOLD, _LARGEST)


def give_back() -> None:
    """Return unused pages to the system, also from the middle of the heaps.

    Otherwise the gaps that freed frames leave between others would stay with the process.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
