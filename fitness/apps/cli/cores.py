"""How commands that count recordings share the machine's cores between inference and everything else."""

from __future__ import annotations

import os
from typing import Final

_MOST_THREADS: Final = 4
"""Threads for one inference; reading, drawing and encoding need the other cores."""


def inference_threads(recordings: int, workers: int | None, cluster: bool, annotate: bool) -> int:
    """CPU threads for one inference, where the user named none. The result does not depend on them.

    One recording at a time gets as many as `--workers` says. Without it, it gets all of the machine's cores, less one where
    an annotated video is drawn and encoded meanwhile. Recordings that are counted at the same time get one each, which
    takes the least CPU time.

    Args:
        recordings: how many there are.   workers: the value of `--workers`.   cluster: whether a cluster counts them.
        annotate: whether annotated videos are written.
    """
    if cluster or (workers is not None and recordings > 1):
        return 1
    return min(_MOST_THREADS, max(1, _cores() - annotate) if workers is None else workers)


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def one_opencv_thread() -> None:
    """Let OpenCV work in the thread that calls it. Only commands call this: it changes the whole process.

    Reading, tracking, drawing and encoding of a recording run in threads of their own and use the cores already. OpenCV's
    own threads took 5 % more CPU time for the same pixels (docs/research/speed-notes.md).
    """
    import cv2

    cv2.setNumThreads(1)
