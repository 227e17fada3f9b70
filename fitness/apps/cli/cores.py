"""Decides how many threads commands use for inference, so that cores are left for decoding and drawing."""

from __future__ import annotations

import os
from typing import Final

_MOST_THREADS: Final = 4
"""Maximum number of threads for one inference; decoding, drawing and encoding use the other cores."""


def inference_threads(recordings: int, workers: int | None, cluster: bool, annotate: bool) -> int:
    """CPU threads for one inference, if the user did not set them. Results do not depend on the number.

    A single recording gets as many threads as `--workers` says. Without `--workers`, it gets all cores, or one less if an
    annotated video is written at the same time. Recordings that are counted at the same time get one thread each, which
    takes the least CPU time.

    Args:
        recordings: how many there are.   workers: the value of `--workers`.   cluster: whether a cluster counts them.
        annotate: whether annotated videos are written.
    """
    if cluster or (workers is not None and recordings > 1):
        return 1
    return min(_MOST_THREADS, max(1, _cores() - annotate) if workers is None else workers)


def _cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def one_opencv_thread() -> None:
    """Let OpenCV use only the thread that calls it. Only commands call this, because it changes the whole process.

    Reading, tracking, drawing and encoding run in separate threads, which use the cores already. OpenCV's own threads
    took 5 % more CPU time for the same pixels (docs/research/speed-notes.md).
    """
    import cv2

    cv2.setNumThreads(1)
