"""Measures the error of the angle at the turning point, with a rendered figure and the whole program.

    python scripts/measure_angles.py [--model full] [--rate 12] [EXERCISE ...]

Every exercise is done twice, seen from the side and at 45 degrees, by two bodies. Frames are rendered, the engine finds the
landmarks, and reps are counted with the exercise named. The error is the record's `depth_deg` (mean of the visible
sides) minus the figure's angle at its turning point (mean of both sides). The mean error of the range of motion is also
printed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.pipeline.loop import results
from fitness.pipeline.settings import Engine, Settings, classifier
from fitness.recognition.exercises import EXERCISES
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.session import SessionRecorder
from fitness.types import Rep
from scripts.figure import Body, Camera, Clip, Idle, Motion, Reps

VIEWS = {"side": 90.0, "45 degrees": 45.0}
BODIES = (Body(), Body.preset("heavy"))
NAMES = ("squat", "lunge", "push-up", "biceps-curl", "overhead-press", "pull-up")
REPS = 2


def reps_of(clip: Clip, name: str, engine: Engine, fitted: object) -> tuple[Rep, ...]:
    """The reps that the program counts in a rendered clip, with their records."""
    from fitness.recognition.person_selector import PersonSelector

    options = RecogniserOptions(exercise=name)
    counter = PersonSelector(lambda ids: Recogniser(fitted, options, ids=ids))  # type: ignore[arg-type]
    recorder = SessionRecorder(keep_landmarks=False)
    for result in results(clip.frames(), engine.tracker(), counter):
        recorder.add(result)
    from fitness.media.info import SourceInfo

    return recorder.session(SourceInfo("figure", clip.duration_s, clip.fps, 640, 480, 0)).reps


def errors(clip: Clip, name: str, reps: tuple[Rep, ...]) -> tuple[list[float], list[float]]:
    """Signed errors of the turning point's angle and of the range, degrees, for every true rep that was counted."""
    spec = EXERCISES[name].spec
    assert spec is not None
    turn, span = [], []
    for truth in clip.truth.reps:
        near = [
            rep for rep in reps if abs(rep.t_peak - truth.t_peak) < 0.6 and rep.record.depth_deg is not None
        ]
        if not near:
            continue
        one = near[0].record
        times = np.linspace(truth.t_start, truth.t_end, 40)
        angles = [_true(clip, float(t), spec.joint) for t in times]
        turn.append((one.depth_deg or 0.0) - _true(clip, truth.t_peak, spec.joint))
        if one.range_deg is not None:
            span.append(one.range_deg - float(np.ptp(angles)))
    return turn, span


def _true(clip: Clip, t: float, joint: str) -> float:
    angles = clip.joint_angles(t)
    return float(np.mean([angles[f"{side}_{joint}"] for side in ("left", "right")]))


def main() -> None:
    """Print a row for each exercise and view, and the means of knees and elbows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "exercises", nargs="*", default=list(NAMES), help="exercises; six of them if none is named"
    )
    parser.add_argument("--model", default="full")
    parser.add_argument("--rate", type=float, default=12.0, help="fps of the rendered clip")
    chosen = parser.parse_args()
    settings = replace(Settings(), model=chosen.model)
    engine, fitted = Engine(settings), classifier(settings)
    print(
        "| exercise | joint | view | reps measured | mean error | mean signed error | mean error of the range |"
    )
    print("|---|---|---|---|---|---|---|")
    together: dict[tuple[str, str], list[float]] = {}
    for name in chosen.exercises:
        spec = EXERCISES[name].spec
        assert spec is not None
        for view, yaw in VIEWS.items():
            turn: list[float] = []
            span: list[float] = []
            for body in BODIES:
                motion = Motion(Idle(0.8), Reps(name, REPS), Idle(0.8))
                clip = Clip(
                    motion, body, Camera(yaw_deg=yaw, pitch_deg=3), fps=chosen.rate, fit=True, supersample=1
                )
                one, other = errors(clip, name, reps_of(clip, name, engine, fitted))
                turn += one
                span += other
            together.setdefault((spec.joint, view), []).extend(turn)
            _row(name, spec.joint, view, len(BODIES) * REPS, turn, span)
    for (joint, view), values in together.items():
        _row("all", joint, view, len(values), values, [])


def _row(name: str, joint: str, view: str, wanted: int, turn: list[float], span: list[float]) -> None:
    figures = [f"{np.mean(np.abs(turn)):.1f}", f"{np.mean(turn):+.1f}"] if turn else ["-", "-"]
    figures.append(f"{np.mean(np.abs(span)):.1f}" if span else "-")
    print(f"| {name} | {joint} | {view} | {len(turn)} of {wanted} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    main()
