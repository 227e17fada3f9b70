"""What a swing counter works by, what it sees, and what it says: thresholds, observations, swings."""

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
    """Thresholds of the counter; angles in degrees, times in seconds, shares 0..1.

    reversal_deg: least swing back.   reversal_cap_deg: most that the person's own range can raise it to.
    range_share: share of the recent range that `reversal` follows.   range_count: over how many swings.
    range_memory_s: the range is forgotten after so long without a swing.
    smoothing_s: time constant of the angle's EMA.   gap_s: without a pose for so long, swings start afresh.
    lead_s, descent_s: the rep's span begins `lead_s` before the joint leaves the top, at most `descent_s` before the bottom.
    min_quality: least product of mean pose score and mean visibility of the joints that the exercise needs (on the
        better side) over the span: guessed landmarks are not counted.
    min_exercise: least mean share of the exercise's classes in the votes over the span, without those for standing.
    hinge_deg, hinge_span: of an exercise with `hinge_votes`, `min_exercise` holds where the hips close so many degrees more
        than the knees (around the turning point, within `seat_share`), and is so much lower or higher at most.
    min_total: least sum of that and the share of the bottom class around the bottom.
    confirmed_relief: factor on these two soon after a counted rep: the exercise is then known.
    max_distance: greatest mean distance to the nearest samples over the span.
    min_interval_s: least time between two reps.
    min_interval_share: least time between two turning points, as a share of the median of the recent ones.
    partial_share: a swing below this share of the median of the recent ones is partial, and so is one that fails only
        by how deep it went.
    shallow_share, shallow_rise: so is a swing below the first share of that median, when its bottom is also higher than
        the median of the recent bottoms by more than the second share of it. A deep swing from a half-way top is no
        partial.   shallow_most: after so many of these in a row the person has changed style, and they count.
    dip_deg, dip_share: a dip that the counter's `reversal` passes over is partial from so many degrees and such a share
        of the usual range on, soon after a counted rep.
    learn_share: mean share of the exercise from which on a swing teaches the range.
    memory_s: how far back a rep's beginning is looked for.
    turn_share: the joint is at the bottom within this share of the fall from its lowest angle.
    seat_share, seat_load, seat_most_s, seat_rest_s: of an exercise that the feet carry, a swing is sitting down when, while
        the joint is within `seat_share` of the fall from its lowest angle, the time (`seat_most_s` at most) times how far
        the body's centre of mass is behind the heels comes to `seat_load` seconds times leg lengths; or when it is there
        for `seat_rest_s` wherever the weight lies.
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
    seat_share: float = bounded(0.2, low=0, high=1)
    seat_load: float = bounded(0.24, low=0)
    seat_most_s: float = bounded(2.0, above=0)
    seat_rest_s: float = bounded(60.0, above=0)

    def __post_init__(self) -> None:
        check_options(self)
        if not self.reversal_deg <= self.reversal_cap_deg:
            raise OptionError(
                "reversal_deg must be greater than 0 and at most reversal_cap_deg, "
                f"got {self.reversal_deg} and {self.reversal_cap_deg}"
            )


@dataclass(frozen=True, slots=True)
class Observation:
    """What one frame says about one exercise.

    t: seconds.   angle_deg: the swinging joint, mean of both sides.   exercise: share of votes for its two classes.
    bottom: share for its bottom class.   distance: to the nearest samples.   tilt_deg: trunk from upright.
    score: that a person is there, 0..1.   visibility: of the joints that the exercise needs, on the better side, 0..1.
    postures_deg: the angles of the exercise's `postures`, in their order.
    balance: how far the centre of mass lies before the heels, leg lengths, where the exercise asks for it; else 0.
    hinge_deg: by how much the hips are closed more than the knees, degrees, where the exercise asks for it; else 0.
    limbs: (C,) what `LimbMotion.seen` gives, for a taught exercise; else None.
    told: share of the votes that are not for neutral standing.
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
    balance: float = 0.0
    hinge_deg: float = 0.0
    limbs: DoubleArray | None = field(default=None, compare=False)
    told: float = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Means over the span of a swing; angle, tilt and bottom votes around its turning point.

    exercise: share of the exercise's classes in the votes that speak for or against one.
    postures: whether the exercise's further limits are kept.   limbs: whether the limbs of a taught exercise move as taught.
    seated: something else than the feet carries the body.
    hinge_deg: by how much the hips are closed more than the knees around the turning point, degrees.
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
    seated: bool = False
    hinge_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class RepCandidate:
    """A candidate rep: down and back up.

    t_start, t_bottom, t_end: seconds; leaving the top, turning point, coming back far enough.
    evidence: what was seen.   accepted: whether it counts.   reason: which limit it fails first, or "".
    failed: all limits that it fails.
    confidence: 0..1, 0 for one that is not the exercise.
    partial: it is the exercise but did not go far enough; it is not accepted.
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
    """What was seen around the turning point `turn` = (seconds, degrees), while the angle was within a share of `height`
    degrees from it."""
    t_turn, lowest = turn
    limit = lowest + share * height
    before = takewhile(lambda seen: seen.t >= t_turn or seen.angle_deg <= limit, reversed(history))
    first = min((seen.t for seen in before), default=t_turn)
    return list(
        takewhile(
            lambda seen: seen.t <= t_turn or seen.angle_deg <= limit,
            (seen for seen in history if seen.t >= min(first, t_turn)),
        )
    )
