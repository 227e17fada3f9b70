"""The class that vision tasks derive from, for `isinstance` and type annotations."""

from __future__ import annotations


class BaseVisionTaskApi:
    """Base of `PoseLandmarker`."""
