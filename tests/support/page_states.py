"""A mock of the page's server, with which a test can show any state of a workout at once."""

from __future__ import annotations

import json
from typing import Any

SET = {
    "number": 1, "exercise": "squat", "reps": 10, "corrected": 2, "counted": 8, "tempo_s": 2.1, "fastest_s": 1.9,
    "slowest_s": 2.6, "depth_least": 0.8, "depth_most": 1.0, "slowdown": None, "speed_loss": 0.12, "left": 0,
    "right": 0, "title": "Set 1: 10 squats",
    "rows": [["Tempo", "2.1 s a rep"], ["Fastest, slowest", "1.9 s, 2.6 s"], ["Way down, way up", "0.9 s, 0.8 s"],
             ["Range", "96° (88° to 101°)"], ["Speed lost", "12 %"], ["By hand", "+2"]],
}  # fmt: skip
_STATE = {
    "t": 10, "stage": "working", "paused": False, "exercise": "squat", "held": False, "set": 2, "sets": 3, "reps": 12,
    "target": 15, "extra": 0, "total": 22, "pending": 0, "dots": ["done", "now", "todo"], "rest_s": 60, "rest_left_s": None,
    "rested_s": None, "in_view": True, "countdown": None, "next": None, "plan": None, "phase": 0.6, "direction": "down",
    "cue": None, "reason": None, "confidence": 0.9, "last": None, "done": [SET], "running": None, "events": [],
}  # fmt: skip
_BEFORE = {"stage": "ready", "set": 1, "reps": 0, "total": 0, "dots": ["now", "todo", "todo"], "done": [],
           "phase": None, "direction": None}  # fmt: skip
_LONG = "single-leg-romanian-deadlift"


def state(**changes: Any) -> dict[str, Any]:
    """A state as the server sends it, with some fields changed."""
    return {**_STATE, **changes}


STATES = {
    "one digit": state(reps=7),
    "two digits": state(),
    "three digits, no target, a cue": state(reps=108, target=None, sets=None, dots=[], cue="Go deeper: thighs level"),
    "four digits": state(reps=1234, target=2000, total=1334),
    "a long name, pending": state(exercise=_LONG, pending=1, cue="Keep the heels on the floor"),
    "extra reps, a plan": state(reps=10, target=8, extra=2, plan="squat 3x8, push-up 3x10"),
    "a hold": state(exercise="plank", held=True, reps=45, target=60, phase=None, direction="hold"),
    "rest": state(stage="resting", reps=8, rest_left_s=42.0, last=SET, phase=0.0, next={"text": "Next: set 2 of 3 - squat"}),
    "a long rest": state(stage="resting", rest_left_s=3599.0, rest_s=3600, last=SET, exercise=_LONG,
                         next={"text": f"Next: set 2 of 3 - {_LONG}"}),
    "a full rest panel": state(
        stage="resting", rest_left_s=3599.0, rest_s=3600, last={**SET, "number": 11}, exercise=_LONG, set=11, sets=12,
        dots=["done"] * 11 + ["todo"], next={"text": f"Next: set 1 of 12 - {_LONG.replace('-', ' ')}"},
    ),
    "workout done": state(stage="done", reps=8, last=SET, set=3, phase=0.0, dots=["done"] * 3, events=[
        {"kind": "workout_done", "t": 1.0, "number": 8}
    ]),
    "get ready": state(**_BEFORE, in_view=False),
    "3, 2, 1": state(**_BEFORE, countdown=3),
    "paused": state(paused=True),
    "not counted": state(
        reps=3, reason="Looks repeated, but not like single leg romanian deadlift: name another exercise, or teach it"
    ),
    "not measured": state(reason="Step back: the feet are not in the picture"),
}  # fmt: skip
"""Every screen of a workout, with the longest texts that it can show."""

FINISHED = {
    "type": "finished",
    "total": 36,
    "streak": 3,
    "records": ["Push-up: 20 reps in a workout"],
    "figures": {"tempo_s": 2.1, "fastest_s": 1.9, "range_deg": 96.0},
    "sets": [
        {**SET, "number": number, "exercise": exercise, "reps": reps, "title": f"Set {number}: {reps} {exercise}s",
         "rows": SET["rows"] if number == 2 else SET["rows"][:-1]}
        for number, exercise, reps in ((1, "squat", 8), (2, "squat", 8), (3, "push-up", 10), (4, "push-up", 10))
    ],
}  # fmt: skip


class PlayedServer:
    """A mock of a page's live connection; attach it before the page is loaded."""

    def __init__(self, page: Any) -> None:
        self.heard: list[dict[str, Any]] = []
        """Commands of the page, in order."""
        self._socket: Any = None
        page.route_web_socket("**/ws/live", self._connected)

    def _connected(self, socket: Any) -> None:
        self._socket = socket
        socket.on_message(self._take)

    def _take(self, message: Any) -> None:
        if not isinstance(message, str):
            return  # a frame; it stays unanswered, so no other follows
        command = json.loads(message)
        self.heard.append(command)
        if command["type"] == "start":
            self.send({"type": "started", "session": "s", "exercise": "auto", "model": "full"})
        if command["type"] == "finish":
            self.send(FINISHED)

    def send(self, message: dict[str, Any]) -> None:
        """To the page."""
        self._socket.send(json.dumps(message))

    def show(self, shown: dict[str, Any]) -> None:
        """Make the page show a state."""
        self.send({"type": "state", "state": shown})
