"""Measures false reps: a rendered figure makes everyday movements, counted by the whole program in `auto`.

    python scripts/measure_negatives.py [--model full] [--rate 15]

Sitting down for half a second to eight, picking things up, walking in, sitting down and walking off; two bodies, six sides.
Prints the counted reps, and their number per minute.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.pipeline.loop import results
from fitness.pipeline.settings import Engine, Settings, classifier, counter
from scripts.figure import Body, Camera, Clip, Idle, Motion, PickUp, Sit, Walk

MOTIONS: dict[str, Callable[[], Motion]] = {
    "sits down for 0.5 s": lambda: Motion(Idle(1.0), Sit(0.5), Idle(1.5)),
    "sits down for 3 s": lambda: Motion(Idle(1.0), Sit(3.0), Idle(1.5)),
    "sits down for 8 s": lambda: Motion(Idle(1.0), Sit(8.0), Idle(1.5)),
    "picks up twice": lambda: Motion(Idle(1.0), PickUp(), Idle(1.0), PickUp(), Idle(1.0)),
    "walks in, sits down, walks off": lambda: Motion(
        Walk((0.0, -2.0), (0.0, 0.0)), Idle(1.0), Sit(2.0), Idle(0.5), Walk((0.0, 0.0), (1.5, 0.0))
    ),
}
BODIES = {"": Body(), "heavy, ": Body.preset("heavy")}
YAWS_DEG = (0.0, 45.0, 90.0, 135.0, 180.0, 270.0)


def main() -> None:
    """Print a line for each motion and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="full")
    parser.add_argument("--rate", type=float, default=15.0, help="frames a second")
    options = parser.parse_args()
    settings = Settings(model=options.model)
    engine, fitted = Engine(settings), classifier(settings)
    false, seconds = 0, 0.0
    for name, motion in MOTIONS.items():
        found: list[str] = []
        for body_name, body in BODIES.items():
            for yaw in YAWS_DEG:
                camera = Camera(yaw_deg=yaw, pitch_deg=5.0)
                clip = Clip(
                    motion(), body, camera, fps=options.rate, width=480, height=360, fit=True, supersample=1
                )
                totals: dict[str, int] = {}
                for result in results(clip.frames(), engine.tracker(), counter(settings, fitted)):
                    totals = dict(result.count.totals)
                seconds += clip.duration_s
                false += sum(totals.values())
                found += [f"{body_name}{yaw:g} degrees: {totals}"] if totals else []
        print(f"{name}: {'; '.join(found) or 'nothing counted'}", flush=True)
    print(f"{false} false reps in {seconds / 60:.1f} min, {60 * false / seconds:.2f} a minute")


if __name__ == "__main__":
    main()
