"""Clips of a rendered figure for the counting benchmark: its true joints with noise, without images."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np

from fitness.recognition.exercises import EXERCISES
from fitness.types import Pose
from scripts.benchmarks.material import BenchClip, Frames
from scripts.benchmarks.truth import NONE, ClipTruth
from scripts.figure import EXERCISES as FIGURES
from scripts.figure import Body, Camera, Clip, Hold, Idle, Motion, PickUp, Reps, Sit, Walk, Wave

RATE_HZ: Final = 15
REPS: Final = 4
YAWS_DEG: Final = range(0, 360, 45)
PITCHES_DEG: Final = (-10, 5, 25)
TEMPOS: Final = (0.7, 1.3)
_NOISE_M: Final = 0.012
_KEPT: Final = 0.7
"""Share of the noise of one frame that is left in the next one."""
_PIXELS_A_METRE: Final = 200
_CENTRE_PX: Final = 300

EVERYDAY: Final[dict[str, Callable[[], Motion]]] = {
    "sits down for 0.5 s": lambda: Motion(Idle(1.0), Sit(0.5), Idle(1.5)),
    "sits down for 3 s": lambda: Motion(Idle(1.0), Sit(3.0), Idle(1.5)),
    "sits down for 8 s": lambda: Motion(Idle(1.0), Sit(8.0), Idle(1.5)),
    "picks up twice": lambda: Motion(Idle(1.0), PickUp(), Idle(1.0), PickUp(), Idle(1.0)),
    "waves": lambda: Motion(Idle(0.5), Wave(3.0), Idle(0.5), Wave(2.0)),
    "plank": lambda: Motion(Idle(0.5), Hold("plank", 4.0), Idle(0.5)),
    "walks in, sits down, walks off": lambda: Motion(
        Walk((0.0, -2.0), (0.0, 0.0)), Idle(1.0), Sit(2.0), Idle(0.5), Walk((0.0, 0.0), (1.5, 0.0))
    ),
}
"""What people do between exercises: name -> motion."""


def poses(clip: Clip, rng: np.random.Generator) -> Iterator[Pose]:
    """The first actor's poses at 15 fps. The noise is 12 mm and lasts a few frames."""
    noise = np.zeros((33, 3))
    times = np.arange(int(clip.duration_s * RATE_HZ)) / RATE_HZ
    for t, joints in zip(times, clip.landmarks(times), strict=True):
        noise = _KEPT * noise + np.sqrt(1 - _KEPT**2) * rng.normal(0, _NOISE_M, (33, 3))
        seen = clip.camera.view(joints)
        world = seen - seen[[23, 24]].mean(axis=0) + noise
        sure = np.full(33, 0.95)
        yield Pose(world, world * _PIXELS_A_METRE + _CENTRE_PX, sure, sure, 1.0, float(t), id=1)


def exercise_clips() -> list[BenchClip]:
    """Four reps of each exercise: 8 sides and 3 heights of the camera, two bodies, two tempos; 96 clips each.

    The figure stands before and after, so that getting into position is included.
    """
    cases = list(itertools.product(YAWS_DEG, PITCHES_DEG, (Body(), Body.preset("heavy")), TEMPOS))
    clips = []
    for name, figure in FIGURES.items():
        if figure.held or name not in EXERCISES:
            continue
        for number, (yaw, pitch, body, tempo) in enumerate(cases):
            reps = Reps(name, REPS, seconds=figure.seconds * tempo)
            clip = Clip(
                Motion(Idle(0.6), reps, Idle(0.6)), body, Camera(yaw_deg=float(yaw), pitch_deg=float(pitch))
            )
            title = f"{name}, yaw {yaw}, pitch {pitch}, clip {number}"
            truth = ClipTruth(title, name, REPS, (REPS, REPS), ())
            clips.append(BenchClip(truth, "figure", partial(_frames, clip, number), recording=False))
    return clips


def everyday_clips() -> list[BenchClip]:
    """Everyday movements by two bodies, seen from 8 sides."""
    clips = []
    for name, motion in EVERYDAY.items():
        for number, (yaw, body) in enumerate(itertools.product(YAWS_DEG, (Body(), Body.preset("heavy")))):
            clip = Clip(motion(), body, Camera(yaw_deg=float(yaw), pitch_deg=5.0))
            truth = ClipTruth(f"{name}, yaw {yaw}, clip {number}", NONE, 0, (0, 0), ())
            clips.append(BenchClip(truth, "figure", partial(_frames, clip, number), recording=False))
    return clips


def _frames(clip: Clip, seed: int) -> Frames:
    return [(pose.t, (pose,)) for pose in poses(clip, np.random.default_rng(seed))]
