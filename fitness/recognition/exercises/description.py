"""What is said of an exercise: which angle swings, which pose classes it passes, what a rep must look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fitness.metrics.form import Cue
from fitness.metrics.record import MotionSpec

FrameContext: TypeAlias = Literal["turn", "ends", "start"]
Sides: TypeAlias = Literal["both", "each", "any"]


@dataclass(frozen=True, slots=True)
class Posture:
    """What else must be so for a swing to be a rep.

    angle: a joint ("shoulder", "elbow", "hip", "knee"; the mean of both sides), or "trunk" for its tilt from upright.
    at: "turn", the turning point; "ends", where the swing begins and where it is counted; or "start", where it begins,
        and at the count it must be on its way back to there.
    least, most: degrees.
    """

    angle: str
    at: FrameContext
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise.

    name: lower case with hyphens.
    joint: the joint whose angle swings in a rep ("knee", "elbow", "shoulder", "hip"), or "trunk" for its tilt from upright.
    limb: what the user calls the joints of `needs`.
    needs: landmarks (without side) that must be seen for the angle to mean anything.
    max_bottom_deg: the angle must fall to this or less at the turning point (of the supplement where it `opens`).
    usual_range_deg: how far the joint usually swings, for showing the phase before the person's own range is known.
    trunk_tilt_deg: least and greatest tilt of the trunk from upright at the turning point.
    top_class, bottom_class: pose classes of the turning points, or "" where there are no samples.
    opens: the angle grows on the way to the turning point, so its supplement (180 degrees less it) is what falls and rises.
    sides: "both" are averaged; "each" side is counted for itself; "any": either side or both together make one rep.
    postures: further limits.
    hinge_votes: by how much the share of the votes that a rep needs rises for each degree that its hips close more than its
        knees do (falls for each that they close less): so bent are the bodies of other exercises; 0 for no matter.
    balanced: the feet carry the body; sitting down on something looks alike, and is told apart by where the weight is.
    reversal_deg: least swing back, where it is less than the counter's; 0 for the counter's.
    spec: what of a rep is measured; None for a taught one, whose widest moving joint is.
    cues: what may be said about its form, the most important first.
    tested: on what it was tried, in words.
    hold: of an exercise that is held, what breaks its posture; seconds are counted then, and nothing swings. Else ().
    """

    name: str
    joint: str
    limb: str
    needs: tuple[str, ...]
    max_bottom_deg: float
    usual_range_deg: float
    trunk_tilt_deg: tuple[float, float]
    top_class: str = ""
    bottom_class: str = ""
    opens: bool = False
    sides: Sides = "both"
    postures: tuple[Posture, ...] = ()
    hinge_votes: float = 0.0
    balanced: bool = False
    reversal_deg: float = 0.0
    spec: MotionSpec | None = None
    cues: tuple[Cue, ...] = ()
    tested: str = ""
    hold: tuple[Cue, ...] = ()

    @property
    def has_samples(self) -> bool:
        """Whether pose samples say what it looks like; without them only its motion does."""
        return bool(self.top_class)

    def cue_text(self, cue_id: str) -> str:
        """The text of a form cue, shown to the user; the id itself if there is no such cue."""
        return next((cue.text for cue in (*self.cues, *self.hold) if cue.id == cue_id), cue_id)


OTHER: Final = "other"
"""The pose class of everything that is no exercise; its samples are what a pose is rejected by."""
STANDING: Final = "standing"
"""Pose class for neutral standing, which comes before and after many exercises. Its votes are ignored."""
