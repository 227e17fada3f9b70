"""Finds the image rotation (camera roll, in quarter turns) from how a body stands and moves under gravity.

Phones are rotated while they record, and some files lack the rotation metadata. The networks find
people at any rotation, so only the poses show which way is up. A small network (43 numbers in, one out), trained
by `scripts/make_camera_roll.py` on landmark logs, says how likely one second of poses is upright; it is asked four times,
for the poses turned by 0, 90, 180 and 270 degrees. The frame counts as turned when one of these is clearly likelier than
the present one for `DECIDE_WINDOWS` windows or more.

If a body turns in the frame by more than `_JUMP_DEG` within `_JUMP_S`, the evidence is discarded: the phone was
turned, or the person lay down, so earlier evidence no longer applies.
"""

from __future__ import annotations

import math
from collections import deque
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray, Pose

JOINTS: Final = (
    (Landmark.NOSE, Landmark.NOSE),
    *(
        (Landmark[f"LEFT_{part}"], Landmark[f"RIGHT_{part}"])
        for part in ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE", "FOOT_INDEX")
    ),
)
"""Each point is the midpoint of a left-right pair; the nose is a single landmark."""
_LEFT, _RIGHT = np.array(JOINTS).T
_SHOULDERS, _HIPS, _ANKLES = 1, 4, 6
_CHAIN: Final = [0, 1, 4, 5, 6]
"""Nose, shoulders, hips, knees, ankles: the length of this chain in the image is the body size."""
_OTHERS: Final = [0, 1, 2, 3, 5, 6, 7]
_UPRIGHT_MOVING: Final = [0, 1, 3, 5, 6]
_X: Final = [0, 1, 0, 1]
_Y: Final = [1, 0, 1, 0]
_SIGNS: Final = np.array([1.0, 1.0, -1.0, -1.0])
"""For 0 to 3 quarter turns: the axis that becomes x, the axis that becomes y, and the sign of y, as in `turned`."""
_LEAST_TRUNK_M: Final = 0.2
_STILL: Final = 0.005
"""Added to movements before their logarithm, as a fraction of the body size: the jitter of landmarks at rest."""

WINDOW_S: Final = 1.0
"""Length of the windows that the network judges, seconds."""
STEP_S: Final = 0.25
"""Time from one window to the next, seconds."""
_SPACING_S: Final = 0.06
"""Poses closer in time than this to the last one are skipped, seconds: the network was trained at 15 fps."""
_LEAST_POSES: Final = 4
_SPAN_S: Final = 0.7
"""A window with fewer poses, or poses over less time, is not judged."""
_LIMIT: Final = 9.0
"""The log-odds of one window are clipped to this."""
WINDOWS: Final = 12
"""Windows that are remembered: 3.75 s."""
DECIDE_WINDOWS: Final = 6
MARGIN: Final = 5.0
"""Difference of mean log-odds from which the image counts as turned. With a network trained without their group, 5 of 215
upright recordings would be turned, and 140 of 150 turned squats and push-ups are found, after a median of 2.25 s
(`scripts/make_camera_roll.py --judge`)."""
_DOUBT: Final = 1.5
"""Difference from which the orientation is doubtful; in the other direction, from which it is certain."""
_JUMP_DEG: Final = 50.0
_JUMP_S: Final = 0.4
"""A body that turns in the frame by more than `_JUMP_DEG` within `_JUMP_S` seconds has the evidence discarded."""
_LYING_DEG: Final = 50.0
"""A body that is tilted by more than this leaves the roll in doubt until the first window."""
_LONG: Final = 0.45
"""Minimum distance from ankles to shoulders, as a share of the bones between nose and ankles, for a body direction."""
_DOUBT_S: Final = 3.0
"""Maximum time for which frames wait because the orientation is doubtful, seconds."""


