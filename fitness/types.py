"""The words every room speaks: Frame, Pose, Classification, Rep, Count, FrameResult.

All are frozen; their arrays are private float32 copies that cannot be written to.
Times are seconds since the stream began (a file's presentation time, a camera's monotonic clock).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fitness.skeleton import LANDMARK_COUNT

FloatArray: TypeAlias = NDArray[np.float32]
DoubleArray: TypeAlias = NDArray[np.float64]
ImageArray: TypeAlias = NDArray[np.uint8]


def frozen_array(values: ArrayLike, shape: tuple[int, ...], name: str) -> FloatArray:
    """A read-only float32 copy of `values`; ValueError if its shape is not `shape`."""
    array = np.array(values, dtype=np.float32)
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a stream.

    image: (H, W, 3) uint8, RGB, upright (a file's rotation is already applied). Treated as read-only, not copied.
    t: seconds since the stream began.   index: 0-based number of the picture in the stream.
    """

    image: ImageArray
    t: float
    index: int

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError(f"image must be (H, W, 3) uint8 RGB, got {self.image.shape} {self.image.dtype}")


@dataclass(frozen=True, slots=True)
class Roi:
    """A square region of interest in pixels of the image.

    x, y: centre, pixels.   size: side, pixels.   rotation: radians, in [-pi, pi), clockwise on screen.
    """

    x: float
    y: float
    size: float
    rotation: float


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """One person in one frame.

    world: (33, 3) metres, origin mid-hip, x right and y down in the picture, z negative towards the camera.
    image: (33, 3) pixels of the frame; z in the scale of x. Not clipped to the frame.
    visibility: (33,) 0..1, that the landmark is in the picture and not hidden.
    presence: (33,) 0..1, that the landmark is in the picture.
    score: 0..1, that a person is present in the ROI.
    t: seconds, as in Frame.   roi: where the landmark model looked, or None where not known (replay).
    id: of the person, the same from frame to frame, 1 and up; 0 where people are not told apart.
    mask: (H, W) 0..1 that a pixel of the frame belongs to the person, or None where not asked for.
    upper_body: only the first 25 landmarks are meant; the legs have visibility and presence 0.
    """

    world: FloatArray
    image: FloatArray
    visibility: FloatArray
    presence: FloatArray
    score: float
    t: float
    roi: Roi | None = None
    id: int = 0
    mask: FloatArray | None = None
    upper_body: bool = False

    def __post_init__(self) -> None:
        for name, shape in (
            ("world", (LANDMARK_COUNT, 3)),
            ("image", (LANDMARK_COUNT, 3)),
            ("visibility", (LANDMARK_COUNT,)),
            ("presence", (LANDMARK_COUNT,)),
        ):
            object.__setattr__(self, name, frozen_array(getattr(self, name), shape, name))
        if self.mask is not None:
            if self.mask.ndim != 2:
                raise ValueError(f"mask must have shape (H, W), got {self.mask.shape}")
            object.__setattr__(self, "mask", frozen_array(self.mask, self.mask.shape, "mask"))

    def normalised(self, width: int, height: int) -> FloatArray:
        """(33, 3) `image` over the size of a frame of `width` x `height` pixels; z over its width, as x."""
        return np.asarray(self.image / np.array([width, height, width], np.float32), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Classification:
    """What the pose of one frame looks like, smoothed over time.

    scores: pose class ("squat_down", ..., "other") -> 0..1; they add up to 1.
    distance: mean distance to the nearest samples in the embedding (dimensionless); large = like none of them.
    """

    scores: Mapping[str, float]
    distance: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", MappingProxyType(dict(self.scores)))


Side: TypeAlias = Literal["left", "right", "both"]
"""Of the person, not of the picture."""


@dataclass(frozen=True, slots=True)
class RepRecord:
    """One repetition in numbers, from world landmarks; None where it could not be measured, never a guess.

    "Start" is where a rep begins and ends, "turn" its turning point: the bottom of a squat, the top of a curl.

    eccentric_s, concentric_s: seconds of lowering and of lifting.   pause_turn_s: standing still at the turn.
    pause_start_s: standing still at the start before this rep, since the one before; None for the first of a set.
    depth: 0..1, this rep's range against the person's own greatest in the last reps.
    depth_deg: angle of the exercise's joint at the turn.   range_deg: how far it moved; both sides' mean.
    left_knee_deg .. right_shoulder_deg, trunk_deg: range of motion of each joint, and of the trunk's lean from
    upright.   asymmetry_deg: range of the exercise's joint, right less left.   asymmetry_s: time of its turn, right
    less left: positive where the right side is later.
    mean_speed_deg_s, peak_speed_deg_s: of the joint while lifting; the mean between a tenth and nine tenths of the way.
    mean_speed_trunks_s, peak_speed_trunks_s: vertical speed of the moving end while lifting, in lengths of the
    person's own trunk a second; landmarks in metres guess the body's size, so metres are not given.
    speed_loss: 0..1, how much slower the mean is than the fastest of the set so far.
    angle_error_deg: standard error of depth_deg and range_deg from the landmarks' jitter; a bias of the landmarks
    comes on top.   time_error_s: seconds, the usual distance of two pictures: no time is known better.
    """

    eccentric_s: float | None = None
    pause_turn_s: float | None = None
    concentric_s: float | None = None
    pause_start_s: float | None = None
    depth: float | None = None
    depth_deg: float | None = None
    range_deg: float | None = None
    left_knee_deg: float | None = None
    right_knee_deg: float | None = None
    left_hip_deg: float | None = None
    right_hip_deg: float | None = None
    left_elbow_deg: float | None = None
    right_elbow_deg: float | None = None
    left_shoulder_deg: float | None = None
    right_shoulder_deg: float | None = None
    trunk_deg: float | None = None
    asymmetry_deg: float | None = None
    asymmetry_s: float | None = None
    mean_speed_deg_s: float | None = None
    peak_speed_deg_s: float | None = None
    mean_speed_trunks_s: float | None = None
    peak_speed_trunks_s: float | None = None
    speed_loss: float | None = None
    angle_error_deg: float | None = None
    time_error_s: float | None = None


RECORD_FIELDS: Final = tuple(one.name for one in fields(RepRecord))
"""Names of a record's numbers, in the order of the tables' columns."""


@dataclass(frozen=True, slots=True)
class Rep:
    """One repetition, counted or partial.

    exercise: "squat", "push-up", ...   set: 1-based number of the set.
    number: 1-based in its set; 0 for a partial one that was not counted.
    t_start, t_peak, t_end: seconds; leaving the top, the turning point, and when it was counted.
    confidence: 0..1.   person: id of who did it, where people are told apart.
    partial: it was the exercise, but did not go far enough.
    side: which side did it, for exercises of one side at a time, else None.
    cues: ids of the form cues that it gave reason for, the most important first.   record: its numbers.
    """

    exercise: str
    set: int
    number: int
    t_start: float
    t_peak: float
    t_end: float
    confidence: float
    details: Mapping[str, float] = field(default_factory=dict, hash=False, compare=False)
    person: int = field(default=0, compare=False)
    partial: bool = False
    side: Side | None = None
    cues: tuple[str, ...] = ()
    record: RepRecord = RepRecord()

    @property
    def key(self) -> tuple[str, float]:
        """Of the movement: exercise and turning point."""
        return self.exercise, self.t_peak

    @property
    def duration(self) -> float:
        """Seconds from leaving the top to the count."""
        return self.t_end - self.t_start

    def same(self, other: Rep) -> bool:
        """Whether both are the same movement, however well it is known."""
        return self.key == other.key


@dataclass(frozen=True, slots=True)
class Count:
    """The state of counting after one frame.

    totals: exercise -> reps counted so far; only grows.
    exercise: the exercise that is being done, or None.   set: its running set's number (0 before the first).
    reps_in_set: reps of the running set.
    phase: 0 at the top .. 1 at the bottom of the running exercise's usual range, or None when unknown.
    rep: the rep that this frame completed, or None.
    partial: the partial rep that this frame completed and that is not counted, or None.
    measured: a rep of before (counted or partial) whose record is known better now, or None; it takes the place of
    the one with the same exercise and t_peak.
    sides: exercise -> reps of the left and of the right side, for exercises of one side at a time.
    cue: form cue to be shown now, in words for the user, or None.
    message: why nothing can be measured now, in words for the user, or None.
    others: reps that people completed in this frame who are not the one that is counted.
    pending: reps that were seen but are not sure yet; they are shown, and count when they are sure. Those of the last
    frame of a stream count too.
    """

    totals: Mapping[str, int]
    exercise: str | None = None
    set: int = 0
    reps_in_set: int = 0
    phase: float | None = None
    rep: Rep | None = None
    message: str | None = None
    others: tuple[Rep, ...] = ()
    partial: Rep | None = None
    measured: Rep | None = None
    sides: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    cue: str | None = None
    pending: tuple[Rep, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "totals", MappingProxyType(dict(self.totals)))
        object.__setattr__(self, "sides", MappingProxyType(dict(self.sides)))

    @property
    def shown_pending(self) -> tuple[Rep, ...]:
        """Those of `pending` that a screen shows: of the exercise that is being done, not of one that moves alike."""
        return tuple(rep for rep in self.pending if rep.exercise == self.exercise)


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """Everything known after one frame; the only thing overlay, window, page and session see.

    pose, classification: of the person who is counted, None when that person was not found.
    timings_ms: stage -> milliseconds spent on this frame.
    others: the other people who were found.
    """

    frame: Frame
    pose: Pose | None
    classification: Classification | None
    count: Count
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    others: tuple[Pose, ...] = ()


JsonDict: TypeAlias = dict[str, Any]
