"""How fast: CPU time a frame, start and whole recordings, beside MediaPipe, the two in turn on the same frames.

Each side runs in processes of its own that work off the same batches of pictures one after the other, so that whatever
else the machine does hits both alike. CPU time of the whole process is what counts, and its median over the frames.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.errors import ModelError, OptionError, SourceError
from fitness.types import Frame, JsonDict

PEER_SCRIPT: Final = Path(__file__).with_name("peer.py")
COMPLEXITY: Final = {"lite": 0, "full": 1, "heavy": 2}
"""MediaPipe's `model_complexity` of each landmark model."""

WARM_UP: Final = 1
"""Batches at the beginning that do not count."""


@dataclass(frozen=True, slots=True)
class SpeedOptions:
    """models: landmark models to measure.   runtimes: of this program, "+mixed" behind one for 8-bit layers.
    threads: for one inference of this program.
    batch: frames that one side works off before it is the other's turn.   batches: how many of them each gets.
    rounds: how often a start, or a whole recording, is measured.
    """

    models: tuple[str, ...] = ("lite", "full", "heavy")
    runtimes: tuple[str, ...] = ("auto",)
    threads: int = 1
    batch: int = 10
    batches: int = 20
    rounds: int = 3

    def __post_init__(self) -> None:
        unknown = [name for name in self.models if name not in COMPLEXITY]
        if unknown or not self.models:
            raise OptionError(f"models must be some of {', '.join(COMPLEXITY)}, got {', '.join(self.models)}")
        for name, least in (("threads", 1), ("batch", 1), ("batches", WARM_UP + 1), ("rounds", 1)):
            if getattr(self, name) < least:
                raise OptionError(f"{name} must be at least {least}, got {getattr(self, name)}")


@dataclass(slots=True)
class Side:
    """One process that works off pictures.

    name: what it is, such as "full, litert".   model: which landmark model.   ours: this program's.
    times_ms: measured quantity -> one number a frame.
    """

    name: str
    model: str
    ours: bool
    command: Sequence[str]
    times_ms: dict[str, list[float]] = field(default_factory=dict)

    def median(self, quantity: str = "cpu_ms") -> float:
        """Median over the frames, ms."""
        return statistics.median(self.times_ms[quantity])


def sides(options: SpeedOptions, peer: Path | None) -> list[Side]:
    """The processes to compare: for each model MediaPipe (where its Python is given) and every runtime of ours."""
    found = []
    for model in options.models:
        if peer is not None:
            command = [str(peer), str(PEER_SCRIPT), "frames", str(COMPLEXITY[model])]
            found.append(Side(f"{model}, MediaPipe", model, False, command))
        for runtime in options.runtimes:
            command = [
                sys.executable, "-m", "scripts.benchmarks.speed_worker", "frames", model, runtime, str(options.threads),
            ]  # fmt: skip
            found.append(Side(f"{model}, {runtime}", model, True, command))
    return found


def measure_frames(compared: Sequence[Side], frames: Iterable[Frame], options: SpeedOptions) -> int:
    """Let all sides work off the same frames in turn; fills their `times_ms`. Returns how many frames counted.

    Raises SourceError where the frames are too few, ModelError where a side does not start or breaks off.
    """
    counted = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fitness-")))
        workers = [stack.enter_context(_Worker(side)) for side in compared]
        for number, batch in enumerate(_batches(frames, options.batch)):
            if number == options.batches:
                break
            request = _shared(folder / "pictures", batch)
            for side, worker in zip(compared, workers, strict=True):
                answer = worker.ask(request)
                if number >= WARM_UP:
                    for quantity, values in answer.items():
                        side.times_ms.setdefault(quantity, []).extend(values)
            counted += len(batch) if number >= WARM_UP else 0
    if not counted:
        raise SourceError(f"too short a clip: more than {WARM_UP * options.batch} frames are needed")
    return counted


