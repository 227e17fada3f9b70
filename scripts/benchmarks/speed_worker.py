"""This program's side of the speed benchmark, in a process of its own; started by `scripts/bench speed`.

python -m scripts.benchmarks.speed_worker frames MODEL RUNTIME THREADS   as benchmark/peer.py, with the stages too
python -m scripts.benchmarks.speed_worker peer NAME WEIGHTS THREADS      another pose model, as `onnx_pose.PEERS` names it
python -m scripts.benchmarks.speed_worker start ARGUMENTS...             `fitness ARGUMENTS`, up to the first landmarks
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fitness.engine.runtime.model import InPlaceModel
    from fitness.engine.tracking.result import TrackedFrame
    from fitness.types import FloatArray


def main() -> None:
    """Run the mode that the arguments name."""
    task, *rest = sys.argv[1:]
    if task == "frames":
        _frames(*rest)
    elif task == "peer":
        _peer(*rest)
    else:
        _start(rest)


def _answer(**values: Any) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


class _Timed:
    """A model that adds up the CPU time of its runs in `spent_s`."""

    def __init__(self, model: InPlaceModel) -> None:
        self._model = model
        self.input_shape, self.output_shapes = model.input_shape, model.output_shapes
        self.spent_s = 0.0

    def input_view(self) -> FloatArray:
        return self._model.input_view()

    def run_in_place(self) -> tuple[FloatArray, ...]:
        started = time.process_time()
        outputs = self._model.run_in_place()
        self.spent_s += time.process_time() - started
        return outputs

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        started = time.process_time()
        outputs = self._model.run(tensor)
        self.spent_s += time.process_time() - started
        return outputs


def _frames(model: str, runtime: str, threads: str) -> None:
    import numpy as np

    from fitness.engine.tracking.tracker import PoseTracker
    from fitness.pipeline.settings import Engine, Settings, recogniser
    from fitness.types import Frame

    runtime, _, precision = runtime.partition("+")
    settings = Settings(model=model, runtime=runtime, threads=int(threads), precision=precision or "exact")
    detector, landmarks = networks = tuple(_Timed(network) for network in Engine(settings).networks)
    tracker = PoseTracker(detector, landmarks, settings.tracker)
    counter = recogniser(settings)
    _answer(ready=True)
    index = 0
    for line in sys.stdin:
        request = json.loads(line)
        pictures = np.memmap(request["file"], np.uint8, "r", shape=tuple(request["shape"]))
        rows: dict[str, list[float]] = {"cpu_ms": [], "model_ms": [], "recognition_ms": []}
        for picture in pictures:
            frame = Frame(np.array(picture), index / 30, index)
            index += 1
            before = sum(network.spent_s for network in networks)
            started = time.process_time()
            pose = tracker.step(frame)
            tracked = time.process_time()
            counter.step(pose, frame.t)
            rows["recognition_ms"].append((time.process_time() - tracked) * 1e3)
            rows["cpu_ms"].append((tracked - started) * 1e3)
            rows["model_ms"].append((sum(network.spent_s for network in networks) - before) * 1e3)
        _answer(**rows)


def _peer(name: str, weights: str, threads: str) -> None:
    from pathlib import Path

    import cv2
    import numpy as np

    from scripts.benchmarks.onnx_pose import load_peer

    cv2.setNumThreads(int(threads))
    model = load_peer(name, Path(weights), int(threads))
    _answer(ready=True)
    for line in sys.stdin:
        request = json.loads(line)
        pictures = np.memmap(request["file"], np.uint8, "r", shape=tuple(request["shape"]))
        times = []
        for picture in pictures:
            image = np.array(picture)
            started = time.process_time()
            model.follow(image)
            times.append((time.process_time() - started) * 1e3)
        _answer(cpu_ms=times)


def _start(arguments: list[str]) -> None:
    """Run a command line, and answer as soon as it has found landmarks."""
    from fitness.apps.cli import main as run
    from fitness.engine.tracking.tracker import PoseTracker

    step_all = PoseTracker.step_all
    answered = False

    def stepped(self: PoseTracker, *arguments: Any) -> TrackedFrame:
        nonlocal answered
        found = step_all(self, *arguments)
        if found.poses and not answered:
            answered = True
            _answer(found=True)
        return found

    setattr(PoseTracker, "step_all", stepped)  # noqa: B010 - the type checker would refuse the plain form
    sys.exit(run(["--quiet", *arguments]))


if __name__ == "__main__":
    main()
