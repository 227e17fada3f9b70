"""Rendered figures as training clips: exercises from every side and in many ways, and what people do between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.recognition.trajectory.samples import BodySample, BodySampler
from fitness.types import DoubleArray, Pose
from scripts.figure import EXERCISES, Body, Camera, Clip, Hold, Idle, Motion, PickUp, Reps, Sit, Walk, Wave
from scripts.figure.anatomy import Anatomy
from scripts.training.logs import TrainingClip
from scripts.training.moves import Move, moving
from scripts.training.varied_exercises import EXERCISES as WAYS
from scripts.training.varied_others import OTHER

CLIPS_AN_EXERCISE: Final = 24
CLIPS_OF_NONE: Final = 144
VARIED_CLIPS: Final = 100
"""Of each exercise, its joint angles drawn at random."""
VARIED_OTHERS: Final = 16
"""Of each movement without a name."""
GROUP: Final = "figure"

_KEPT: Final = 0.7
_PICTURE: Final = (640, 480)
"""Width and height of the frame, pixels; those of a `Clip`."""
_NOISE_M: Final = {"low": 0.008, "middle": 0.015, "high": 0.025}


@dataclass(frozen=True)
class _Errors:
    """How the landmark model errs on one figure: metres, factors and degrees."""

    noise_m: float
    depth_noise: float
    depth: float
    bias_m: float
    pitch_deg: float
    roll_deg: float
    rate_hz: float


def rendered_clips(seed: int) -> Iterator[TrainingClip]:
    """Clips of figures; the same seed gives the same clips."""
    rng = np.random.default_rng(seed)
    for name, exercise in EXERCISES.items():
        if exercise.held:
            continue
        for number in range(CLIPS_AN_EXERCISE):
            reps = Reps(
                name,
                int(rng.integers(2, 5)),
                seconds=exercise.seconds * float(np.exp(rng.normal(0, 0.35))),
                depth=float(rng.uniform(0.65, 1)),
                down_share=float(rng.uniform(0.35, 0.65)),
                pause_top_s=float(rng.choice([0.05, 0.25, 0.8])),
                pause_bottom_s=float(rng.choice([0, 0.1, 0.6])),
                tempo_spread=0.1,
                depth_spread=0.08,
                seed=int(rng.integers(1e6)),
            )
            motion = Motion(Idle(0.6), reps, Idle(0.6)) if rng.random() < 0.7 else Motion(reps)
            yield _clip(f"figure-{name}-{number}", name, motion, rng)
    for number in range(CLIPS_OF_NONE):
        yield _clip(f"figure-none-{number}", "none", _no_exercise(rng), rng)


def _no_exercise(rng: np.random.Generator) -> Motion:
    return (
        lambda: Motion(Idle(0.8), Sit(float(rng.uniform(0.3, 5))), Idle(1.0)),
        lambda: Motion(
            Idle(0.8),
            PickUp(float(rng.uniform(1.8, 4))),
            Idle(0.6),
            PickUp(float(rng.uniform(1.8, 4))),
            Idle(0.6),
        ),
        lambda: Motion(
            Walk((0.0, -2.0), (0.0, 0.0)), Idle(0.6), Sit(2.0), Idle(0.5), Walk((0.0, 0.0), (1.5, 0.0))
        ),
        lambda: Motion(Walk((-2.0, 0.0), (2.0, 0.0)), Idle(0.3), Walk((2.0, 0.0), (-1.0, 1.0))),
        lambda: Motion(Idle(0.5), Wave(3.0), Idle(0.5), Wave(2.0)),
        lambda: Motion(Idle(0.5), Hold("plank", 3.0), Idle(0.5)),
        lambda: Motion(Idle(0.5), Hold("wall-sit", 3.0), Idle(0.5)),
        lambda: Motion(Walk((0.0, -3.0), (0.0, 0.0)), PickUp(2.5), Walk((0.0, 0.0), (0.0, -2.0))),
    )[int(rng.integers(8))]()


def varied_clips(seed: int, each: int = VARIED_CLIPS, others: int = VARIED_OTHERS) -> Iterator[TrainingClip]:
    """Clips of figures whose joint angles are drawn at random; the same seed gives the same clips."""
    rng = np.random.default_rng(seed)
    for name, ways in WAYS.items():
        for number in range(each):
            yield drawn_clip(f"varied-{name}-{number}", name, ways[number % len(ways)](rng), rng)
    for number in range(others * len(OTHER)):
        yield drawn_clip(f"varied-none-{number}", "none", OTHER[number % len(OTHER)](rng), rng)


def drawn_clip(name: str, exercise: str, move: Move, rng: np.random.Generator) -> TrainingClip:
    """A clip of some reps of `move` by a body, before a camera and with errors that are drawn at random."""
    body = moving(move, Anatomy.of(_body(rng)), int(rng.integers(2, 6)), rng)
    camera = Camera(yaw_deg=float(rng.uniform(0, 360)), pitch_deg=_pitch(rng))
    camera = camera.framing(body.landmarks.reshape(-1, 3), *_PICTURE)
    errors = _errors(rng)
    seconds = float(body.times[-1])
    times = np.arange(int(seconds * errors.rate_hz)) / errors.rate_hz
    samples = tuple(_samples(times, body.at(times), camera, errors, rng))
    turns = body.turns_s if exercise != "none" else ()
    count = len(turns)
    return TrainingClip(
        name, exercise, count, (count, count), turns, GROUP, seconds, (samples,), "scripts/training/moves.py"
    )


def _clip(name: str, exercise: str, motion: Motion, rng: np.random.Generator) -> TrainingClip:
    body = _body(rng)
    pitch = _pitch(rng)
    clip = Clip(motion, body, Camera(yaw_deg=float(rng.uniform(0, 360)), pitch_deg=pitch))
    errors = _errors(rng)
    frames = np.arange(int(clip.duration_s * errors.rate_hz)) / errors.rate_hz
    samples = tuple(_samples(frames, clip.landmarks(frames), clip.camera, errors, rng))
    times = tuple(float(rep.t_peak) for rep in clip.truth.reps) if exercise != "none" else ()
    count = len(times)
    return TrainingClip(
        name, exercise, count, (count, count), times, GROUP, clip.duration_s, (samples,), "scripts/figure"
    )


def _body(rng: np.random.Generator) -> Body:
    return Body.random(int(rng.integers(1e6))) if rng.random() < 0.8 else Body.preset("heavy")


def _pitch(rng: np.random.Generator) -> float:
    return float(rng.choice([rng.uniform(-10, 12), rng.uniform(-10, 30)]))


def _errors(rng: np.random.Generator) -> _Errors:
    return _Errors(
        noise_m=_NOISE_M[str(rng.choice(list(_NOISE_M), p=[0.3, 0.5, 0.2]))],
        depth_noise=float(rng.uniform(1, 2.5)),
        depth=float(rng.uniform(0.75, 1.1)),
        bias_m=float(rng.choice([0, 0.01, 0.02])),
        pitch_deg=float(rng.normal(-5, 5)),
        roll_deg=float(rng.normal(0, 4)),
        rate_hz=float(rng.choice([10, 15, 20, 30])),
    )


def _samples(
    times: DoubleArray, joints: DoubleArray, camera: Camera, errors: _Errors, rng: np.random.Generator
) -> Iterator[BodySample]:
    """What the landmark model might see of joints (T, 33, 3) in the room, metres."""
    seen = np.array([camera.view(one) for one in joints])
    world = seen - seen[:, [23, 24]].mean(axis=1, keepdims=True)
    image = camera.project(joints.reshape(-1, 3), *_PICTURE).reshape(joints.shape)
    scale = np.array([1, 1, errors.depth_noise])
    world = world * np.array([1, 1, errors.depth]) + rng.normal(0, errors.bias_m, (33, 3))
    world = world @ _turn(errors.pitch_deg, errors.roll_deg).T
    usual = rng.normal(0.95, 0.04, 33)
    error = np.zeros((33, 3))
    sampler = BodySampler()
    for t, body, picture in zip(times, world, image, strict=True):
        error = _KEPT * error + np.sqrt(1 - _KEPT**2) * rng.normal(0, errors.noise_m, (33, 3)) * scale
        visible = np.clip(usual + rng.normal(0, 0.02, 33), 0.3, 1)
        pose = Pose(body + error, picture, visible, visible, 0.97, float(t))
        sample = sampler.step(pose, float(t))
        if sample is not None:
            yield sample


def _turn(pitch_deg: float, roll_deg: float) -> np.ndarray:
    (a, b), (c, d) = ((np.cos(x), np.sin(x)) for x in np.radians([pitch_deg, roll_deg]))
    about_x = np.array([[1, 0, 0], [0, a, -b], [0, b, a]])
    about_z = np.array([[c, -d, 0], [d, c, 0], [0, 0, 1]])
    turn: np.ndarray = about_x @ about_z
    return turn
