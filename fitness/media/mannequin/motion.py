"""Motions: parts (reps, idling, ...) joined with smooth transitions, bound to a body to become postures over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from fitness.errors import OptionError
from fitness.media.mannequin.anatomy import Anatomy
from fitness.media.mannequin.exercises import EXERCISES, Exercise, standing
from fitness.media.mannequin.posture import SLOT, ease, mirrored, posture
from fitness.media.mannequin.stations import route
from fitness.types import DoubleArray


@dataclass(frozen=True, slots=True)
class TrueRep:
    """One repetition that was really done; seconds since the motion began.

    t_start: leaving the top.   t_peak: the turning point (the middle of a pause there).   t_end: back at the top.
    depth: 0..1 of the exercise's full range.
    """

    exercise: str
    t_start: float
    t_peak: float
    t_end: float
    depth: float = 1.0


@dataclass(frozen=True, slots=True)
class Activity:
    """What is being done from t_start to t_end, seconds: an exercise, "idle", "transition", ..."""

    name: str
    t_start: float
    t_end: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What really happens in a motion."""

    reps: tuple[TrueRep, ...]
    activities: tuple[Activity, ...]

    @property
    def counts(self) -> dict[str, int]:
        """exercise -> number of reps."""
        found: dict[str, int] = {}
        for rep in self.reps:
            found[rep.exercise] = found.get(rep.exercise, 0) + 1
        return found


class Track(Protocol):
    """A part bound to a body: postures over its own time, from 0 to duration_s."""

    @property
    def name(self) -> str: ...

    @property
    def station(self) -> tuple[str, str]:
        """Where the body is at the start and at the end: "standing", "prone", ..."""
        ...

    @property
    def duration_s(self) -> float: ...

    @property
    def reps(self) -> tuple[TrueRep, ...]: ...

    def rows(self, times: DoubleArray) -> DoubleArray:
        """(N,) seconds -> (N, D) postures."""
        ...


class Part(Protocol):
    """A piece of a motion, not yet bound to a body."""

    def bind(self, anatomy: Anatomy) -> Track: ...


@dataclass(frozen=True, slots=True, eq=False)
class PathTrack:
    """Postures along a path, the place on it given by a function of time."""

    name: str
    station: tuple[str, str]
    duration_s: float
    reps: tuple[TrueRep, ...]
    knots: tuple[tuple[float, float, float, float], ...]
    path: DoubleArray
    mirror: DoubleArray

    def rows(self, times: DoubleArray) -> DoubleArray:
        starts = np.array([knot[0] for knot in self.knots])
        at = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(starts) - 1)
        start, end, low, high = np.array(self.knots)[at].T
        phase = low + (high - low) * ease((times - start) / np.maximum(end - start, 1e-9))
        return np.where(
            self.mirror[at][:, None] > 0.5, mirrored(along(self.path, phase)), along(self.path, phase)
        )


def along(path: DoubleArray, phase: DoubleArray) -> DoubleArray:
    """(P, D) postures at even phases 0..1, asked at (N,) phases -> (N, D); smooth between."""
    last = len(path) - 1
    speed = np.gradient(path, axis=0)
    place = np.clip(phase, 0.0, 1.0) * last
    index = np.minimum(place.astype(int), last - 1)
    u = (place - index)[:, None]
    a, b = path[index], path[index + 1]
    return np.asarray(
        a * (1 + 2 * u) * (1 - u) ** 2
        + b * u * u * (3 - 2 * u)
        + u * (1 - u) * (speed[index] * (1 - u) - speed[index + 1] * u)
    )