class CameraRoll:
    """Estimates the rotation that makes the image upright, from one person's poses in time order."""

    def __init__(self) -> None:
        self.quarter_turns = 0
        self._person: int | None = None
        self._points: deque[tuple[float, DoubleArray, DoubleArray]] = deque()
        self._angles: deque[tuple[float, float]] = deque()
        self._evidence: deque[list[float]] = deque(maxlen=WINDOWS)
        self._t_window = -math.inf
        self._t_doubt: float | None = None
        self._settled = False

    @property
    def doubtful(self) -> bool:
        """Whether poses should wait, because the rotation may soon be known better."""
        return self._t_doubt is not None and not self._settled

    def add(self, pose: Pose | None, t: float) -> bool:
        """Add the next pose, at `t` seconds. Returns True if `quarter_turns` changed."""
        if pose is None:
            if self._t_doubt is not None and t - self._t_doubt > _DOUBT_S:
                self._settled = True
            return False
        if pose.id != self._person:
            self._points.clear()
            self._angles.clear()
            self._person = pose.id
        image = _middles(pose.image)
        self._notice_jump(image, t)
        if not self._points or t - self._points[-1][0] >= _SPACING_S:
            self._points.append((t, _middles(pose.world), image))
        while self._points[0][0] <= t - WINDOW_S:
            self._points.popleft()
        if t - self._t_window >= STEP_S and self._judge(t):
            return self._decide(t)
        if self._t_doubt is not None and t - self._t_doubt > _DOUBT_S:
            self._settled = True
        return False

    def _notice_jump(self, image: DoubleArray, t: float) -> None:
        """Discard the evidence if the body rotated faster than a person can; begin in doubt if it is horizontal.

        image: (8, 2) pixels, the midpoints of `JOINTS`.
        """
        angle = _body_angle(image)
        if angle is None:
            return
        lying = abs(_wrapped(angle + 90.0 * self.quarter_turns)) > _LYING_DEG
        if not self._evidence and self._t_doubt is None and lying:
            self._t_doubt, self._settled = t, False
        while self._angles and self._angles[0][0] < t - _JUMP_S:
            self._angles.popleft()
        moved = [angle - before for _, before in self._angles if abs(angle - before) > _JUMP_DEG]
        if any(abs(_wrapped(way)) > _JUMP_DEG for way in moved):
            self._angles.clear()
            self._points.clear()
            self._evidence.clear()
            if not self.doubtful:
                self._t_doubt, self._settled = t, False
        self._angles.append((t, angle))

    def _judge(self, t: float) -> bool:
        """Add the evidence of the window that ends now; False if it holds too little."""
        if len(self._points) < _LEAST_POSES or t - self._points[0][0] < _SPAN_S:
            return False
        world, image = (np.array([point[which] for point in self._points]) for which in (1, 2))
        self._t_window = t
        self._evidence.append(upright_log_odds(window_features(world, image)).tolist())
        return True

    def _decide(self, t: float) -> bool:
        mean = [sum(odds) / len(odds) for odds in zip(*self._evidence, strict=True)]
        best = mean.index(max(mean))
        lead = mean[best] - mean[self.quarter_turns]
        if lead > MARGIN and len(self._evidence) >= DECIDE_WINDOWS:
            self.quarter_turns = best
            self._t_doubt, self._settled = None, False
            return True
        others = max(odds for turns, odds in enumerate(mean) if turns != self.quarter_turns)
        if lead > _DOUBT and self._t_doubt is None:
            self._t_doubt, self._settled = t, False
        elif mean[self.quarter_turns] - others > _DOUBT:
            self._t_doubt, self._settled = None, False
        elif self._t_doubt is not None and (t - self._t_doubt > _DOUBT_S or lead <= 0):
            self._settled = True
        return False


def turned(points: FloatArray, quarter_turns: int) -> FloatArray:
    """Points (..., >= 2), x right and y down, turned clockwise about the origin by `quarter_turns` right angles."""
    if quarter_turns == 0:
        return points
    out = np.array(points)
    x, y = points[..., 0], points[..., 1]
    out[..., 0], out[..., 1] = ((x, y), (-y, x), (-x, -y), (y, -x))[quarter_turns]
    return out


