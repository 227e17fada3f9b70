"""Which model a task uses."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import IntEnum


@dataclass
class BaseOptions:
    """Which model a task uses.

    model_asset_path: a `.task` bundle, or a `.tflite` landmark model (the detector then comes from the cache).
    model_asset_buffer: the content of such a file; it is used if both are given.
    Neither: the "full" model of the cache, fetched if it is missing.
    delegate: what computes; None is the CPU.
    """

    class Delegate(IntEnum):
        """What computes. Only the CPU is available; GPU is refused when the task is created."""

        CPU = 0
        GPU = 1
        DEFAULT = 0

    model_asset_path: str | os.PathLike[str] | None = None
    model_asset_buffer: bytes | None = None
    delegate: Delegate | None = None
