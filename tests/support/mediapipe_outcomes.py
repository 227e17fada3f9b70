"""The outcome of a small program that uses MediaPipe's interface, as JSON values."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Case = Callable[[], Any]


@dataclasses.dataclass(frozen=True)
class Ground:
    """Inputs of the programs.

    bundle: a `.task` file.   folder: an empty folder.   picture: (H, W, 3) RGB with a person.   path: its file.
    """

    bundle: Path
    folder: Path
    picture: np.ndarray
    path: Path


def outcome(case: Case) -> dict[str, Any]:
    """{"value": ...} or {"error": built-in type, "text": message}."""
    try:
        return {"value": plain(case())}
    except Exception as error:
        kind = next(each for each in type(error).__mro__ if each.__module__ == "builtins")
        return {"error": kind.__name__, "text": str(error)}


def plain(value: Any) -> Any:
    """The value as JSON; an image or array by its shape and type."""
    if isinstance(value, enum.Enum):
        return value.name
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return {
            "shape": list(value.shape),
            "dtype": str(value.dtype),
            "writeable": bool(value.flags.writeable),
        }
    if dataclasses.is_dataclass(value):
        fields = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"class": type(value).__name__, **{k: v for k, v in fields.items() if k != "name"}}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return type(value).__name__
