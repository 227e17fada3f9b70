"""One repetition and its measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Literal, TypeAlias

Side: TypeAlias = Literal["left", "right", "both"]
"""Of the person, not of the image."""


@dataclass(frozen=True, slots=True)
class RepRecord:
    """The measures of one repetition, from world landmarks; None where a value could not be measured.

    "Start" is where a rep begins and ends, "turn" its turning point: the bottom of a squat, the top of a curl.

    eccentric_s, concentric_s: seconds of lowering and of lifting.   pause_turn_s: seconds without motion at the turn.
    pause_start_s: seconds without motion at the start, after the previous rep; None for the first rep of a set.
    depth: 0..1, this rep's range divided by the greatest range of the person's last reps.
    depth_deg: angle of the exercise's joint at the turn.   range_deg: range of motion of that joint, mean of both sides.
    left_knee_deg .. right_shoulder_deg, trunk_deg: range of motion of each joint, and of the trunk's lean from
    upright.   asymmetry_deg: range of the exercise's joint, right minus left.   asymmetry_s: time of its turning point,
    right minus left: positive if the right side is later.
    mean_speed_deg_s, peak_speed_deg_s: of the joint while lifting; the mean between a tenth and nine tenths of the way.
    mean_speed_trunks_s, peak_speed_trunks_s: vertical speed of the moving end while lifting, in trunk lengths of the
    person per second. There are no speeds in metres, because the metres of landmarks assume a body of average size.
    speed_loss: 0..1, by how much the mean speed is below that of the fastest rep of the set so far.
    angle_error_deg: standard error of depth_deg and range_deg from the landmarks' jitter; a systematic error of the
    landmarks is not included.   time_error_s: seconds, the usual time between two frames, which limits the accuracy of
    all times.
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
"""Field names of a record, in the order of the table columns."""


@dataclass(frozen=True, slots=True)
class Rep:
    """One repetition, counted or partial.

    exercise: "squat", "push-up", ...
    set: 1-based number of the set, 0 before it is numbered.
    number: 1-based in its set; 0 before it is numbered, and for a partial rep that is not counted.
    t_start, t_peak, t_end: seconds; leaving the start position, the turning point, and the end of the rep.
    confidence: 0..1.   details: further numbers by name.   person: id of the person, if people have ids.
    partial: the movement was the exercise, but did not go far enough.
    side: the side that did it, for exercises of one side at a time, else None.
    cues: ids of the form cues that apply to it, the most important first.   record: its measures.
    id: 1 or more, unique in its stream; events name the rep by it. 0 for a pending rep, and for one read from a file.
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
    id: int = field(default=0, compare=False)

    @property
    def duration(self) -> float:
        """Seconds from leaving the start position until returning to it: for a squat, from standing to standing.

        The sum of the way there, the pause at the turning point and the way back; `span` until all three are measured.
        """
        parts = (self.record.eccentric_s, self.record.pause_turn_s, self.record.concentric_s)
        known = [part for part in parts if part is not None]
        return sum(known) if len(known) == len(parts) else self.span

    @property
    def lowering_s(self) -> float:
        """Seconds of lowering; until that is measured, seconds from the start to the turning point."""
        known = self.record.eccentric_s
        return max(0.0, self.t_peak - self.t_start) if known is None else known

    @property
    def lifting_s(self) -> float:
        """Seconds of lifting; until that is measured, seconds from the turning point to the count."""
        known = self.record.concentric_s
        return max(0.0, self.t_end - self.t_peak) if known is None else known

    @property
    def span(self) -> float:
        """Seconds from leaving the start position to the count, which comes before the person is back at the start."""
        return self.t_end - self.t_start