@dataclass(frozen=True, slots=True)
class Reps:
    """Repetitions of one exercise.

    seconds: of a rep without pauses, one value or one per rep (None: the exercise's ordinary tempo).
    depth: 0..1 of the full range, one value or one per rep.   down_share: share of `seconds` on the way down.
    pause_top_s: after each rep; pause_bottom_s: at the turning point.
    tempo_spread, depth_spread: standard deviation of a seeded variation, share of the value.
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
        if self.exercise not in EXERCISES:
            raise OptionError(f"option exercise must be one of {', '.join(EXERCISES)}, got {self.exercise}")
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
        exercise = EXERCISES[self.exercise]
        rng = np.random.default_rng(self.seed)
        lengths = np.array(_each(self.seconds, self.reps, exercise.seconds, "seconds"))
        lengths = lengths * np.exp(rng.normal(0.0, 1.0, self.reps) * self.tempo_spread)
        depths = np.array(_each(self.depth, self.reps, 1.0, "depth"))
        depths = np.clip(
            depths * (1.0 - np.abs(rng.normal(0.0, 1.0, self.reps)) * self.depth_spread), 0.0, 1.0
        )
        knots, reps, mirror = [], [], []
        now = self.pause_top_s / 2
        knots.append((0.0, now, 0.0, 0.0))
        mirror.append(0.0)
        for number, (length, depth) in enumerate(zip(lengths.tolist(), depths.tolist(), strict=True)):
            low = now + length * self.down_share
            rise = low + self.pause_bottom_s
            end = now + length + self.pause_bottom_s
            reps.append(TrueRep(exercise.name, now, (low + rise) / 2, end, depth))
            rest = end + self.pause_top_s * (0.5 if number == self.reps - 1 else 1.0)
            knots += [
                (now, low, 0.0, depth),
                (low, rise, depth, depth),
                (rise, end, depth, 0.0),
                (end, rest, 0.0, 0.0),
            ]
            mirror += [float(exercise.alternate and number % 2)] * 4
            now = rest
        stations = (exercise.station, exercise.station)
        return PathTrack(
            exercise.name, stations, now, tuple(reps), tuple(knots), exercise.path(anatomy), np.array(mirror)
        )


def _each(value: float | Sequence[float] | None, count: int, default: float, name: str) -> list[float]:
    if value is None:
        return [default] * count
    if isinstance(value, int | float):
        return [float(value)] * count
    if len(value) != count:
        raise OptionError(f"option {name} must have one value per rep ({count}), got {len(value)}")
    return [float(each) for each in value]


@dataclass(frozen=True, slots=True, eq=False)
class SwayTrack:
    """A posture held, with the small slow movements of a living body."""

    name: str
    station: tuple[str, str]
    duration_s: float
    row: DoubleArray
    amount: float
    seed: int
    reps: tuple[TrueRep, ...] = ()

    def rows(self, times: DoubleArray) -> DoubleArray:
        rng = np.random.default_rng(self.seed)
        out = np.repeat(self.row[None], len(times), axis=0)
        window = np.clip(np.minimum(times, self.duration_s - times) / 0.4, 0.0, 1.0)
        window = window * window * (3.0 - 2.0 * window)
        for name, size in _SWAY.items():
            wave = np.zeros(len(times))
            for period in (2.9, 4.3, 7.1):
                wave += np.sin(2 * np.pi * (times / period + rng.random())) / 3
            out[:, SLOT[name]] += self.amount * size * wave * window
        return out


_SWAY = {
    "head_turn": 6.0, "head_flex": 2.5, "spine_flex": 1.6, "spine_bend": 1.4, "spine_turn": 1.5,
    "arm_lift_l": 2.5, "arm_lift_r": 2.5, "elbow_l": 4.0, "elbow_r": 4.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Idle:
    """Standing still, as a person does. amount: of sway, 0 none, 1 ordinary."""

    seconds: float = 1.0
    amount: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise OptionError(f"option seconds must be above 0, got {self.seconds}")

    def bind(self, anatomy: Anatomy) -> SwayTrack:
        return SwayTrack(
            "idle", ("standing", "standing"), self.seconds, standing(anatomy), self.amount, self.seed
        )


@dataclass(frozen=True, slots=True)
class Motion:
    """Parts one after the other, with transitions where the postures differ."""

    parts: tuple[Part, ...]

    def __init__(self, *parts: Part) -> None:
        if not parts:
            raise OptionError("option parts must hold at least one part, got none")
        object.__setattr__(self, "parts", tuple(parts))

    def bind(self, anatomy: Anatomy) -> BoundMotion:
        """The motion of one body."""
        tracks: list[Track] = []
        for part in self.parts:
            track = part.bind(anatomy)
            if tracks:
                before = tracks[-1]
                a = before.rows(np.array([before.duration_s]))[0]
                b = track.rows(np.array([0.0]))[0]
                tracks += route(anatomy, a, before.station[1], b, track.station[0])
            tracks.append(track)
        return BoundMotion(tuple(tracks))


@dataclass(frozen=True, slots=True, eq=False)
class BoundMotion:
    """A motion of one body: postures over time, and what really happens."""

    tracks: tuple[Track, ...]
    starts: DoubleArray = field(init=False)

    def __post_init__(self) -> None:
        lengths = [track.duration_s for track in self.tracks]
        object.__setattr__(self, "starts", np.concatenate(([0.0], np.cumsum(lengths))))

    @property
    def duration_s(self) -> float:
        return float(self.starts[-1])

    @property
    def truth(self) -> Truth:
        reps = tuple(
            TrueRep(rep.exercise, start + rep.t_start, start + rep.t_peak, start + rep.t_end, rep.depth)
            for start, track in zip(self.starts[:-1].tolist(), self.tracks, strict=True)
            for rep in track.reps
        )
        activities = tuple(
            Activity(track.name, float(start), float(end))
            for track, start, end in zip(self.tracks, self.starts[:-1], self.starts[1:], strict=True)
        )
        return Truth(reps, activities)

    def rows(self, times: DoubleArray) -> DoubleArray:
        """(N,) seconds -> (N, D) postures; before the start and after the end it holds still."""
        inside = np.clip(np.asarray(times, dtype=np.float64), 0.0, self.duration_s)
        which = np.clip(np.searchsorted(self.starts, inside, side="right") - 1, 0, len(self.tracks) - 1)
        first = posture()
        out = np.zeros((len(inside), len(first)))
        for index in np.unique(which):
            mask = which == index
            out[mask] = self.tracks[index].rows(inside[mask] - self.starts[index])
        return out


__all__ = [
    "Activity",
    "BoundMotion",
    "Exercise",
    "Idle",
    "Motion",
    "Part",
    "Reps",
    "Track",
    "TrueRep",
    "Truth",
]