def measure_start(ours: Sequence[str], peer: Sequence[str] | None, rounds: int) -> dict[str, list[float]]:
    """Seconds from the start of a process to its first landmarks, ours and the peer's in turn.

    Both with the compiled files that Python keeps of modules, as after an installation: the first round, which does not
    count, makes them in a folder of their own where they are not there.
    """
    seconds: dict[str, list[float]] = {"ours": [], "peer": []}
    with tempfile.TemporaryDirectory(prefix="fitness-") as folder:
        surroundings = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }
        surroundings["PYTHONPYCACHEPREFIX"] = folder
        _start_in_turn({"peer": peer, "ours": ours}, rounds, surroundings, seconds)
    return {name: values[1:] for name, values in seconds.items() if values}


def _start_in_turn(
    commands: Mapping[str, Sequence[str] | None],
    rounds: int,
    surroundings: Mapping[str, str],
    seconds: dict[str, list[float]],
) -> None:
    for _ in range(rounds + 1):  # the first one brings the files into memory
        for name, command in commands.items():
            if command is not None:
                started = time.perf_counter()
                with subprocess.Popen(
                    command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=surroundings
                ) as process:
                    assert process.stdout is not None
                    line = process.stdout.readline()
                    seconds[name].append(time.perf_counter() - started)
                    process.stdout.read()
                if b'"found": true' not in line:
                    raise ModelError(f"no landmarks came from: {' '.join(command)}")


@dataclass(frozen=True, slots=True)
class Run:
    """A whole process.   wall_s, cpu_s: seconds.   memory_mb: most memory it held, megabytes."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def measure_runs(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Run]]:
    """Whole processes in turn. POSIX only: elsewhere the system does not tell a process's CPU time and memory."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(_run(command))
    return found


_STARTER: Final = """
import os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
wall_s = time.perf_counter() - started
print(os.waitstatus_to_exitcode(status), wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""
"""Starts a command from a small process: on Linux a process's most memory is never less than that of who started it."""


def _run(command: Sequence[str]) -> Run:
    if not hasattr(os, "wait4"):
        raise OptionError("whole runs can be measured on Linux and macOS only")
    done = subprocess.run(
        [sys.executable, "-S", "-c", _STARTER, *command], capture_output=True, text=True, check=True
    )
    code, wall_s, cpu_s, memory = map(float, done.stdout.split())
    if code:
        raise ModelError(f"exit code {code:.0f} from: {' '.join(command)}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return Run(wall_s, cpu_s, memory / unit)


def prepare_peer(peer: Path, weights: Mapping[str, Path]) -> None:
    """Put landmark models that MediaPipe would download itself where it looks for them.

    Raises ModelError if `peer` is no Python with MediaPipe.
    """
    code = "import importlib.util as u; print(u.find_spec('mediapipe').submodule_search_locations[0])"
    try:
        done = subprocess.run([str(peer), "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ModelError(
            f"{peer} has no MediaPipe; scripts/bench speed makes an environment with it"
        ) from error
    folder = Path(done.stdout.strip()) / "modules" / "pose_landmark"
    for path in weights.values():
        target = folder / path.name
        if not target.exists():
            target.write_bytes(path.read_bytes())


def environment() -> JsonDict:
    """What the figures depend on."""
    processor = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), processor)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": processor,
        "cpus": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": None if load is None else round(load, 2),
    }


def _batches(frames: Iterable[Frame], size: int) -> Iterator[list[Frame]]:
    iterator = iter(frames)
    while batch := list(islice(iterator, size)):
        yield batch


def _shared(path: Path, batch: Sequence[Frame]) -> str:
    """Put pictures where all sides can read them; the request that tells them so."""
    shape = (len(batch), *batch[0].image.shape)
    pictures: Any = np.memmap(path, np.uint8, "w+", shape=shape)
    for place, frame in zip(pictures, batch, strict=True):
        place[...] = frame.image
    pictures.flush()
    return json.dumps({"file": str(path), "shape": shape})


class _Worker:
    """A process that answers a line of JSON for each line that it is given; a context manager."""

    def __init__(self, side: Side) -> None:
        self._side = side

    def __enter__(self) -> _Worker:
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self._side.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        try:
            self._read()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def ask(self, request: str) -> dict[str, Any]:
        """The answer to a request."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # the missing answer says more
            self._process.stdin.write(request + "\n")
            self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise ModelError(f"{self._side.name} broke off: {' '.join(said) or 'it says nothing'}")
        answer: dict[str, Any] = json.loads(line)
        return answer