def window_features(world: DoubleArray, image: DoubleArray) -> DoubleArray:
    """The input of the network for one window: one row for each of the four rotations, (4, 43).

    world, image: (N, 8, 2) the midpoints of `JOINTS` over time, metres and pixels.
    For each joint: height and distance to the side from the hips in trunk lengths, height above the lowest joint and
    movement in the image in body sizes, and the variation of its height.
    """
    count = len(world)
    up = world[:, _SHOULDERS] - world[:, _HIPS]
    trunk = np.maximum(np.sqrt(np.einsum("ni,ni->n", up, up)), _LEAST_TRUNK_M)
    shape = (world - world[:, _HIPS : _HIPS + 1]) / trunk[:, None, None]
    ways = image[:, _CHAIN[1:]] - image[:, _CHAIN[:-1]]
    bones = np.add.reduce(np.sqrt(np.add.reduce(ways * ways, axis=2)), axis=1)
    places = image / (_quantile(bones, 0.9) + 1e-6)
    mean = np.add.reduce(shape, axis=0)[_OTHERS] / count
    aside = np.add.reduce(np.abs(shape), axis=0)[_OTHERS] / count
    height, moving = np.add.reduce(places, axis=0) / count, np.log(_spread(places) + _STILL)
    varied = _spread(shape[:, _UPRIGHT_MOVING])
    down = _SIGNS * height[:, _Y]
    rows = [
        _SIGNS * mean[:, _Y], aside[:, _X], np.maximum.reduce(down, axis=0) - down,
        moving[:, _X], moving[:, _Y], varied[:, _Y],
    ]  # fmt: skip
    return np.ascontiguousarray(np.concatenate(rows).T)


def _spread(values: DoubleArray) -> DoubleArray:
    """(N, ...) -> (...) standard deviation over the first axis."""
    away = values - np.add.reduce(values, axis=0) / len(values)
    spread: DoubleArray = np.sqrt(np.add.reduce(away * away, axis=0) / len(values))
    return spread


def _quantile(values: DoubleArray, share: float) -> float:
    """The quantile of (N,) values by linear interpolation, as `numpy.percentile` computes it, but faster."""
    ordered: list[float] = sorted(values.tolist())
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def upright_log_odds(features: DoubleArray) -> DoubleArray:
    """(N, 43) -> (N,) log-odds that the window is upright, from the network that ships with the program."""
    net = network()
    hidden = np.maximum((features - net["mean"]) / net["scale"] @ net["weights_1"] + net["bias_1"], 0.0)
    odds = hidden @ net["weights_2"] + net["bias_2"]
    return np.asarray(np.clip(odds[:, 0], -_LIMIT, _LIMIT))


@cache
def network() -> dict[str, DoubleArray]:
    """The weights of the network that ships with the program: "mean", "scale", "weights_1", "bias_1", ..."""
    path = Path(__file__).with_name("camera_roll.npz")
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name].astype(np.float64) for name in file.files}


def _middles(points: FloatArray) -> DoubleArray:
    """(33, 3) landmarks -> (8, 2) midpoints of `JOINTS`."""
    middles = points.take(_LEFT, axis=0) + points.take(_RIGHT, axis=0)
    return np.asarray(middles[:, :2] / 2, np.float64)


def _body_angle(points: DoubleArray) -> float | None:
    """(8, 2) midpoints in pixels -> the direction from ankles to shoulders in the image, degrees clockwise from up.

    None if the body points towards the camera.
    """
    places = points.tolist()  # plain numbers: NumPy would take longer for so few
    bones = 0.0
    for (x0, y0), (x1, y1) in pairwise(places[at] for at in _CHAIN):
        bones += math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
    (x0, y0), (x1, y1) = places[_ANKLES], places[_SHOULDERS]
    if math.hypot(x1 - x0, y1 - y0) < _LONG * bones:
        return None
    return math.degrees(math.atan2(x1 - x0, y0 - y1))


def _wrapped(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0
