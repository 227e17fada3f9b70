"""This program's side of the speed benchmark, in a process of its own; started by `scripts/bench speed`.

python -m scripts.benchmarks.speed_worker frames MODEL RUNTIME THREADS   answers requests (see `frame_requests`)
python -m scripts.benchmarks.speed_worker peer NAME WEIGHTS THREADS      the same for another pose model of `onnx_pose.PEERS`
python -m scripts.benchmarks.speed_worker start ARGUMENTS...             runs `fitness ARGUMENTS`, answers at the first pose
"""

from __future__ import annotations

import sys
import time
from itertools import count
from typing import TYPE_CHECKING, Any

from scripts.benchmarks.frame_requests import answer, answer_requests, cpu_time_of

if TYPE_CHECKING:
    from fitness.engine.runtime.model import InPlaceModel
    from fitness.engine.tracking.result import TrackedFrame
    from fitness.types import FloatArray, ImageArray


def main() -> None:
    """Run the mode that the arguments name."""
    task, *rest = sys.argv[1:]
    if task == "frames":
        _frames(*rest)
    elif task == "peer":
        _peer(*rest)
    else:
        _start(rest)


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
    from fitness.engine.tracking.tracker import PoseTracker
    from fitness.pipeline.settings import Engine, Settings, recogniser
    from fitness.types import Frame

    runtime, _, precision = runtime.partition("+")
    settings = Settings(model=model, runtime=runtime, threads=int(threads), precision=precision or "exact")
    detector, landmarks = networks = tuple(_Timed(network) for network in Engine(settings).networks)
    tracker = PoseTracker(detector, landmarks, settings.tracker)
    counter = recogniser(settings)
    numbers = count()

    def measure(image: ImageArray) -> dict[str, float]:
        """The CPU times of one frame: tracking, its networks, and recognition."""
        index = next(numbers)
        frame = Frame(image, index / 30, index)
        before_s = sum(network.spent_s for network in networks)
        started = time.process_time()
        pose = tracker.step(frame)
        tracked = time.process_time()
        counter.step(pose, frame.t)
        return {
            "recognition_ms": (time.process_time() - tracked) * 1e3,
            "cpu_ms": (tracked - started) * 1e3,
            "model_ms": (sum(network.spent_s for network in networks) - before_s) * 1e3,
        }

    answer(sys.stdout, ready=True)
    answer_requests(measure, sys.stdout)


def _peer(name: str, weights: str, threads: str) -> None:
    from pathlib import Path

    import cv2

    from scripts.benchmarks.onnx_pose import load_peer

    cv2.setNumThreads(int(threads))
    model = load_peer(name, Path(weights), int(threads))
    answer(sys.stdout, ready=True)
    answer_requests(cpu_time_of(model.follow), sys.stdout)


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
            answer(sys.stdout, found=True)
        return found

    setattr(PoseTracker, "step_all", stepped)  # noqa: B010 - the type checker would refuse the plain form
    sys.exit(run(["--quiet", *arguments]))


if __name__ == "__main__":
    main()
