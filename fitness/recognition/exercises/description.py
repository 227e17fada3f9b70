"""The description of an exercise: which angle it moves, its pose classes, and the criteria of a rep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fitness.metrics.form import Cue
from fitness.metrics.record import MotionSpec

FrameContext: TypeAlias = Literal["turn", "ends", "start"]
Sides: TypeAlias = Literal["both", "each", "any"]


@dataclass(frozen=True, slots=True)
class Posture:
    """A further limit of a rep.

    angle: a joint ("shoulder", "elbow", "hip", "knee"; mean of both sides), or "trunk" for its tilt from upright.
    at: where the angle must be in the limits: "turn", at the turning point; "ends", at start and end of the swing; or
        "start", at its start, and at its end the angle must be on its way back.
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
    joint: the joint whose angle is counted ("knee", "elbow", "shoulder", "hip"), or "trunk" for its tilt from upright.
    limb: the word for the joints of `needs` in messages.
    needs: landmarks (without side) that must be visible.
    max_bottom_deg: maximum angle at the turning point; if `opens`, of the supplement of the angle.
    usual_range_deg: usual range of the angle, from which the phase is computed before the person's own range is known.
    trunk_tilt_deg: minimum and maximum tilt of the trunk from upright at the turning point.
    top_class, bottom_class: pose classes of the turning points, or "" if there are no samples.
    opens: the angle grows on the way to the turning point; its supplement (180 degrees minus it) is counted.
    sides: "both" are averaged; "each" side is counted by itself; "any": either side or both together make one rep.
    postures: further limits.
    hinge_votes: how much the share of the votes that a rep needs rises with each degree that the hips are closed more than
        the knees; 0 for exercises that do not use it. It separates squats from exercises with more bent hips.
    reversal_deg: minimum way back of a swing, if it is less than that of the counter; 0 for that of the counter.
    spec: how a rep is measured; None for a held exercise.
    cues: form cues, the most important first.
    tested: the data on which it was tested, in words.
    hold: for an exercise that is held, the limits of its posture; its seconds are counted. Else ().
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
    reversal_deg: float = 0.0
    spec: MotionSpec | None = None
    cues: tuple[Cue, ...] = ()
    tested: str = ""
    hold: tuple[Cue, ...] = ()

    @property
    def has_samples(self) -> bool:
        """Whether there are pose samples of it; other exercises are recognised by their motion alone."""
        return bool(self.top_class)

    def cue_text(self, cue_id: str) -> str:
        """The text of a form cue, shown to the user; the id itself if there is no such cue."""
        return next((cue.text for cue in (*self.cues, *self.hold) if cue.id == cue_id), cue_id)


OTHER: Final = "other"
"""Pose class of everything that is not an exercise. Votes for its samples reject a pose."""
STANDING: Final = "standing"
"""Pose class for neutral standing, which comes before and after many exercises. Its votes are ignored."""
