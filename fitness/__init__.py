"""Count exercise repetitions and classify poses on an ordinary CPU.

`fitness.analyze(path)` counts one recording and gives a `fitness.Session`; both are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.2.0"

__all__ = ["Session", "__version__", "analyze"]

_HOMES = {"analyze": "fitness.api", "Session": "fitness.session"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
