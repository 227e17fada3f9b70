"""The state of one tracked person. `track_matching` measures how well an observation fits it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from fitness.engine.blazepose.geometry import EXPANSION, median
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.relative_roi import RelativeRoi, Size
from fitness.engine.tracking.filtered_person import Person
from fitness.engine.tracking.home import Home
from fitness.engine.tracking.reid import Appearance, AppearanceFeatures
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Roi

_GLIDE_S: Final = 1.5
"""Seconds for which a hidden person is predicted to move on at the last velocity."""
_VELOCITY_S: Final = 0.25
"""Time constant of the velocity estimate, seconds."""
_APPEARANCE_S: Final = 1.0
"""Time constant of the stored appearance, seconds."""
_LEARN_EVERY_S: Final = 0.2
"""Seconds between updates of the stored appearance: colours change slowly, and sampling them takes time."""
STRANGER: Final = 1.8
"""Appearance difference above which it is another person."""


@dataclass(frozen=True, slots=True, eq=False)
class PoseObservation:
    """One person as observed on one frame.

    found: the landmarks.   appearance: colours, computed on first use.   size: about half the body height, pixels.
    centre: x, y of the centre of the person's ROI, pixels.
    owner: the track whose ROI gave the observation, or None if a detection gave it.
    fresh: clear enough to begin a new track.   bystander: the person is a bystander.
    """

    found: RoiLandmarks
    appearance: AppearanceFeatures
    size: float
    centre: tuple[float, float]
    owner: Track | None
    fresh: bool = False
    bystander: bool = False

    @property
    def points(self) -> DoubleArray:
        """(33, 2) pixels."""
        return self.found.image[:, :2]

    @property
    def middle(self) -> DoubleArray:
        """(2,) mid-hip, pixels."""
        return _mid_hip(self.points)


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Size in pixels and velocity (2,) in pixels per second at `t` seconds."""

    t: float
    size: float
    velocity: DoubleArray


