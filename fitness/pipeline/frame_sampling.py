"""Chooses which frames of a recording are analysed: all, every n-th, or as many as the tempo of the reps needs.

The automatic choice skips frames while reps come in a steady, known tempo and the whole body is visible, while nobody
moves, or while nobody is there. It then analyses at least `MIN_RATE_HZ` fps, and at least `SAMPLES_A_REP` frames in the
fastest of the last reps. Otherwise it analyses every frame. It decides from earlier frames alone, so the same recording
always gives the same frames.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np

from fitness.errors import OptionError
from fitness.pipeline.loop import Counter, Tracker, results
from fitness.skeleton import Landmark
from fitness.types import FloatArray, Frame, FrameResult, Pose

SAMPLES_A_REP: Final = 24
MIN_RATE_HZ: Final = 10.0

_REPS: Final = 2
"""Number of reps that must be known before their tempo is used."""
_LAST_REPS: Final = 5
_OVERDUE: Final = 2.0
"""The tempo is dropped if no rep was counted for this factor times the duration of the longest of the last reps."""
_QUIET_S: Final = 1.0
"""Seconds without motion, or without anybody, after which frames are skipped."""
_STEP_S: Final = 0.5
_STILL_M: Final = 0.05
"""A person is still while no joint moves by more than this many metres in `_STEP_S`."""
_JOINTS: Final = [
    int(joint)
    for joint in (
        Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_ELBOW, Landmark.RIGHT_ELBOW,
        Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST, Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE,
        Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE,
    )
]  # fmt: skip

Sampled: TypeAlias = FrameResult | Frame
"""The result of a frame that was analysed, or a frame that was skipped."""


class FrameSampler:
    """Chooses frames, in order.

    Args:
        every: analyse every n-th frame; None for the automatic choice.

    Raises:
        OptionError: every is below 1.
    """

    def __init__(self, every: int | None = 1) -> None:
        if every is not None and every < 1:
            raise OptionError(f"option stride must be auto or a whole number of at least 1, got {every}")
        self._every = every
        self._pace = _Pace()
        self._next_s = -np.inf
        self._gap_s = 0.0
        self._before_s: float | None = None
        self.seen = self.skipped = 0

    @property
    def all(self) -> bool:
        """Whether every frame is analysed."""
        return self._every == 1

    def wants(self, t: float) -> bool:
        """Whether to analyse the next frame, whose time is `t` seconds."""
        if self._before_s is not None:
            self._gap_s = t - self._before_s
        self._before_s = t
        late = t > self._next_s - self._gap_s / 2
        wanted = late if self._every is None else self.seen % self._every == 0
        self.seen += 1
        self.skipped += not wanted
        return wanted

    def learn(self, result: FrameResult) -> None:
        """Update with the result of an analysed frame."""
        if self._every is None:
            rate_hz = self._pace.rate_hz(result)
            self._next_s = -np.inf if rate_hz is None else result.frame.t + 1 / rate_hz


class _Pace:
    """The fps that the motion needs."""

    def __init__(self) -> None:
        self._reps_s: deque[float] = deque(maxlen=_LAST_REPS)
        self._exercise: str | None = None
        self._t_rep = -np.inf
        self._t_moved: float | None = None
        self._present = False
        self._trail: deque[tuple[float, FloatArray]] = deque()

    def rate_hz(self, result: FrameResult) -> float | None:
        """The fps that is enough now; None for every frame."""
        t, count = result.frame.t, result.count
        for rep in count.new_reps:
            if rep.exercise != self._exercise:
                self._reps_s.clear()
            self._exercise, self._t_rep = rep.exercise, t
            self._reps_s.append(rep.span)
        if self._quiet(result.pose, t):
            return MIN_RATE_HZ
        if result.pose is None or count.message is not None or result.others:
            self._reps_s.clear()
        if len(self._reps_s) < _REPS or t - self._t_rep > _OVERDUE * max(self._reps_s):
            return None
        return max(MIN_RATE_HZ, SAMPLES_A_REP / max(min(self._reps_s), 1e-3))

    def _quiet(self, pose: Pose | None, t: float) -> bool:
        """Whether nobody was there, or nobody moved, for `_QUIET_S`."""
        if (pose is not None) != self._present or self._t_moved is None:
            self._present, self._t_moved = pose is not None, t
            self._trail.clear()
        if pose is None:
            return t - self._t_moved >= _QUIET_S
        joints = pose.world[_JOINTS]
        self._trail.append((t, joints))
        while len(self._trail) > 1 and t - self._trail[1][0] >= _STEP_S:
            self._trail.popleft()
        if float(np.abs(joints - self._trail[0][1]).max()) > _STILL_M:
            self._t_moved = t
        return t - self._t_moved >= _QUIET_S


def thinned(
    frames: Iterable[Frame], tracker: Tracker, recogniser: Counter, sampler: FrameSampler
) -> Iterator[Sampled]:
    """The results of the frames that `sampler` chooses, in order; skipped frames come unchanged."""

    skipped: list[Frame] = []

    def chosen() -> Iterator[Frame]:
        for frame in frames:
            if sampler.wants(frame.t):
                yield frame
            else:
                skipped.append(frame)
        if skipped:  # the last frame is always analysed: it may complete a rep
            sampler.skipped -= 1
            yield skipped.pop()

    for result in results(chosen(), tracker, recogniser):
        yield from skipped
        skipped.clear()
        sampler.learn(result)
        yield result


def filled(sampled: Iterable[Sampled]) -> Iterator[tuple[FrameResult, bool]]:
    """A result to show for every frame, and whether the frame was analysed.

    A skipped frame has the count of the result before it, and a pose interpolated in time between its neighbours.
    """
    before: FrameResult | None = None
    waiting: list[Frame] = []
    for item in sampled:
        if isinstance(item, Frame):
            waiting.append(item)
            continue
        if before is not None:
            yield from ((_between(before, item, frame), False) for frame in waiting)
        waiting.clear()
        before = item
        yield item, True


def _between(before: FrameResult, after: FrameResult, frame: Frame) -> FrameResult:
    """The result to show for a skipped frame between two others."""
    pose, goal = before.pose, after.pose
    if pose is not None and goal is not None and pose.id == goal.id and after.frame.t > before.frame.t:
        share = np.float32((frame.t - before.frame.t) / (after.frame.t - before.frame.t))
        pose = replace(
            pose, image=pose.image + (goal.image - pose.image) * share,
            world=pose.world + (goal.world - pose.world) * share, t=frame.t, mask=None,
        )  # fmt: skip
    return replace(before, frame=frame, pose=pose, count=replace(before.count, events=()))
