"""Ablation of the steps that make counts independent of the view, on recordings and a rendered figure.

    scripts/bench counting --videos DIR --truth TABLE --landmarks LOGS
    python scripts/measure_views.py --truth TABLE --landmarks LOGS

The recordings are counted in `auto`, each without samples of the person in it. The figure does three squats and three
push-ups (true joints, noise of 12 mm, 15 fps), seen by cameras at 8 sides and 3 heights.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import PropertyMock, patch

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.errors import OptionError
from fitness.metrics.camera_pitch import CameraPitch
from fitness.pipeline.settings import Settings, sample_folder
from fitness.recognition import embedding
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.exercises import OTHER, STANDING
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.samples import PoseSamples, load_samples
from fitness.types import DoubleArray, FloatArray, Pose
from scripts.benchmarks.clips import FrameTracker
from scripts.benchmarks.counting import StrangerCounters, count_clip
from scripts.benchmarks.figures import PITCHES_DEG, YAWS_DEG, poses
from scripts.benchmarks.material import recordings
from scripts.benchmarks.scores import summarise
from scripts.benchmarks.truth import read_truth
from scripts.figure import EXERCISES as FIGURES
from scripts.figure import Body, Camera, Clip, Idle, Motion, Reps

COUNTED = ("squat", "push-up")
REPS = 3
_turned = embedding.normalise


def as_seen(world: FloatArray) -> DoubleArray:
    """Like `embedding.normalise`, but without turning the body."""
    body = np.asarray(world, np.float64)
    hips, shoulders = body[:, [23, 24]].mean(axis=1), body[:, [11, 12]].mean(axis=1)
    length = np.linalg.norm(shoulders - hips, axis=1)
    _turned(world)  # refuses what cannot be normalised
    scaled: DoubleArray = (body - hips[:, None]) * (embedding.TRUNK_LENGTH / length)[:, None, None]
    return scaled


def of_one_side(samples: PoseSamples) -> PoseSamples:
    """The samples whose left side is farther away: people who face the right of the image."""
    return samples.select(samples.world[:, 11, 2] + samples.world[:, 23, 2] > 0)


def without_mirror_images(samples: PoseSamples) -> KnnPoseClassifier:
    return KnnPoseClassifier().fit(embedding.embed(samples.world), samples.labels)


def standing_is_other(samples: PoseSamples) -> PoseSamples:
    return replace(samples, labels=tuple(OTHER if one == STANDING else one for one in samples.labels))


def same(samples: PoseSamples) -> PoseSamples:
    return samples


NO_MIRROR = ("fitness.recognition.classifier.KnnPoseClassifier.of", without_mirror_images)
NO_TURN = ("fitness.recognition.embedding.normalise", as_seen)
VARIANTS: dict[str, tuple[list[tuple[str, object]], Callable[[PoseSamples], PoseSamples]]] = {
    "all steps": ([], same),
    "bodies not turned to face one way": ([NO_TURN], same),
    "no mirror images of the samples": ([NO_MIRROR], same),
    "only samples that look to the right": ([], of_one_side),
    "the same, no mirror images": ([NO_MIRROR], of_one_side),
    "the same, not turned either": ([NO_MIRROR, NO_TURN], of_one_side),
    "not levelled": (
        [(f"{CameraPitch.__module__}.CameraPitch.pitch_deg", PropertyMock(return_value=0.0))],
        same,
    ),
    "standing votes against exercises": ([], standing_is_other),
}


def figures() -> Iterator[tuple[str, list[Pose]]]:
    """Exercise and poses of each clip."""
    rng = np.random.default_rng(0)
    for name in COUNTED:
        for yaw in YAWS_DEG:
            for pitch in PITCHES_DEG:
                reps = Reps(name, REPS, seconds=FIGURES[name].seconds)
                motion = Motion(Idle(0.6), reps, Idle(0.6))
                yield (
                    name,
                    list(
                        poses(Clip(motion, Body(), Camera(yaw_deg=float(yaw), pitch_deg=float(pitch))), rng)
                    ),
                )


def _no_tracker() -> FrameTracker:
    raise OptionError("every recording needs a landmark log in the folder that --landmarks names")


def main() -> None:
    """Print a row for each variant."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--landmarks", type=Path, required=True)
    given = parser.parse_args()
    clips = recordings(read_truth(given.truth), None, given.landmarks, _no_tracker, "full")
    drawn = list(figures())
    print("| | exact | within one | false reps | figure: squat | push-up |\n|---|---|---|---|---|---|")
    for name, (patches, choose) in VARIANTS.items():
        with ExitStack() as stack:
            for target, value in patches:
                stack.enter_context(patch(target, value))
            samples = choose(load_samples(sample_folder(Settings())))
            counters = StrangerCounters(samples, clips, RecogniserOptions())
            results = [count_clip(one.truth, one.frames(), counters.counter(one)) for one in clips]
            found = summarise(results, COUNTED)
            fitted, exact = KnnPoseClassifier.of(samples), dict.fromkeys(COUNTED, 0)
            for exercise, seen in drawn:
                recogniser, totals = Recogniser(fitted), {}
                for pose in seen:
                    totals = recogniser.step(pose, pose.t)[1].totals
                exact[exercise] += totals == {exercise: REPS}
            cells = [f"{found['exact']:.3f}", f"{found['obo']:.3f}", str(found["false_reps"])]
            cells += [f"{exact[one]} of {len(drawn) // 2}" for one in COUNTED]
            print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