@dataclass(slots=True, eq=False)
class Track:
    """One tracked person.

    person: filters and id (0 until the person is confirmed).
    points: (33, 2) landmarks in pixels at the last observation, at `t` seconds.   roi: ROI for the next frame.
    size: as in `PoseObservation`.   velocity: (2,) pixels per second.
    appearance: learned while nobody else was near.
    seen: whether the last frame gave an observation.   times_seen: number of frames with an observation.
    before: size and velocity when last nobody else was near, or None.
    bystander: a bystander, followed because a tracked person is near; not shown, has no id.
    unlearnt_s: seconds near nobody else since `appearance` was last updated.
    home: where the person stayed last, or None before the first observation.
    """

    person: Person
    points: DoubleArray
    size: float
    t: float
    roi: Roi | None = None
    velocity: DoubleArray = field(default_factory=lambda: np.zeros(2))
    appearance: Appearance | None = None
    seen: bool = True
    times_seen: int = 0
    before: Motion | None = None
    bystander: bool = False
    unlearnt_s: float = 0.0
    home: Home | None = None

    @property
    def id(self) -> int:
        """1 or more; 0 while the person is not confirmed."""
        return self.person.id

    @property
    def middle(self) -> DoubleArray:
        """(2,) mid-hip, pixels."""
        return _mid_hip(self.points)

    def near(self, other: Track, sizes: float) -> bool:
        """Whether another track's last position is within `sizes` body sizes."""
        return math.hypot(*(self.middle - other.middle)) < sizes * max(self.size, other.size)

    def expected(self, t: float) -> DoubleArray:
        """(33, 2) predicted landmarks at `t` seconds, pixels."""
        return np.asarray(self.points + self._moved(t))

    def expected_roi(self, t: float) -> Roi | None:
        """The predicted ROI of a hidden person at `t` seconds."""
        if self.roi is None:
            return None
        x, y = self._moved(t)
        return replace(self.roi, x=self.roi.x + float(x), y=self.roi.y + float(y))

    def _moved(self, t: float) -> DoubleArray:
        return np.asarray(self.velocity * min(t - self.t, _GLIDE_S))

    def rescale(self, before: Size, size: Size) -> None:
        """Convert pixel values to a new frame size, (width, height) in pixels."""
        self.person.rescale(before, size)
        if self.roi is not None:
            self.roi = RelativeRoi.of(self.roi, before).in_pixels(size)
        factors = np.array(size) / np.array(before)
        self.points, self.velocity = self.points * factors, self.velocity * factors
        self.size *= float(factors.max())
        if self.before is not None:
            velocity = self.before.velocity * factors
            self.before = Motion(self.before.t, self.before.size * float(factors.max()), velocity)
        self.home = None

    def see(self, observation: PoseObservation, t: float) -> None:
        """Update position and velocity from an observation."""
        gap = t - self.t
        if self.seen and self.times_seen and gap > 0:
            step = median(observation.points - self.points) / gap
            share = 1 - math.exp(-gap / _VELOCITY_S)
            self.velocity = np.asarray(self.velocity + (step - self.velocity) * share)
        self.points, self.size, self.t = observation.points, observation.size, t
        self.roi = self.person.roi
        self.seen = True
        self.times_seen += 1
        middle = self.middle
        if self.home is None:
            self.home = Home(middle, self.size, t, observation.found.roi.rotation)
        self.home.see(middle, self.size, self.appearance, t, observation.found.roi.rotation)

    def give_up(self, t: float) -> None:
        """Undo the latest motion because it was another person's; the person is expected at home again."""
        self.velocity, self.seen, self.before = np.zeros(2), False, None
        self.t = t if self.home is None else self.home.t

    def restart(self, observation: PoseObservation) -> None:
        """Continue with an observation that was found anew at the person's place; old filter states are for another one."""
        self.points, self.size, self.velocity = observation.points, observation.size, np.zeros(2)
        self.person.lose()

    def start_again(self, observation: PoseObservation) -> None:
        """Continue with an observation that was found outside a wrong ROI, and forget what was learned in that ROI."""
        self.restart(observation)
        self.home = self.appearance = self.before = None

    def take_back(self, other: Track) -> None:
        """Take the observation of a track that followed this person by mistake; the other begins a new home."""
        self.exchange(other)
        other.home = None

    def hide(self) -> None:
        """Mark the person as not observed on this frame."""
        self.seen = False
        self.person.lose()
        if self.before is not None and self.t - self.before.t < _GLIDE_S:
            self.velocity = self.before.velocity

    def learn(self, observation: PoseObservation, gap_s: float) -> None:
        """Update the stored appearance; call it only while nobody else is near.

        gap_s: seconds since the previous frame.
        """
        self.unlearnt_s += gap_s
        if self.appearance is not None and self.unlearnt_s < _LEARN_EVERY_S:
            return
        new, gap_s, self.unlearnt_s = observation.appearance.read(), self.unlearnt_s, 0.0
        if self.appearance is None:
            self.appearance = new
            return
        unlike = self.appearance.difference(new)
        if unlike is None or unlike < STRANGER:
            self.appearance = self.appearance.blended(new, 1 - math.exp(-gap_s / _APPEARANCE_S))

    def exchange(self, other: Track) -> None:
        """Swap positions, motion and filters with another track; ids and appearance stay."""
        for name in ("points", "size", "t", "roi", "velocity", "seen", "times_seen"):
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, theirs)
            setattr(other, name, mine)
        self.person.exchange(other.person)


def _mid_hip(points: DoubleArray) -> DoubleArray:
    """(2,) the middle between the hips of landmarks (33, 2)."""
    middle: DoubleArray = (points[Landmark.LEFT_HIP] + points[Landmark.RIGHT_HIP]) / 2
    return middle


def body_size(roi: Roi) -> float:
    """About half the body height, pixels: the radius of the ROI before expansion."""
    return roi.size / (2 * EXPANSION)


def box_around(points: DoubleArray, margin_px: float) -> DoubleArray:
    """(4,) x0, y0, x1, y1 around points (N, 2)."""
    return np.concatenate([points.min(axis=0) - margin_px, points.max(axis=0) + margin_px])


def boxes_touch(first: DoubleArray, second: DoubleArray) -> bool:
    """Whether two boxes (4,) have a point in common."""
    return bool((first[:2] <= second[2:]).all() and (second[:2] <= first[2:]).all())
