"""`mediapipe.framework`: the messages in `formats`."""

from __future__ import annotations

from fitness.mediapipe_api.framework import formats

__all__ = ["formats"]
