"""MediaPipe's messages: `landmark_pb2`, `detection_pb2`, `location_data_pb2`, `rect_pb2`. They need protobuf."""

from __future__ import annotations

import importlib
from types import ModuleType

_FILES = ("detection_pb2", "landmark_pb2", "location_data_pb2", "rect_pb2")


def __getattr__(name: str) -> ModuleType:
    if name in _FILES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}; of MediaPipe's messages here are {_FILES}"
    )
