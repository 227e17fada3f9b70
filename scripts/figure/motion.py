"""Motions: parts one after the other, joined with smooth transitions, bound to a body to become postures over time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fitness.errors import OptionError
from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.gear import STANDING_GEAR
from scripts.figure.posture import SLOTS
from scripts.figure.stations import route
from scripts.figure.tracks import Track, TrueRep


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity from t_start to t_end, seconds: an exercise, "idle", "walking", "transition", ..."""

    name: str
    t_start: float
    t_end: float


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth about a motion: its reps and activities, both in order of time."""

    reps: tuple[TrueRep, ...]
    activities: tuple[Activity, ...]

    @property
    def counts(self) -> dict[str, int]:
        """exercise -> number of reps."""
        found: dict[str, int] = {}
        for rep in self.reps:
            found[rep.exercise] = found.get(rep.exercise, 0) + 1
        return found

    def later(self, delay_s: float) -> Truth:
        """The same, `delay_s` seconds later."""
        return Truth(
            tuple(
                replace(r, t_start=r.t_start + delay_s, t_peak=r.t_peak + delay_s, t_end=r.t_end + delay_s)
                for r in self.reps
            ),
            tuple(replace(a, t_start=a.t_start + delay_s, t_end=a.t_end + delay_s) for a in self.activities),
        )


class Part(Protocol):
    """A piece of a motion, not yet bound to a body."""

    def bind(self, anatomy: Anatomy) -> Track:
        """Bind the part to a body with this anatomy."""
        ...


@dataclass(frozen=True, slots=True, init=False)
class Motion:
    """Parts one after the other; where the postures at a seam differ, a transition is put between.

    Positions are metres on the floor about the figure's own origin, where it stands when it faces forward (z).
    """

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
                last = before.rows(np.array([before.duration_s]))[0]
                first = track.rows(np.array([0.0]))[0]
                tracks += route(anatomy, last, before.stations[1], first, track.stations[0])
            tracks.append(track)
        return BoundMotion(tuple(tracks))


@dataclass(frozen=True, slots=True, eq=False)
class BoundMotion:
    """A motion of one body: postures over time, and what really happens.

    tracks: the parts and transitions.   starts: (T + 1,) seconds at which they begin, and the end.
    """

    tracks: tuple[Track, ...]
    starts: DoubleArray = field(init=False)

    def __post_init__(self) -> None:
        lengths = [track.duration_s for track in self.tracks]
        object.__setattr__(self, "starts", np.concatenate(([0.0], np.cumsum(lengths))))

    @property
    def duration_s(self) -> float:
        """Seconds from the first posture to the last."""
        return float(self.starts[-1])

    @property
    def truth(self) -> Truth:
        """The reps and activities, seconds since the motion began."""
        reps: list[TrueRep] = []
        activities: list[Activity] = []
        for track, start, end in zip(
            self.tracks, self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True
        ):
            reps += Truth(track.reps, ()).later(start).reps
            if activities and activities[-1].name == track.name == "transition":
                activities[-1] = replace(activities[-1], t_end=end)
            else:
                activities.append(Activity(track.name, start, end))
        return Truth(tuple(reps), tuple(activities))

    def rows(self, times: DoubleArray) -> DoubleArray:
        """(N,) seconds -> (N, D) postures; before the start and after the end it holds still."""
        inside, which = self._track_at(times)
        out = np.zeros((len(inside), len(SLOTS)))
        for index in np.unique(which).tolist():
            chosen = which == index
            out[chosen] = self.tracks[index].rows(inside[chosen] - self.starts[index])
        return out

    def gear(self, t: float) -> tuple[str, ...]:
        """What is used at t seconds; a transition shows what the parts beside it use, if it stands in the room."""
        _, which = self._track_at(np.array([t]))
        index = int(which[0])
        if self.tracks[index].name != "transition":
            return self.tracks[index].gear
        before = next((tr for tr in self.tracks[index::-1] if tr.name != "transition"), None)
        after = next((tr for tr in self.tracks[index:] if tr.name != "transition"), None)
        names = [name for track in (before, after) if track is not None for name in track.gear]
        return tuple(dict.fromkeys(name for name in names if name in STANDING_GEAR))

    def _track_at(self, times: DoubleArray) -> tuple[DoubleArray, NDArray[np.intp]]:
        inside = np.clip(np.asarray(times, dtype=np.float64), 0.0, self.duration_s)
        which = np.clip(np.searchsorted(self.starts, inside, side="right") - 1, 0, len(self.tracks) - 1)
        return inside, which.astype(np.intp)
