"""Parts of a motion once they are bound to a body: postures over the part's own time, and the reps in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.posture import SLOT, ease, giving, mirrored, through


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


class Track(Protocol):
    """A part bound to a body: postures from 0 to duration_s."""

    @property
    def name(self) -> str: ...

    @property
    def stations(self) -> tuple[str, str]:
        """Where the body is at the start and at the end."""
        ...

    @property
    def gear(self) -> tuple[str, ...]: ...

    @property
    def duration_s(self) -> float: ...

    @property
    def reps(self) -> tuple[TrueRep, ...]: ...

    def rows(self, times: DoubleArray) -> DoubleArray:
        """(N,) seconds -> (N, D) postures."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end` seconds the phase goes from `low` to `high` on path number `path`.

    even: at constant speed rather than eased.   mirror: left and right exchanged.
    """

    start: float
    end: float
    low: float
    high: float
    path: int = 0
    mirror: bool = False
    even: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PathTrack:
    """Postures along paths (each (P, D), phases 0..1 evenly), the place on them given by spans of time."""

    name: str
    stations: tuple[str, str]
    gear: tuple[str, ...]
    reps: tuple[TrueRep, ...]
    spans: tuple[Span, ...]
    paths: tuple[DoubleArray, ...]

    @property
    def duration_s(self) -> float:
        return self.spans[-1].end

    def rows(self, times: DoubleArray) -> DoubleArray:
        starts = np.array([span.start for span in self.spans])
        which = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(starts) - 1)
        out = np.zeros((len(times), len(SLOT)))
        for index in np.unique(which).tolist():
            span, chosen = self.spans[index], which == index
            share = np.clip((times[chosen] - span.start) / max(span.end - span.start, 1e-9), 0.0, 1.0)
            share = share if span.even else ease(share)
            found = along(self.paths[span.path], span.low + (span.high - span.low) * share)
            out[chosen] = mirrored(found) if span.mirror else found
        return out


def along(path: DoubleArray, phase: DoubleArray) -> DoubleArray:
    """(P, D) postures at even phases 0..1, evaluated at (N,) phases -> (N, D); smooth between."""
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


_SWAY: Final = {
    "head_turn": 6.0, "head_flex": 2.5, "spine_flex": 1.6, "spine_bend": 1.4, "spine_turn": 1.5,
    "arm_lift_l": 2.5, "arm_lift_r": 2.5, "elbow_l": 4.0, "elbow_r": 4.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class SwayTrack:
    """A posture held, with the small slow movements of a living body. amount: 0 none, 1 ordinary."""

    name: str
    stations: tuple[str, str]
    duration_s: float
    row: DoubleArray
    amount: float
    seed: int
    gear: tuple[str, ...] = ()
    reps: tuple[TrueRep, ...] = ()

    def rows(self, times: DoubleArray) -> DoubleArray:
        rng = np.random.default_rng(self.seed)
        out = np.repeat(self.row[None], len(times), axis=0)
        window = ease(np.minimum(times, self.duration_s - times) / 0.4)
        for name, size in _SWAY.items():
            wave = np.zeros(len(times))
            for period in (2.9, 4.3, 7.1):
                wave += np.sin(2 * np.pi * (times / period + rng.random())) / 3
            out[:, SLOT[name]] += self.amount * size * wave * window
        return out


@dataclass(frozen=True, slots=True, eq=False)
class KeyTrack:
    """A smooth way through key postures (K, D) at increasing times (K,), seconds from 0."""

    name: str
    stations: tuple[str, str]
    knots: DoubleArray
    keys: DoubleArray
    gear: tuple[str, ...] = ()
    reps: tuple[TrueRep, ...] = ()

    @property
    def duration_s(self) -> float:
        return float(self.knots[-1])

    def rows(self, times: DoubleArray) -> DoubleArray:
        return giving(through(times, self.knots, self.keys), times / self.duration_s)


@dataclass(frozen=True, slots=True, eq=False)
class StepTrack:
    """From one standing posture to another; feet that must move are lifted, the left one first."""

    first: DoubleArray
    last: DoubleArray
    lift_m: float
    duration_s: float
    name: str = "transition"
    stations: tuple[str, str] = ("standing", "standing")
    gear: tuple[str, ...] = ()
    reps: tuple[TrueRep, ...] = ()

    def rows(self, times: DoubleArray) -> DoubleArray:
        u = times / self.duration_s
        share = ease(u)[:, None]
        out = self.first * (1.0 - share) + self.last * share
        soft = np.sin(np.pi * np.clip(u, 0.0, 1.0)) ** 2
        for side, begin in (("l", 0.05), ("r", 0.5)):
            columns = [SLOT[f"foot_{axis}_{side}"] for axis in ("x", "y", "z", "yaw", "pitch")]
            first, last = self.first[columns], self.last[columns]
            moved = (
                float(np.hypot(last[0] - first[0], last[2] - first[2]))
                + abs(float(last[3] - first[3])) / 400.0
            )
            step = ease((u - begin) / 0.45)
            out[:, columns] = first * (1.0 - step[:, None]) + last * step[:, None]
            lifted = np.sin(np.pi * step) ** 2 * min(moved / 0.08, 1.0)
            out[:, columns[1]] += self.lift_m * lifted
            out[:, SLOT[f"foot_hold_{side}"]] *= 1.0 - 0.98 * lifted
            out[:, SLOT[f"knee_{side}"]] += 14.0 * soft * min(moved / 0.04, 1.0)
            out[:, SLOT[f"hip_flex_{side}"]] += 7.0 * soft * min(moved / 0.04, 1.0)
        return giving(out, u)
