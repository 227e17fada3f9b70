"""Measures how often reps are counted exactly from several camera heights, with a rendered figure and `auto`.

    python scripts/measure_heights.py [EXERCISE] [--body heavy] [--model full] [--rate 15]

Prints a row for each side of the camera (yaw, degrees; 0 is in front) and a column for each downward pitch (degrees).
Three reps each; the figure stands before and after.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.pipeline.loop import results
from fitness.pipeline.settings import Engine, Settings, classifier, counter
from scripts.figure import EXERCISES, Body, Camera, Clip, Idle, Motion, Reps

PITCHES_DEG = (-10.0, 0.0, 10.0, 15.0, 20.0, 25.0, 30.0)
YAWS_DEG = (0.0, 20.0, 45.0, 90.0, 180.0, 315.0, 340.0)
REPS = 3


def main() -> None:
    """Print the table and the share of exact counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("exercise", nargs="?", default="squat", choices=("squat", "push-up"))
    parser.add_argument("--body", default="", help="a body of the renderer's, such as heavy")
    parser.add_argument("--model", default="full")
    parser.add_argument("--rate", type=float, default=15.0, help="fps of the rendered clip")
    options = parser.parse_args()
    body = Body.preset(options.body) if options.body else Body()
    settings = Settings(model=options.model)
    engine, fitted = Engine(settings), classifier(settings)
    reps = Reps(options.exercise, REPS, seconds=EXERCISES[options.exercise].seconds)
    exact = 0
    print(
        "| | " + " | ".join(f"{pitch:g}" for pitch in PITCHES_DEG) + " |\n|" + "---|" * (len(PITCHES_DEG) + 1)
    )
    for yaw in YAWS_DEG:
        row = []
        for pitch in PITCHES_DEG:
            camera = Camera(yaw_deg=yaw, pitch_deg=pitch)
            motion = Motion(Idle(0.8), reps, Idle(0.8))
            clip = Clip(
                motion, body, camera, fps=options.rate, width=640, height=480, fit=True, supersample=1
            )
            totals: dict[str, int] = {}
            for result in results(clip.frames(), engine.tracker(), counter(settings, fitted)):
                totals = dict(result.count.totals)
            exact += totals == {options.exercise: REPS}
            row.append(", ".join(f"{n} {name}" for name, n in totals.items()) or "0")
        cells = [text.removesuffix(f" {options.exercise}") for text in row]
        print(f"| {yaw:g} | {' | '.join(cells)} |", flush=True)
    print(f"{exact} of {len(YAWS_DEG) * len(PITCHES_DEG)} exact")


if __name__ == "__main__":
    main()
