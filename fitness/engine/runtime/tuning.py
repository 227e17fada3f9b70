"""Measures which installed runtime is fastest on this machine. "auto" uses the result, which is stored with the weights.

The fastest runtime depends on the processor: OpenVINO is faster than LiteRT on some and equal on others. The runtimes
take turns with the same model and input. The fastest quarter of the runs decides, because other load on the machine
affects it least. A runtime whose landmarks differ from LiteRT's by more than `SAME_PX` is never chosen.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.atomic_file import write_whole
from fitness.engine.runtime.model import InPlaceModel
from fitness.errors import FitnessError

FILE: Final = "runtimes.json"
VERSION: Final = 1
RUNS: Final = 20
SAME_PX: Final = 0.05
"""Maximum difference of a landmark in pixels of the 256-pixel crop; runtimes differ by about 0.003 px from rounding."""
WORTH: Final = 0.95
"""Another runtime is chosen only if it needs less than this fraction of the default's time: more than noise explains."""
_COORDINATES: Final = 5
"""Numbers per landmark in the landmark network's first output; the first two are pixels of the crop."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """One runtime on one model.

    ms: milliseconds per inference, mean of the fastest quarter.   same: its landmarks equal the default runtime's.
    """

    runtime: str
    ms: float
    same: bool


@dataclass(frozen=True, slots=True)
class Tuning:
    """The measurement of one model. fastest: name of the runtime to use.   timings: of all that were measured."""

    fastest: str
    timings: tuple[Timing, ...]


def machine_key(packages: Sequence[str], threads: int) -> str:
    """The conditions of a measurement: processor, versions of the runtimes, and threads per inference."""
    found = _versions({_folder_name(package) for package in packages})
    versions = [f"{one} {found[_folder_name(one)]}" for one in packages if _folder_name(one) in found]
    return "; ".join([_processor(), *versions, f"{threads} threads"])


def _folder_name(package: str) -> str:
    """A package's name as its metadata folder writes it."""
    return package.replace("-", "_").replace(".", "_").lower()


def _versions(packages: Collection[str]) -> dict[str, str]:
    """Folder name -> version of the packages that are installed, from the names of their metadata folders.

    `importlib.metadata` finds the same versions, but its import takes about 10 ms at every start.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        with contextlib.suppress(OSError):
            for entry in os.listdir(folder or "."):
                name, _, version = entry.removesuffix(".dist-info").partition("-")
                if entry.endswith(".dist-info") and _folder_name(name) in packages:
                    found.setdefault(_folder_name(name), version)
    return found


def read(folder: Path, key: str) -> dict[str, Tuning]:
    """Name of model file -> stored measurement with this key; empty if there is none."""
    try:
        document = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if document["version"] != VERSION or document["machine"] != key:
            return {}
        return {
            name: Tuning(one["fastest"], tuple(Timing(**timing) for timing in one["timings"]))
            for name, one in document["models"].items()
        }
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ):  # missing or invalid: measure again
        return {}


def write(folder: Path, key: str, found: Mapping[str, Tuning]) -> None:
    """Store measurements for the next start. OSError if the folder cannot be written to."""
    models = {name: asdict(one) for name, one in found.items()}
    document: dict[str, Any] = {"version": VERSION, "machine": key, "models": models}
    write_whole(folder / FILE, (json.dumps(document, indent=1) + "\n").encode("utf-8"))


def measure(models: Mapping[str, InPlaceModel], runs: int = RUNS) -> Tuning:
    """Time the same model on several runtimes.

    models: runtime -> the loaded model, the default runtime first. The runtimes take turns, run by run, so that other
    load on the machine affects all of them equally.
    """
    tensor = _picture(next(iter(models.values())).input_shape)
    answers = {name: model.run(tensor) for name, model in models.items()}
    times: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(runs):
        for name, model in models.items():
            start = time.perf_counter()
            model.run(tensor)
            times[name].append(time.perf_counter() - start)
    reference = next(iter(answers.values()))
    timings = [
        Timing(
            name,
            round(1000 * statistics.fmean(sorted(times[name])[: max(1, runs // 4)]), 3),
            _same(reference, answers[name]),
        )
        for name in models
    ]
    return Tuning(_fastest(timings), tuple(timings))


def _fastest(timings: Sequence[Timing]) -> str:
    """The first (default) runtime, unless another one with the same landmarks is clearly faster."""
    default, *others = timings
    equal = [one for one in others if one.same and one.ms < WORTH * default.ms]
    return min(equal, key=lambda one: one.ms, default=default).runtime


def tune_in_background(tune: Callable[[], object]) -> threading.Thread:
    """Run `tune` in a daemon thread; errors are only logged."""

    def work() -> None:
        try:
            tune()
        except (FitnessError, OSError) as error:
            _log.info("the runtimes could not be compared (%s)", error)

    thread = threading.Thread(target=work, name="tune", daemon=True)
    thread.start()
    return thread


def _picture(shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A smooth input, equal in each run: blurred noise, whose spectrum is like a photograph's."""
    rng = np.random.default_rng(1)
    coarse = rng.random((1, shape[1] // 16, shape[2] // 16, shape[3]), dtype=np.float32)
    fine = coarse.repeat(16, axis=1).repeat(16, axis=2)
    return np.ascontiguousarray(fine)


def _same(reference: Sequence[np.ndarray[Any, Any]], other: Sequence[np.ndarray[Any, Any]]) -> bool:
    """Whether the landmarks of two runs are equal within `SAME_PX`."""
    first, second = (values[0].reshape(-1, _COORDINATES)[:, :2] for values in (reference, other))
    return bool(np.isfinite(second).all() and np.abs(first - second).max() <= SAME_PX)


def _processor() -> str:
    """The processor's name reported by the system."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
