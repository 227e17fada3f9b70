"""The parts motions are made of: reps, held positions, standing about, walking, sitting, bending, waving."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.exercises import EXERCISES, Exercise
from scripts.figure.paths import standing
from scripts.figure.posture import posture
from scripts.figure.standing_paths import pick_up, sit_down
from scripts.figure.tracks import KeyTrack, PathTrack, Span, SwayTrack, TrueRep


@dataclass(frozen=True, slots=True)
class Reps:
    """Repetitions of one exercise.

    seconds: of a rep without pauses, one value or one per rep (None: the exercise's ordinary tempo).
    depth: 0..1 of the full range, one value or one per rep.   down_share: share of `seconds` on the way to the
    turning point.   pause_top_s: after each rep.   pause_bottom_s: at the turning point.
    tempo_spread: standard deviation of a seeded variation of the logarithm of `seconds`.
    depth_spread: how much is missing from `depth`, standard deviation as a share of it, seeded.
    An alternating exercise (lunge, mountain-climber) changes sides at every rep.
    """

    exercise: str
    reps: int = 5
    seconds: float | Sequence[float] | None = None
    depth: float | Sequence[float] = 1.0
    down_share: float = 0.5
    pause_top_s: float = 0.25
    pause_bottom_s: float = 0.1
    tempo_spread: float = 0.0
    depth_spread: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        known = [name for name, exercise in EXERCISES.items() if not exercise.held]
        if self.exercise not in known:
            raise OptionError(f"option exercise must be one of {', '.join(known)}, got {self.exercise}")
        if self.reps < 1:
            raise OptionError(f"option reps must be at least 1, got {self.reps}")
        for name, low, high in (("seconds", 0.2, 60.0), ("depth", 0.0, 1.0)):
            values = _each(getattr(self, name), self.reps, 1.0, name)
            if not all(low <= value <= high for value in values):
                raise OptionError(f"option {name} must be {low:g} to {high:g}, got {getattr(self, name)}")
        if not 0.1 <= self.down_share <= 0.9:
            raise OptionError(f"option down_share must be 0.1 to 0.9, got {self.down_share}")
        for name in ("pause_top_s", "pause_bottom_s", "tempo_spread", "depth_spread"):
            if getattr(self, name) < 0:
                raise OptionError(f"option {name} must not be negative, got {getattr(self, name)}")

    def bind(self, anatomy: Anatomy) -> PathTrack:
        """Bind the reps to a body with this anatomy."""
        exercise = EXERCISES[self.exercise]
        lengths, depths = self._varied(exercise)
        spans, reps = [Span(0.0, self.pause_top_s / 2, 0.0, 0.0)], []
        known: list[float] = []
        for number, (length, depth) in enumerate(zip(lengths, depths, strict=True)):
            if depth not in known:
                known.append(depth)
            mirror = exercise.alternate and number % 2 == 1
            added, rep = self._rep(exercise, spans[-1].end, length, depth, known.index(depth), mirror)
            spans += added
            reps.append(rep)
            rest = self.pause_top_s * (0.5 if number == self.reps - 1 else 1.0)
            last = spans[-1]
            if rest > 0.0:
                spans.append(Span(last.end, last.end + rest, last.high, last.high, last.path, mirror))
        paths = tuple(exercise.path(anatomy, depth) for depth in known)
        stations = (exercise.station, exercise.station)
        return PathTrack(exercise.name, stations, exercise.gear, tuple(reps), tuple(spans), paths)

    def _varied(self, exercise: Exercise) -> tuple[list[float], list[float]]:
        rng = np.random.default_rng(self.seed)
        lengths = np.array(_each(self.seconds, self.reps, exercise.seconds, "seconds"))
        lengths = lengths * np.exp(rng.normal(0.0, 1.0, self.reps) * self.tempo_spread)
        missing = np.abs(rng.normal(0.0, 1.0, self.reps)) * self.depth_spread
        depths = np.array(_each(self.depth, self.reps, 1.0, "depth")) * np.clip(1.0 - missing, 0.0, 1.0)
        return lengths.tolist(), [round(depth, 3) for depth in depths.tolist()]

    def _rep(
        self, exercise: Exercise, now: float, length: float, depth: float, path: int, mirror: bool
    ) -> tuple[list[Span], TrueRep]:
        if exercise.loop:
            end = now + length
            spans = [Span(now, end, 0.0, 1.0, path, mirror, even=True)]
            return spans, TrueRep(exercise.name, now, now + exercise.peak * length, end, depth)
        low = now + length * self.down_share
        rise = low + self.pause_bottom_s
        end = rise + length * (1.0 - self.down_share)
        spans = [
            Span(now, low, 0.0, 1.0, path, mirror),
            Span(low, rise, 1.0, 1.0, path, mirror),
            Span(rise, end, 1.0, 0.0, path, mirror),
        ]
        return spans, TrueRep(exercise.name, now, (low + rise) / 2, end, depth)


def _each(value: float | Sequence[float] | None, count: int, default: float, name: str) -> list[float]:
    if value is None:
        return [default] * count
    if isinstance(value, int | float):
        return [float(value)] * count
    if len(value) != count:
        raise OptionError(f"option {name} must have one value per rep ({count}), got {len(value)}")
    return [float(each) for each in value]


def _there_and_back(
    name: str, path: DoubleArray, there_s: float, hold_s: float, gear: tuple[str, ...], station: str
) -> PathTrack:
    ends = np.cumsum((there_s, hold_s, there_s)).tolist()
    spans = (
        Span(0.0, ends[0], 0.0, 1.0), Span(ends[0], ends[1], 1.0, 1.0), Span(ends[1], ends[2], 1.0, 0.0),
    )  # fmt: skip
    return PathTrack(name, (station, station), gear, (), spans, (path,))


@dataclass(frozen=True, slots=True)
class Hold:
    """An exercise that is held: "plank" or "wall-sit". seconds: at the held posture; getting there comes on top."""

    exercise: str
    seconds: float = 10.0

    def __post_init__(self) -> None:
        known = [name for name, exercise in EXERCISES.items() if exercise.held]
        if self.exercise not in known:
            raise OptionError(f"option exercise must be one of {', '.join(known)}, got {self.exercise}")
        _positive(self.seconds)

    def bind(self, anatomy: Anatomy) -> PathTrack:
        """Bind the hold to a body with this anatomy."""
        exercise = EXERCISES[self.exercise]
        path = exercise.path(anatomy, 1.0)
        return _there_and_back(
            exercise.name, path, exercise.seconds, self.seconds, exercise.gear, exercise.station
        )


@dataclass(frozen=True, slots=True)
class Idle:
    """Standing still, as a person does. amount: of sway, 0 none, 1 ordinary."""

    seconds: float = 1.0
    amount: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        _positive(self.seconds)

    def bind(self, anatomy: Anatomy) -> SwayTrack:
        """Bind the standing to a body with this anatomy."""
        row = standing(anatomy)
        return SwayTrack("idle", ("standing", "standing"), self.seconds, row, self.amount, self.seed)


@dataclass(frozen=True, slots=True)
class Sit:
    """Sitting down on a chair, staying for `seconds`, standing up. Not an exercise."""

    seconds: float = 3.0

    def __post_init__(self) -> None:
        _positive(self.seconds)

    def bind(self, anatomy: Anatomy) -> PathTrack:
        """Bind the sitting to a body with this anatomy."""
        return _there_and_back("sitting", sit_down(anatomy, 1.0), 1.4, self.seconds, ("chair",), "standing")


@dataclass(frozen=True, slots=True)
class PickUp:
    """Bending down once to pick something up from the floor. seconds: for the whole of it. Not an exercise."""

    seconds: float = 2.6

    def __post_init__(self) -> None:
        _positive(self.seconds)

    def bind(self, anatomy: Anatomy) -> PathTrack:
        """Bind the bending to a body with this anatomy."""
        path = pick_up(anatomy, 1.0)
        return _there_and_back("picking up", path, self.seconds * 0.45, self.seconds * 0.1, (), "standing")


_WAVE_S: Final = 0.45


@dataclass(frozen=True, slots=True)
class Wave:
    """Waving with the right hand for `seconds`. Not an exercise."""

    seconds: float = 2.0

    def __post_init__(self) -> None:
        _positive(self.seconds)

    def bind(self, anatomy: Anatomy) -> KeyTrack:
        """Bind the waving to a body with this anatomy."""
        start = standing(anatomy)
        raised = {
            "arm_lift_r": 100.0,
            "arm_plane_r": 76.0,
            "arm_turn_r": 84.0,
            "supinate_r": 0.0,
            "fist_r": 0.0,
        }
        inward = posture(start, **raised, elbow_r=98.0)
        outward = posture(start, **raised, elbow_r=58.0)
        times, keys = [0.0, 0.7], [start, inward]
        for index in range(max(math.ceil(self.seconds / _WAVE_S), 1)):
            times.append(times[-1] + _WAVE_S)
            keys.append(outward if index % 2 == 0 else inward)
        times.append(times[-1] + 0.7)
        keys.append(start)
        return KeyTrack("waving", ("standing", "standing"), np.array(times), np.stack(keys))


def _positive(seconds: float) -> None:
    if not seconds > 0:
        raise OptionError(f"option seconds must be above 0, got {seconds}")
