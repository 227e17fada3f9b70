"""Options of a counter of joint angles, the observations that it takes, and the candidate reps that it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from fitness.errors import OptionError
from fitness.options import bounded, check_options, matching
from fitness.types import DoubleArray


def _are_shares(value: Any) -> bool:
    return len(value) == 2 and all(0 <= one < float("inf") for one in value)


@dataclass(frozen=True, slots=True)
class CounterOptions:
    """Thresholds of a counter of joint angles; angles in degrees, times in seconds, shares 0..1.

    The values were chosen on the recordings of tests/data/recordings (docs/explanation/counting.md).

    Swings:
    reversal_deg: minimum way back that ends a swing.   reversal_cap_deg: maximum to which the person's range raises it.
    range_share: the way back as a share of the person's range.   range_count: number of recent swings in the range.
    range_memory_s: the range is forgotten after this time without a swing.
    learn_share: minimum share of the votes for a swing to change the range.
    smoothing_s: time constant of the angle's EMA.   gap_s: a gap in the poses that starts the swing anew.
    lead_s, descent_s: evidence is taken from `lead_s` before the joint leaves the top; that is at most `descent_s` before
        the turning point.
    memory_s: how far back the start of a swing is searched.
    turn_share: the joint is at the bottom while it is within this share of the fall from its lowest angle.
    min_interval_s: minimum time between two reps.
    min_interval_share: minimum time between two turning points, as a share of the median of the recent times.

    Criteria for a rep:
    min_quality: minimum product of mean pose score and mean visibility of the needed joints on the better side.
    min_exercise: minimum mean share of the exercise's classes in the votes; votes for standing are left out.
    hinge_deg, hinge_span: for an exercise with `hinge_votes`, `min_exercise` applies if the hips are closed by `hinge_deg`
        more than the knees around the turning point; it is lowered and raised by at most the two shares `hinge_span`.
    low_share: the hinge is measured while the joint is within this share of the fall from its lowest angle.
    min_total: minimum sum of the exercise's share and the bottom class's share around the turning point.
    confirmed_relief: factor on these two soon after a counted rep.
    max_distance: maximum mean distance to the nearest samples.

    Partial reps:
    partial_share: a swing is partial below this share of the median of the recent ones. One that fails only criteria of
        depth is partial, too.
    shallow_share, shallow_rise: a swing below `shallow_share` of that median is partial if its bottom is also higher than
        the median bottom, by more than `shallow_rise` of the median swing. So a deep swing from half-way up still counts.
    shallow_most: after this many shallow swings in a row the person has changed style, and they count.
    dip_deg, dip_share: minimum size of a partial rep that is smaller than the way back above, in degrees and as a share
        of the usual range. Such dips are noted only soon after a counted rep.

    """

    reversal_deg: float = bounded(32.0, above=0)
    reversal_cap_deg: float = bounded(47.0, above=0)
    range_share: float = bounded(0.6, low=0, high=1)
    range_count: int = bounded(5, low=1, whole=True)
    range_memory_s: float = bounded(6.0, above=0)
    smoothing_s: float = bounded(0.03, above=0)
    gap_s: float = bounded(1.5, above=0)
    lead_s: float = bounded(0.25, low=0)
    descent_s: float = bounded(2.5, above=0)
    min_quality: float = bounded(0.76, low=0, high=1)
    min_exercise: float = bounded(0.55, low=0, high=1)
    hinge_deg: float = bounded(10.0, low=0)
    hinge_span: tuple[float, float] = matching((0.15, 0.25), "two shares of at least 0", _are_shares)
    low_share: float = bounded(0.2, low=0, high=1)
    min_total: float = bounded(0.85, low=0)
    confirmed_relief: float = bounded(0.8, low=0)
    max_distance: float = bounded(0.14, low=0)
    min_interval_s: float = bounded(0.25, low=0)
    min_interval_share: float = bounded(0.35, low=0)
    partial_share: float = bounded(0.5, low=0, high=1)
    shallow_share: float = bounded(0.72, low=0, high=1)
    shallow_rise: float = bounded(0.25, low=0, high=1)
    shallow_most: int = bounded(8, low=0, whole=True)
    dip_deg: float = bounded(25.0, low=0)
    dip_share: float = bounded(0.4, low=0, high=1)
    learn_share: float = bounded(0.5, low=0, high=1)
    memory_s: float = bounded(65.0, above=0)
    turn_share: float = bounded(0.05, low=0, high=1)

    def __post_init__(self) -> None:
        check_options(self)
        if not self.reversal_deg <= self.reversal_cap_deg:
            raise OptionError(
                "reversal_deg must be greater than 0 and at most reversal_cap_deg, "
                f"got {self.reversal_deg} and {self.reversal_cap_deg}"
            )


@dataclass(slots=True)
class Observation:
    """What one frame shows of one exercise.

    t: seconds.   angle_deg: angle of the exercise's joint, mean of both sides.
    exercise: share of the votes for its two pose classes, 0..1.   bottom: share for its bottom class, 0..1.
    distance: embedding distance to the nearest samples.   tilt_deg: tilt of the trunk from upright.
    score: pose score, 0..1.   visibility: mean of the joints that the exercise needs, on the better side, 0..1.
    postures_deg: the angles of the exercise's `postures`, in their order.
    hinge_deg: `kinematics.hip_hinge`, degrees; 0 if the exercise does not use it.
    limbs: (C,) columns that `LimbMotion.select` returns, for a taught exercise; else None.
    voting_share: share of the votes that are not for neutral standing, 0..1.
    """

    t: float
    angle_deg: float
    exercise: float
    bottom: float
    distance: float
    tilt_deg: float
    score: float = 1.0
    visibility: float = 1.0
    postures_deg: tuple[float, ...] = ()
    hinge_deg: float = 0.0
    limbs: DoubleArray | None = field(default=None, compare=False)
    voting_share: float = 1.0

    def with_angle(self, angle_deg: float) -> Observation:
        """The same observation with another angle. It is made at each frame; `dataclasses.replace` takes longer."""
        return Observation(
            self.t, angle_deg, self.exercise, self.bottom, self.distance, self.tilt_deg, self.score, self.visibility,
            self.postures_deg, self.hinge_deg, self.limbs, self.voting_share,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the frames of one swing show, compared with the criteria of `rep_criteria`.

    exercise: mean share of the exercise's classes in the votes, without those for standing.
    bottom: mean share of its bottom class around the turning point.
    distance, score, visibility: means over the swing.   angle_deg: angle of the joint at the turning point.
    tilt_deg, hinge_deg: medians of tilt and hip hinge around the turning point, degrees.
    postures: the exercise's further limits are kept.   limbs: the limbs of a taught exercise move as taught.
    """

    exercise: float
    bottom: float
    distance: float
    score: float
    visibility: float
    angle_deg: float
    tilt_deg: float
    postures: bool = True
    limbs: bool = True
    hinge_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class RepCandidate:
    """A swing of an exercise's joint, away from the start position and back: a candidate for a rep.

    t_start, t_bottom, t_end: seconds; the joint leaves the top, turns, has come back far enough.
    evidence: what its frames show.   accepted: it is a rep.
    reason: the first criterion that it fails, or "".   failed: all criteria that it fails.
    confidence: 0..1; 0 if it is not the exercise.
    partial: it is the exercise but did not go far enough; then it is not accepted.
    t_turn: seconds, the middle of the time at the bottom.
    """

    t_start: float
    t_bottom: float
    t_end: float
    evidence: Evidence
    accepted: bool
    reason: str
    confidence: float
    partial: bool = False
    failed: tuple[str, ...] = ()
    t_turn: float = 0.0


def near_turn(
    history: Sequence[Observation], turn: tuple[float, float], height: float, share: float
) -> list[Observation]:
    """The observations around a turning point while the angle stays near it.

    Args:
        history: observations in time order.   turn: the turning point, (seconds, degrees).
        height: degrees between turning point and start position.   share: the part of it that counts as near.
    """
    t_turn, lowest = turn
    limit = lowest + share * height
    before = takewhile(lambda one: one.t >= t_turn or one.angle_deg <= limit, reversed(history))
    first = min((one.t for one in before), default=t_turn)
    return list(
        takewhile(
            lambda one: one.t <= t_turn or one.angle_deg <= limit,
            (one for one in history if one.t >= min(first, t_turn)),
        )
    )
