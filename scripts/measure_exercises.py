"""Measures how often each exercise is counted exactly when its name is given, on a figure's true joints with noise.

    python scripts/measure_exercises.py [EXERCISE ...]

For every exercise four reps are done from 8 sides and 3 heights of the camera, by two bodies, at two tempos: 96 clips. The
figure stands before and after, so that getting into position is included. The joints come from the renderer (no image is
rendered) at 15 fps, with noise of 12 mm that lasts a few frames.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.pipeline.settings import Settings, classifier
from fitness.recognition.exercises import EXERCISES
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.types import Pose
from scripts.figure import EXERCISES as FIGURES
from scripts.figure import Body, Camera, Clip, Idle, Motion, Reps

RATE_HZ = 15
REPS = 4
YAWS = range(0, 360, 45)
PITCHES = (-10, 5, 25)
TEMPOS = (0.7, 1.3)
NOISE_M = 0.012
KEPT = 0.7
HIPS = [23, 24]


def poses(clip: Clip, rng: np.random.Generator) -> Iterator[Pose]:
    """The first actor's poses, with noise."""
    noise = np.zeros((33, 3))
    times = np.arange(int(clip.duration_s * RATE_HZ)) / RATE_HZ
    for t, joints in zip(times, clip.landmarks(times), strict=True):
        noise = KEPT * noise + np.sqrt(1 - KEPT**2) * rng.normal(0, NOISE_M, (33, 3))
        seen = clip.camera.view(joints)
        world = seen - seen[HIPS].mean(axis=0) + noise
        sure = np.full(33, 0.95)
        yield Pose(world, world * 200 + 300, sure, sure, 1.0, float(t))


def main() -> None:
    """Print a row for each exercise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "exercises",
        nargs="*",
        default=[name for name, one in EXERCISES.items() if not one.hold],
        help="exercises; all if none is named",
    )
    fitted = classifier(Settings())
    print("| exercise | clips | exact | not exact from (side, height): counted |\n|---|---|---|---|")
    for name in parser.parse_args().exercises:
        rng = np.random.default_rng(0)
        wrong: list[str] = []
        cases = list(itertools.product(YAWS, PITCHES, (Body(), Body.preset("heavy")), TEMPOS))
        for yaw, pitch, body, tempo in cases:
            reps = Reps(name, REPS, seconds=FIGURES[name].seconds * tempo)
            clip = Clip(Motion(Idle(0.6), reps, Idle(0.6)), body, Camera(yaw_deg=yaw, pitch_deg=pitch))
            recogniser = Recogniser(fitted, RecogniserOptions(exercise=name))
            counted = 0
            for pose in poses(clip, rng):
                counted = recogniser.step(pose, pose.t)[1].totals.get(name, 0)
            if counted != REPS:
                wrong.append(f"({yaw}, {pitch}): {counted}")
        exact = 1 - len(wrong) / len(cases)
        print(f"| {name} | {len(cases)} | {exact:.3f} | {', '.join(dict.fromkeys(wrong))} |", flush=True)


if __name__ == "__main__":
    main()
