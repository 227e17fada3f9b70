"""One browser's workout, which answers each frame with JSON. It survives a lost connection."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from fitness.apps.web.live_record import LiveRecord
from fitness.coach import Coach, CoachOptions, Plan
from fitness.errors import OptionError
from fitness.media.camera_faults import FaultWatch
from fitness.metrics.figures import set_figures
from fitness.pipeline.loop import AnySize, Counter, Tracker, results
from fitness.pipeline.workout import Workout
from fitness.recognition.exercises import ANY, AUTO, is_held
from fitness.recognition.exercises.names import known_name
from fitness.types import FloatArray, Frame, FrameResult, ImageArray, JsonDict, Pose

_LONGEST_STEP_S: Final = 30.0
"""A camera clock that advances further than this between two frames has jumped; the arrival time is used instead."""
_LEAST_STEP_S: Final = 0.001


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """What the user chose.

    exercise, model: names; the exercise is counted if the plan names none.
    target: "3x12" or None.   plan: "squat 3x8 rest 60, plank 3x45s" or None; it has priority over the target.
    rest_s: seconds of rest if the plan states none.
    """

    exercise: str
    model: str
    target: str | None = None
    rest_s: float = 60.0
    plan: str | None = None

    def coach(self, exercises: Sequence[str] = ()) -> CoachOptions:
        """Plan and rest for the coach. OptionError if they are not allowed.

        Args:
            exercises: names that a plan may have; none for any.
        """
        plan = plan_of(self.plan, exercises) if self.plan else None
        if plan is None and self.target:
            plan = Plan.target(self.target)
        return CoachOptions(plan=plan, rest_s=self.rest_s)

    @classmethod
    def of(
        cls, message: Mapping[str, Any], exercises: tuple[str, ...], models: tuple[str, ...]
    ) -> LiveOptions:
        """Read a client's message. Missing values are replaced by the first exercise and the first model.

        Raises:
            OptionError: a value is not allowed.
        """
        exercise, model = message.get("exercise", exercises[0]), message.get("model", models[0])
        if exercise not in exercises:
            raise OptionError(f"exercise must be one of {', '.join(exercises)}, got {str(exercise)[:40]!r}")
        if model not in models:
            raise OptionError(f"model must be one of {', '.join(models)}, got {str(model)[:40]!r}")
        rest_s = message.get("rest_s", 60.0)
        if isinstance(rest_s, bool) or not isinstance(rest_s, int | float):
            raise OptionError("rest_s must be a number of seconds")
        target, plan = (_text(message, name) for name in ("target", "plan"))
        try:
            options = cls(exercise, model, target, float(rest_s), plan)
        except OverflowError:  # an integer with hundreds of digits overflows
            raise OptionError("rest_s must be a number of seconds") from None
        options.coach(exercises)
        return options


def plan_of(text: str, exercises: Sequence[str]) -> Plan:
    """The plan in a text, for the exercises that can be counted; none for any. OptionError if it is not a plan."""
    named = tuple(name for name in exercises if name not in (AUTO, ANY))
    return Plan.parse(text, lambda name: known_name(name, named))


def _text(message: Mapping[str, Any], name: str) -> str | None:
    value = message.get(name) or None
    if value is not None and not isinstance(value, str):
        raise OptionError(f"{name} must be text")
    return value


class StreamTime:
    """Camera times of a browser -> seconds since the stream began that always increase.

    The browser's time is used while it is plausible, because it does not jitter with the network. If it stops,
    goes back or jumps, the time between arrivals is used instead.
    """

    def __init__(self) -> None:
        self._camera_s: float | None = None
        self._arrival_s = 0.0
        self._t = 0.0

    def step(self, camera_s: float, arrival_s: float) -> float:
        """The stream time of a frame captured at `camera_s` (any zero) that arrived at `arrival_s` (monotonic)."""
        if self._camera_s is not None:
            step_s = camera_s - self._camera_s
            if not (0 < step_s <= _LONGEST_STEP_S):
                step_s = arrival_s - self._arrival_s
            self._t += max(step_s, _LEAST_STEP_S)
        self._camera_s = camera_s if math.isfinite(camera_s) else -math.inf
        self._arrival_s = arrival_s
        return self._t

    def new_camera(self) -> None:
        """Note that the browser reconnected: its clock may have another zero, and the stream continues."""
        self._camera_s = -math.inf


@dataclass(frozen=True, slots=True)
class Stages:
    """Makes the trackers and recognisers of a workout.

    tracker: model -> a fresh tracker.
    recogniser: (exercise, ids for its reps) -> a recogniser that has counted nothing.
    exercises: names that may be counted.
    """

    tracker: Callable[[str], Tracker]
    recogniser: Callable[[str, Iterator[int]], Counter]
    exercises: tuple[str, ...]


class LiveWorkout:
    """One browser's workout. `picture`, `act`, `summary`, `lead`, `keep` and `end` belong to the models' thread.

    Args:
        options: what the user chose.   stages: makes trackers and recognisers.   record: stores the workout.
    """

    def __init__(self, options: LiveOptions, stages: Stages, record: LiveRecord) -> None:
        self.id: Final = secrets.token_urlsafe(16)
        self.options = options
        self.time = StreamTime()
        self.record, self._stages = record, stages
        self._tracker = AnySize(stages.tracker(options.model))
        self._workout = Workout(options.coach(stages.exercises), stages.recogniser, options.exercise)
        self._faults = FaultWatch(rate=False)  # on slow machines, browsers send fewer frames
        self._unkept: list[FrameResult] = []
        self._index, self._t = 0, 0.0

    @property
    def _coach(self) -> Coach:
        return self._workout.coach

    @property
    def exercise(self) -> str:
        """The exercise that is counted now: that of the plan, else the user's choice."""
        return self._workout.exercise

    def picture(self, image: ImageArray, t: float) -> JsonDict:
        """The answer to one frame at stream time `t`, seconds; `keep` then stores it."""
        frame = Frame(image, t, self._index)
        self._index += 1
        self._faults.see(image, t)
        if self._coach.paused:  # the frame was captured before the user paused
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
        (result,) = results([frame], self._tracker, self._workout)
        self._t = t
        self._unkept.append(result)
        answer: JsonDict = {"type": "frame", "frame": frame.index, "camera": self._faults.message(t)}
        answer["state"] = self._workout.take(result).to_json()
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

    def act(self, message: Mapping[str, Any], models: tuple[str, ...]) -> JsonDict:
        """Handle a button: pause, correct, next, skip, reset or change. OptionError for anything else."""
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
        elif kind == "skip":
            self._workout.skip(self._t)
        elif kind == "change":
            self.lead(LiveOptions.of({**asdict(self.options), **message}, self._stages.exercises, models))
        elif kind == "reset":
            self._coach.reset(self._t)
        else:
            raise OptionError(
                f"type must be correct, pause, next, skip, change or reset, got {str(kind)[:40]!r}"
            )
        return {"type": "state", "state": self._coach.state(self._t).to_json()}

    def summary(self) -> JsonDict:
        """The figures of all sets, the current one last, the reps of the workout, weeks in a row with training, new
        records.
        """
        self._coach.finish(self._t)
        sets = self._coach.summaries()
        self.keep()
        found = self.record.highlights()
        return {
            "sets": [one.to_json() for one in sets],
            "total": sum(one.reps for one in sets),
            "figures": asdict(
                set_figures(
                    [rep for one in self._coach.sets for rep in one.counted if not is_held(rep.exercise)]
                )
            ),
            "streak": found.streak_weeks,
            "records": list(found.records),
        }

    def lead(self, options: LiveOptions) -> None:
        """Change the options within the same workout: finished sets are kept, and counting continues."""
        before, self.options = self.options, options
        if options.model != before.model:
            self._tracker = AnySize(self._stages.tracker(options.model))
        self._workout.lead(options.coach(self._stages.exercises))
        if options.exercise != before.exercise:
            self._workout.change(options.exercise, self._t)

    def keep(self) -> None:
        """Store what was counted since the last call. It is separate, so that the answer does not wait for the disk."""
        kept, self._unkept = self._unkept, []
        for result in kept:
            self.record.add(result)
        if (sets := self._workout.news()) is not None:
            self.record.arrange(sets)

    def end(self) -> None:
        """Finish the record."""
        self.keep()
        self.record.end(
            self._t,
            [*self._faults.seen, *map(str, self._coach.corrections)],
            self._workout.sets,
            self._workout.settings,
        )


def pose_json(pose: Pose, width: int, height: int) -> JsonDict:
    """image: 33 of [x, y, z], 0..1 of the picture.   world: 33 of [x, y, z], metres.   visibility: 33 of 0..1."""
    return {
        "image": _rounded(pose.normalised(width, height), 4),
        "world": _rounded(pose.world, 3),
        "visibility": _rounded(pose.visibility, 2),
        "score": round(pose.score, 3),
    }


def _rounded(values: FloatArray, digits: int) -> Any:
    """Round nested lists of numbers, so that JSON has at most this many decimals."""
    return np.round(values.astype(np.float64), digits).tolist()
