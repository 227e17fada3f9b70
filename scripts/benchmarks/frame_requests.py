"""How every side of the speed benchmark is asked and answers: JSON lines come in, JSON lines go out.

A request is {"file": PATH, "shape": [n, h, w, 3]}: frames as uint8 RGB in a file. The answer has one list for each
measure, with a number for each frame: {"cpu_ms": [...]}.

`peer.py` imports this file in MediaPipe's own environment, so it needs only the standard library and NumPy, and Python 3.8
or newer.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

import numpy as np


def answer(out: TextIO, **values: Any) -> None:
    """Write one answer to `out`."""
    out.write(json.dumps(values) + "\n")
    out.flush()


def answer_requests(measure: Callable[[Any], dict[str, float]], out: TextIO) -> None:
    """Answer all requests on standard input.

    Args:
        measure: called with each frame (h, w, 3); returns its measures by name.   out: receives the answers.
    """
    for line in sys.stdin:
        request = json.loads(line)
        measures: dict[str, list[float]] = {}
        for frame in np.memmap(request["file"], np.uint8, "r", shape=tuple(request["shape"])):
            for name, value in measure(np.array(frame)).items():
                measures.setdefault(name, []).append(value)
        answer(out, **measures)


def cpu_time_of(step: Callable[[Any], object]) -> Callable[[Any], dict[str, float]]:
    """A `measure` for `answer_requests`: the CPU time of `step` for a frame, as "cpu_ms"."""

    def measure(frame: Any) -> dict[str, float]:
        started = time.process_time()
        step(frame)
        return {"cpu_ms": (time.process_time() - started) * 1e3}

    return measure
