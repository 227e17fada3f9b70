"""Speed benchmark: CPU time per frame, start time and whole recordings, compared with MediaPipe on the same frames.

Each side runs in processes of its own. They process the same batches of frames in turn, so that other load on the
machine affects both alike. The result is the median over the frames of the whole process's CPU time.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from fitness.errors import ModelError, OptionError, SourceError
from fitness.types import Frame

if TYPE_CHECKING:
    from scripts.benchmarks.onnx_pose import NamedPeer

PEER_SCRIPT: Final = Path(__file__).with_name("peer.py")
COMPLEXITY: Final = {"lite": 0, "full": 1, "heavy": 2}
"""MediaPipe's `model_complexity` of each landmark model."""

WARM_UP: Final = 1
"""Number of batches at the beginning that do not count."""


@dataclass(frozen=True, slots=True)
class SpeedOptions:
    """Options of a speed benchmark.

    models: landmark models to measure.   runtimes: this program's runtimes; "+mixed" after a name for 8-bit layers.
    threads: for one inference of this program.
    batch: number of frames that one side processes in its turn.   batches: number of turns for each side.
    rounds: number of measurements of a start, or of a whole recording.
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
    """One process that processes frames.

    name: such as "full, litert".   model: the landmark model.   ours: it runs this program, not MediaPipe.
    times_ms: measured quantity -> one number per frame.
    """

    name: str
    model: str
    ours: bool
    command: Sequence[str]
    times_ms: dict[str, list[float]] = field(default_factory=dict)

    def median(self, quantity: str = "cpu_ms") -> float:
        """Median over the frames, ms."""
        return statistics.median(self.times_ms[quantity])


def sides(options: SpeedOptions, peer: Path | None, named: NamedPeer | None = None) -> list[Side]:
    """The processes to compare: for each model, MediaPipe (if its Python is given) and every runtime of this program.

    named: another pose model, compared with all of them.
    """
    found = []
    if named is not None:
        command = [
            sys.executable, "-m", "scripts.benchmarks.speed_worker", "peer", named.name, str(named.weights),
            str(options.threads),
        ]  # fmt: skip
        found.append(Side(named.name, named.name, False, command))
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
    """Let all sides process the same frames in turn; fills their `times_ms`. Returns the number of measured frames.

    Raises SourceError if there are too few frames, ModelError if a side does not start or ends early.
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
    """Seconds from the start of a process to its first landmarks, for this program and the peer in turn.

    Both use Python's compiled modules, as after an installation. The first round, which does not count, compiles them
    into a separate folder if they are missing.
    """
    seconds: dict[str, list[float]] = {"ours": [], "peer": []}
    with _compiled() as surroundings:
        _start_in_turn({"peer": peer, "ours": ours}, rounds, surroundings, seconds)
    return {name: values[1:] for name, values in seconds.items() if values}


@contextmanager
def _compiled() -> Iterator[dict[str, str]]:
    """Environment variables with which Python keeps compiled modules in a temporary folder, as after an installation."""
    with tempfile.TemporaryDirectory(prefix="fitness-") as folder:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        yield {**kept, "PYTHONPYCACHEPREFIX": folder}


def _start_in_turn(
    commands: Mapping[str, Sequence[str] | None],
    rounds: int,
    surroundings: Mapping[str, str],
    seconds: dict[str, list[float]],
) -> None:
    for _ in range(rounds + 1):  # the first round loads the files into memory
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
    """A whole process.   wall_s, cpu_s: seconds.   memory_mb: peak memory, megabytes."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def measure_runs(
    commands: Mapping[str, Sequence[str]], rounds: int, warm_up: Sequence[Sequence[str]] = ()
) -> dict[str, list[Run]]:
    """Measure whole processes in turn. POSIX only: other systems do not report a process's CPU time and memory.

    warm_up: commands that run first and do not count, so that Python's modules are compiled, as after an installation.
    """
    found: dict[str, list[Run]] = {name: [] for name in commands}
    with _compiled() as surroundings:
        for command in warm_up:
            _run(command, surroundings)
        for _ in range(rounds):
            for name, command in commands.items():
                found[name].append(_run(command, surroundings))
    return found


_STARTER: Final = """
import os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
wall_s = time.perf_counter() - started
print(os.waitstatus_to_exitcode(status), wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""
"""Starts a command from a small process: on Linux, a process's peak memory is at least that of its parent process."""


def _run(command: Sequence[str], surroundings: Mapping[str, str]) -> Run:
    if not hasattr(os, "wait4"):
        raise OptionError("whole runs can be measured on Linux and macOS only")
    measured = [sys.executable, "-S", "-c", _STARTER, *command]
    done = subprocess.run(measured, capture_output=True, text=True, check=True, env=surroundings)
    code, wall_s, cpu_s, memory = map(float, done.stdout.split())
    if code:
        raise ModelError(f"exit code {code:.0f} from: {' '.join(command)}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes on macOS, kilobytes elsewhere
    return Run(wall_s, cpu_s, memory / unit)


def prepare_peer(peer: Path, weights: Mapping[str, Path]) -> None:
    """Copy the landmark models to MediaPipe's folder, so that it does not download them.

    Raises ModelError if `peer` is not a Python with MediaPipe.
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


def _batches(frames: Iterable[Frame], size: int) -> Iterator[list[Frame]]:
    iterator = iter(frames)
    while batch := list(islice(iterator, size)):
        yield batch


def _shared(path: Path, batch: Sequence[Frame]) -> str:
    """Write frames to a file that all sides can read; returns the request for it."""
    shape = (len(batch), *batch[0].image.shape)
    pictures: Any = np.memmap(path, np.uint8, "w+", shape=shape)
    for place, frame in zip(pictures, batch, strict=True):
        place[...] = frame.image
    pictures.flush()
    return json.dumps({"file": str(path), "shape": shape})


class _Worker:
    """A process that answers each line of JSON with one; a context manager."""

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
        """Send a request; returns the answer."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # the missing answer is reported below
            self._process.stdin.write(request + "\n")
            self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise ModelError(f"{self._side.name} ended early: {' '.join(last) or 'without a message'}")
        answer: dict[str, Any] = json.loads(line)
        return answer
