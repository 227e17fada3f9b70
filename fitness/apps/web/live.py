"""One browser's workout: pictures in, one JSON answer each; it outlives its connection."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from fitness.apps.web.live_record import LiveRecord
from fitness.coach import Coach, CoachOptions, Target
from fitness.errors import OptionError
from fitness.media.camera_faults import FaultWatch
from fitness.pipeline.loop import AnySize, Counter, Tracker, results
from fitness.types import Frame, FrameResult, ImageArray, JsonDict, Pose

_LONGEST_STEP_S: Final = 30.0
"""A camera clock that leaps further than this between two pictures has jumped; the arrival time is used instead."""
_LEAST_STEP_S: Final = 0.001


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """What the user chose.   exercise, model: names.   target: "3x12" or None.   rest_s: seconds."""

    exercise: str
    model: str
    target: str | None = None
    rest_s: float = 60.0

    def coach(self) -> CoachOptions:
        """Target and rest for the coach. OptionError when they are not allowed."""
        target = Target.parse(self.target) if self.target else None
        return CoachOptions(target=target, rest_s=self.rest_s)

    @classmethod
    def of(
        cls, message: Mapping[str, Any], exercises: tuple[str, ...], models: tuple[str, ...]
    ) -> LiveOptions:
        """From a client's message; what it leaves out is the first of what there is.

        Raises:
            OptionError: a value is not allowed.
        """
        exercise, model = message.get("exercise", exercises[0]), message.get("model", models[0])
        if exercise not in exercises:
            raise OptionError(f"exercise must be one of {', '.join(exercises)}, got {str(exercise)[:40]!r}")
        if model not in models:
            raise OptionError(f"model must be one of {', '.join(models)}, got {str(model)[:40]!r}")
        target, rest_s = message.get("target") or None, message.get("rest_s", 60.0)
        if target is not None and not isinstance(target, str):
            raise OptionError("target must be text such as 3x12")
        if isinstance(rest_s, bool) or not isinstance(rest_s, int | float):
            raise OptionError("rest_s must be a number of seconds")
        try:
            options = cls(exercise, model, target, float(rest_s))
        except OverflowError:  # an integer may have hundreds of digits
            raise OptionError("rest_s must be a number of seconds") from None
        options.coach()
        return options


class StreamTime:
    """Camera times of a browser -> seconds since the stream began that always increase.

    The browser's time is taken where it is plausible, because it does not jitter with the network. Where it stands
    still, goes back or leaps, the time between arrivals stands in.
    """

    def __init__(self) -> None:
        self._camera_s: float | None = None
        self._arrival_s = 0.0
        self._t = 0.0

    def step(self, camera_s: float, arrival_s: float) -> float:
        """The stream time of a picture taken at `camera_s` (any zero) that arrived at `arrival_s` (monotonic)."""
        if self._camera_s is not None:
            step_s = camera_s - self._camera_s
            if not (0 < step_s <= _LONGEST_STEP_S):
                step_s = arrival_s - self._arrival_s
            self._t += max(step_s, _LEAST_STEP_S)
        self._camera_s = camera_s if math.isfinite(camera_s) else -math.inf
        self._arrival_s = arrival_s
        return self._t

    def new_camera(self) -> None:
        """The browser came back: its clock may have another zero, the stream goes on."""
        self._camera_s = -math.inf


class LiveWorkout:
    """The stages of one browser. `picture`, `act`, `summary`, `lead`, `keep` and `end` belong to the models' thread.

    Args:
        options: what the user chose.   tracker: a fresh one.   recogniser: one that has counted nothing.
        record: what is kept of it.
    """

    def __init__(
        self, options: LiveOptions, tracker: Tracker, recogniser: Counter, record: LiveRecord
    ) -> None:
        self.id: Final = secrets.token_urlsafe(16)
        self.options = options
        self.time = StreamTime()
        self._tracker, self._recogniser, self.record = AnySize(tracker), recogniser, record
        self._faults = FaultWatch(rate=False)  # a browser sends fewer where the machine is slow
        self._coach = Coach(options.coach())
        self._unkept: list[FrameResult] = []
        self._index, self._t = 0, 0.0

    def picture(self, image: ImageArray, t: float) -> JsonDict:
        """The answer to one picture at stream time `t`, seconds; `keep` then writes it down."""
        frame = Frame(image, t, self._index)
        self._index += 1
        self._faults.see(image, t)
        if self._coach.paused:  # it was on its way when the user paused
            self._t = t
            state = self._coach.state(t).to_json()
            return {
                "type": "frame",
                "frame": frame.index,
                "camera": None,
                "state": state,
                "scores": {},
                "pose": None,
                "timings_ms": {},
            }
        (result,) = results([frame], self._tracker, self._recogniser)
        self._t = t
        self._unkept.append(result)
        answer: JsonDict = {"type": "frame", "frame": frame.index, "camera": self._faults.message(t)}
        answer["state"] = self._coach.step(result).to_json()
        answer["scores"] = {
            name: round(score, 3)
            for name, score in ({} if result.classification is None else result.classification.scores).items()
        }
        answer["pose"] = (
            None if result.pose is None else pose_json(result.pose, image.shape[1], image.shape[0])
        )
        answer["timings_ms"] = {name: round(ms, 1) for name, ms in result.timings_ms.items()}
        if (warning := self.record.warning()) is not None:
            answer["warning"] = warning
        return answer

    def act(self, message: Mapping[str, Any]) -> JsonDict:
        """The user pressed a button: pause, go on, correct, next set, reset. OptionError for anything else."""
        kind = message.get("type")
        if kind == "correct":
            delta = message.get("delta")
            if delta not in (-1, 1):
                raise OptionError("delta must be 1 or -1")
            self._coach.correct(int(delta), self._t)
        elif kind == "pause":
            self._coach.pause(bool(message.get("paused", True)), self._t)
        elif kind == "next":
            self._coach.next_set(self._t)
        elif kind == "reset":
            self._coach.reset(self._t)
        else:
            raise OptionError(f"type must be correct, pause, next or reset, got {str(kind)[:40]!r}")
        return {"type": "state", "state": self._coach.state(self._t).to_json()}

    def summary(self) -> JsonDict:
        """All sets in numbers, the running one last, and the reps of the workout."""
        self._coach.finish(self._t)
        sets = self._coach.summaries()
        return {"sets": [asdict(one) for one in sets], "total": sum(one.reps for one in sets)}

    def lead(self, options: LiveOptions) -> None:
        """Another target or rest time; the count goes on."""
        self.options = options
        self._coach.options = options.coach()

    def keep(self) -> None:
        """Write down what was counted since the last call; the answer need not wait for the disk."""
        kept, self._unkept = self._unkept, []
        for result in kept:
            self.record.add(result)

    def end(self) -> None:
        """Finish the record."""
        self.keep()
        self.record.end(self._t, [*self._faults.seen, *map(str, self._coach.corrections)])


def pose_json(pose: Pose, width: int, height: int) -> JsonDict:
    """image: 33 of [x, y, z], 0..1 of the picture.   world: 33 of [x, y, z], metres.   visibility: 33 of 0..1."""
    return {
        "image": [[round(float(v), 4) for v in row] for row in pose.normalised(width, height)],
        "world": [[round(float(v), 3) for v in row] for row in pose.world],
        "visibility": [round(float(v), 2) for v in pose.visibility],
        "score": round(pose.score, 3),
    }
