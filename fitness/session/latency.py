"""Latency percentiles of each stage, in constant memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from fitness.types import JsonDict

_TOP_MS: Final = 2000
PERCENTILES: Final = (50, 95, 99)
CAMERA_TO_COUNT: Final = "camera to count"
"""The stage that spans all others: from the camera's frame until its count is known."""


class Latencies:
    """A histogram of latencies for each stage, in whole milliseconds up to 2 s; longer ones count as 2 s."""

    def __init__(self) -> None:
        self._bins: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}

    def add(self, timings_ms: Mapping[str, float]) -> None:
        """Add one frame: stage -> milliseconds."""
        for stage, milliseconds in timings_ms.items():
            bins = self._bins.setdefault(stage, np.zeros(_TOP_MS + 1, np.int64))
            bins[min(max(round(milliseconds), 0), _TOP_MS)] += 1

    def percentile(self, stage: str, percent: float) -> float | None:
        """The latency that `percent` of the frames did not exceed, rounded to 1 ms; None before the first frame."""
        bins = self._bins.get(stage)
        if bins is None:
            return None
        total = np.cumsum(bins)
        return float(np.searchsorted(total, percent / 100 * total[-1]))

    def lines(self) -> list[str]:
        """One line per stage, for the screen."""
        return [
            f"{stage} {self.percentile(stage, 50):.0f} · p95 {self.percentile(stage, 95):.0f}"
            f" · p99 {self.percentile(stage, 99):.0f} ms"
            for stage in self._bins
        ]

    def sentence(self) -> str | None:
        """The latency from camera to count in words; None before the first frame."""
        figures = self.to_json().get(CAMERA_TO_COUNT)
        if figures is None:
            return None
        return f"{CAMERA_TO_COUNT}: " + ", ".join(f"p{p} {figures[f'p{p}_ms']:.0f} ms" for p in PERCENTILES)

    def to_json(self) -> JsonDict:
        """stage -> {"frames", "p50_ms", "p95_ms", "p99_ms"}."""
        return {
            stage: {
                "frames": int(bins.sum()),
                **{f"p{p}_ms": self.percentile(stage, p) for p in PERCENTILES},
            }
            for stage, bins in self._bins.items()
        }
