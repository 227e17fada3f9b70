"""Benchmark of tracking: rendered clips of several people who cross, hide, leave and come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from fitness.engine.tracking.association import assign
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Frame, Pose
from scripts.figure import Actor, Body, Camera, Clip, Idle, Motion, Reps, Scene, Walk

_TRUNK: Final = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
_FEET: Final = slice(Landmark.LEFT_ANKLE, Landmark.RIGHT_FOOT_INDEX + 1)
_ON_PERSON: Final = 0.4
"""Largest distance between the trunks of a pose and its figure, in half extents of the figure."""
_INSIDE: Final = 0.9
"""A figure counts as visible if more than this share of its landmarks is inside the frame ..."""
_COVERED: Final = 0.5
"""... and less than this share of its trunk is behind another figure."""
_NOWHERE: Final = -1e5
_SIZE: Final = (480, 360)
_CAMERA: Final = Camera(yaw_deg=0, pitch_deg=5, distance_m=3.4, target_m=(0, 0.85, 0), fov_deg=62)


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """A clip and how many figures it has."""

    clip: Clip
    figures: int

    def places(self, t: float) -> DoubleArray:
        """Landmarks of all figures at `t` seconds, (figures, 33, 2) pixels; far outside if behind the camera."""
        clip = self.clip
        found = []
        for k in range(self.figures):
            flat = clip.camera.project(clip.landmarks(np.array([t]), k)[0], clip.width, clip.height)
            found.append(flat[:, :2] if flat[:, 2].min() > 0 else np.full_like(flat[:, :2], _NOWHERE))
        return np.stack(found)


@dataclass(frozen=True, slots=True)
class CompanyScore:
    """Tracking accuracy on one clip.

    figures: number of figures.   ids: number of different ids.   switches: number of times that a figure's id changed.
    extra: poses in all frames that lie on no figure, or on one that has a pose already.
    tracked: share of a figure's visible frames in which it was found, over all figures.
    least_tracked: the same for the figure that was found least.
    longest_gap_s: longest time in which a visible figure was not found, seconds.
    """

    figures: int
    ids: int
    switches: int
    extra: int
    tracked: float
    least_tracked: float
    longest_gap_s: float


# long: one entry for each clip
def company_clips(fps: float = 15.0) -> dict[str, Company]:
    """Name -> clip of two to four people, 480 x 360."""
    man, woman, other, heavy = Body(), Body.preset("woman"), Body.random(11), Body.preset("heavy")
    across, back = _walk((-1.5, 0.4), (1.5, 0.4)), _walk((1.9, -0.5), (-1.9, -0.5))
    squats = Motion(Reps("squat", 2))

    def clip(motion: Motion, body: Body, *others: Actor) -> Company:
        scene = Scene(background="room", wall_m=4.0)
        made = Clip(motion, body, _CAMERA, scene, fps, *_SIZE, others=others, supersample=1)
        return Company(made, 1 + len(others))

    return {
        "crossing": clip(across, man, Actor(back, woman)),
        "crossing, same clothes": clip(across, man, Actor(back, man)),
        "passing behind": clip(Motion(Reps("squat", 1)), man, Actor(_walk((-2.0, -0.9), (2.0, -0.9), 1.3), woman)),
        "passing in front": clip(squats, man, Actor(_walk((-1.9, 0.7), (1.9, 0.7)), woman)),
        "leaving, coming back": clip(
            Motion(Reps("squat", 3)),
            other,
            Actor(Motion(Idle(0.6), Walk((0, 0), (2.1, 0)), Walk((2.1, 0), (0, 0)), Idle(1.0)), heavy, 1.0, -0.3),
        ),
        "four people": clip(
            squats,
            man,
            Actor(_walk((-2.7, -1.2), (2.7, -1.2)), woman),
            Actor(Motion(Idle(5.0)), other, 1.15, -0.1),
            Actor(Motion(Reps("jumping-jack", 4)), heavy, -1.25, -0.3),
        ),
        "three crossing": clip(
            across, man, Actor(back, woman), Actor(_walk((-2.4, -1.4), (2.4, -1.4), 1.3), other, delay_s=0.4)
        ),
        "meeting, turning round": clip(
            _ways((-1.3, 0.2), (-0.2, 0.2), (-1.3, 0.2)), man, Actor(_ways((1.5, -0.3), (0.2, -0.3), (1.5, -0.3)), woman)
        ),
        "back from the other side": clip(
            Motion(Reps("squat", 6)),
            man,
            Actor(_ways((0.8, -0.6), (2.8, -0.6), (2.8, 5), (-2.8, 5), (-2.8, -0.6), (-0.8, -0.6), speed=2.0), woman),
            Actor(_ways((-0.9, -1), (-3.2, -1), (-3.2, 6), (3.2, 6), (3.2, -1), (0.9, -1), speed=2.0), heavy),
        ),
        "hiding behind": clip(
            Motion(Reps("lateral-raise", 3)),
            man,
            Actor(Motion(Walk((1.2, 0), (0, 0)), Idle(2.0), Walk((0, 0), (1.2, 0))), woman, z_m=-1.0),
        ),
        "round about": clip(
            Motion(Idle(9.0)), other, Actor(_ways((-1.0, 0.6), (1.0, 0.6), (1.0, -0.8), (-1.0, -0.8)), heavy)
        ),
        "push-ups, two passing": clip(
            Motion(Reps("push-up", 3)),
            man,
            Actor(_walk((-2.2, -1.0), (2.2, -1.0)), woman, delay_s=0.5),
            Actor(_walk((2.4, -1.6), (-2.4, -1.6)), heavy, delay_s=0.5),
        ),
    }  # fmt: skip


def score_company(company: Company, follow: Callable[[Frame], Iterable[Pose]]) -> CompanyScore:
    """Score a tracker. `follow` maps each frame, in order, to the poses in it.

    A pose is matched with the figure that had its id before, if it lies on that figure. The other poses are matched so
    that the distances are smallest. Source: CLEAR MOT (Bernardin and Stiefelhagen 2008).
    """
    count = company.figures
    last: dict[int, int] = {}
    ids: set[int] = set()
    switches = extra = 0
    seen, found = np.zeros(count), np.zeros(count)
    gap, longest = np.zeros(count, int), np.zeros(count, int)
    for frame in company.clip.frames():
        places, poses = company.places(frame.t), list(follow(frame))
        owners = _owners(poses, places, last)
        ids |= {pose.id for pose in poses}
        extra += len(poses) - len(owners)
        for k, pose_id in owners.items():
            switches += last.get(k, pose_id) != pose_id
            last[k] = pose_id
        missed = np.array([k not in owners and _in_view(places, k) for k in range(count)])
        hit = np.array([k in owners for k in range(count)])
        seen, found = seen + (missed | hit), found + hit
        gap = np.where(missed, gap + 1, 0)
        longest = np.maximum(longest, gap)
    shares = found / np.maximum(seen, 1)
    return CompanyScore(
        figures=count,
        ids=len(ids),
        switches=switches,
        extra=extra,
        tracked=float(found.sum() / max(seen.sum(), 1)),
        least_tracked=float(shares.min()),
        longest_gap_s=float(longest.max() / company.clip.fps),
    )


def _owners(poses: Sequence[Pose], places: DoubleArray, last: Mapping[int, int]) -> dict[int, int]:
    """Figure -> id of the matched pose; `last` has the latest id of each figure."""
    costs = np.array([_far(pose, places) for pose in poses]).reshape(-1, len(places))
    costs[costs > _ON_PERSON] = np.inf
    kept: list[tuple[int, int]] = []
    for row, pose in enumerate(poses):
        known = [k for k, each in last.items() if each == pose.id and costs[row, k] < np.inf]
        if known:
            kept.append((row, known[int(np.argmin(costs[row, known]))]))
    for row, k in kept:
        costs[row], costs[:, k] = np.inf, np.inf
    return {k: poses[row].id for row, k in (*kept, *assign(costs))}


def _walk(start: tuple[float, float], end: tuple[float, float], speed: float = 1.1) -> Motion:
    return Motion(Walk(start, end, speed))


def _ways(*points: tuple[float, float], speed: float = 1.1) -> Motion:
    """Walking from each point to the next."""
    return Motion(*(Walk(start, end, speed) for start, end in pairwise(points)))


def _far(pose: Pose, places: DoubleArray) -> DoubleArray:
    """Mean distance of the pose's trunk from each figure's trunk, (figures,), in half extents of the figure."""
    extents = np.maximum(np.ptp(places, axis=1).max(axis=1) / 2, 1.0)
    apart = np.linalg.norm(pose.image[None, _TRUNK, :2] - places[:, _TRUNK], axis=2).mean(axis=1)
    return np.asarray(apart / extents)


def _in_view(places: DoubleArray, k: int) -> bool:
    """Whether a figure is visible: nearly all of it is inside the frame, and no other figure hides its trunk."""
    inside = ((places[k] >= 0) & (places[k] < _SIZE)).all(axis=1).mean()
    trunk = places[k][_TRUNK, 0]
    for other in range(len(places)):
        nearer = places[other][_FEET, 1].max() > places[k][_FEET, 1].max()
        low, high = places[other][_TRUNK, 0].min() - 12, places[other][_TRUNK, 0].max() + 12
        if other != k and nearer and ((trunk > low) & (trunk < high)).mean() >= _COVERED:
            return False
    return bool(inside > _INSIDE)
