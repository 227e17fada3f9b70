"""A page server with small parts, and messages to it."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from fitness import __version__
from fitness.apps.web.dependencies import Dependencies
from fitness.recognition.samples import PoseSamples, load_samples
from fitness.resources import resource_path
from fitness.types import Classification, Count, Frame, Pose, Rep, RepCounted
from tests.support.strategies import pose_of, stick_figure

HERE = "http://127.0.0.1:8000"
LIVE = "ws://127.0.0.1:8000/ws/live"


class GreyTracker:
    """A mock engine: the brightness of a frame is the bend of the knee; black means nobody."""

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        grey = float(frame.image.mean())
        return () if grey < 10 else (pose_of(stick_figure(knee_deg=60 + grey / 255 * 115), frame.t),)


class DipCounter:
    """A mock counter: a rep is a knee that bends below 110 degrees and straightens again."""

    def __init__(self, ids: Iterator[int] | None = None, exercise: str = "squat") -> None:
        self.down, self.reps = False, 0
        self.ids, self.exercise = ids or count(1), exercise

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        pose, events = next(iter(people), None), ()
        if pose is None:
            return None, None, Count({self.exercise: self.reps}, message="Step into view")
        hip, knee, ankle = (pose.world[i].astype(float) for i in (23, 25, 27))
        a, b = hip - knee, ankle - knee
        bent = np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))) < 110
        if self.down and not bent:
            self.reps += 1
            rep = Rep(
                self.exercise, 1, self.reps, max(0.0, t - 1), max(0.0, t - 0.5), t, 1.0, id=next(self.ids)
            )
            events = (RepCounted(rep),)
        self.down = bool(bent)
        return (
            pose,
            Classification({"squat_up": 1.0}, 0.0),
            Count({self.exercise: self.reps}, self.exercise, 1, self.reps, 0.5, events=events),
        )


@cache
def samples() -> PoseSamples:
    return load_samples(resource_path("pose_samples"))


def make_services(folder: Path) -> Dependencies:
    return Dependencies(
        tracker=lambda model, static: GreyTracker(),
        recogniser=lambda name, fitted, ids=None: DipCounter(ids, "squat" if name == "auto" else name),
        samples=samples(),
        noted=lambda model, exercise: {"program": __version__, "model": model, "exercise": exercise},
        models=("full", "lite"),
        exercises=("auto", "squat", "push-up", "plank"),
        store=folder / "store" / "sessions.sqlite3",
        taught=folder / "taught",
    )


def jpeg(grey: int, side: int = 32) -> bytes:
    return cv2.imencode(".jpg", np.full((side, side, 3), grey, np.uint8))[1].tobytes()


def message(t_ms: float, grey: int) -> bytes:
    return struct.pack("<d", t_ms) + jpeg(grey)


def begin(socket: Any, **more: Any) -> str:
    socket.send_text(json.dumps({"type": "start", "exercise": "auto", "model": "full", **more}))
    answer = socket.receive_json()
    assert answer["type"] == "started"
    return str(answer["session"])


def dips(socket: Any, count: int, t_ms: float = 0.0) -> dict[str, Any]:
    """Do `count` reps of 0.4 s; returns the last answer."""
    answer: dict[str, Any] = {}
    for i in range(4 * count):
        socket.send_bytes(message(t_ms + i * 100, (250, 20, 20, 250)[i % 4]))
        answer = socket.receive_json()
    return answer
