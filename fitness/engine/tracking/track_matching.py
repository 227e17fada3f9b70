"""Measures how well an observation fits a track: by position, appearance, size and velocity.

The relative distance is the distance from the predicted position, divided by the distance that is plausible in the time
since the last observation.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from fitness.engine.blazepose.geometry import median_distance
from fitness.engine.tracking.track import STRANGER, PoseObservation, Track
from fitness.types import DoubleArray

_REACH: Final = 0.35
"""Distance between landmarks and their predicted positions that is always plausible, in body sizes."""
_SPEED: Final = 1.6
"""Growth of that distance with time since the last observation, body sizes per second: a quick walk."""
_UNKNOWN_APPEARANCE: Final = 0.7
"""Appearance difference that is assumed if it is unknown."""
_APPEARANCE_WEIGHT: Final = 0.5
"""Weight of the appearance difference in the assignment cost; that of the relative distance is 1."""
_FAMILIAR: Final = 0.8
"""Appearance difference up to which a person is re-identified at any place within reach."""
_SAME_SPOT: Final = 0.5
"""Fraction of the reach within which a track hidden for less than `_MOMENT_S` is re-identified by position alone."""
_MOMENT_S: Final = 1.0
"""Time since the last observation within which position counts more than appearance, seconds."""
_TOO_MUCH: Final = 1.2
"""Assignment cost above which an observation is rejected and the track is hidden."""
_HIDING_S: Final = 2.0
_HARDLY_NEW: Final = 2.0
"""An observation within this relative distance of a track that was lost less than `_HIDING_S` seconds ago is hardly new."""
_BYSTANDER: Final = 0.3
"""Assignment penalty for giving an observation to a bystander."""
_SLIGHTLY: Final = 0.15
"""The same for a person who is back at home for several frames."""
_LEAVING: Final = 0.3
"""Distance in body sizes by which a followed person, still at home, must be farther from its middle than a new one."""
_OWNED: Final = 0.7
"""Assignment penalty for an observation that was found in the ROI of another person."""
_STRANGE_APPEARANCE: Final = 1.5
_STRANGE_PLACE: Final = 0.35
"""Appearance difference and relative distance above which, together, an observation fits badly."""
_RESIZED: Final = 0.15
"""Relative size change that costs as much as a clear appearance difference."""
_JUMP: Final = 0.08
_JUMP_PER_S: Final = 2.0
"""Landmark step between frames above which the ROI may hold another person, in body sizes and body sizes per second.
In clips with bystanders such steps were 0.16 and 5; the same person squatting stays below 0.06."""
_JUMP_APPEARANCE: Final = 1.0
"""Appearance difference that confirms such a step; a step twice as long needs no confirmation."""
_CLEARLY: Final = 0.3
"""Margin in appearance difference by which a new observation at the track's home must beat the followed person.
It is not needed when the difference is below `_FAMILIAR`."""


def assignment_cost(track: Track, observation: PoseObservation, t: float) -> float:
    """Assignment cost of an observation: about 0..1 for the same person, infinite for another person."""
    gap = t - track.t
    far = _relative_distance(track, observation, t)
    difference = appearance_difference(track, observation)
    cost = min(far, 2.0) + _APPEARANCE_WEIGHT * (
        _UNKNOWN_APPEARANCE if difference is None else min(difference, 3.0)
    )
    if observation.owner is track:
        return cost + (_BYSTANDER if track.bystander else 0.0)
    if cost > _TOO_MUCH or not _recognised(far, gap, difference):
        return math.inf
    return cost + (_OWNED if observation.owner is not None and not observation.owner.bystander else 0.0)


def may_be_lost(track: Track, observation: PoseObservation, t: float) -> bool:
    """Whether an observation is so near the position where the track was just lost that it is hardly a new person."""
    return t - track.t <= _HIDING_S and _relative_distance(track, observation, t) <= _HARDLY_NEW


def fits_badly(track: Track, observation: PoseObservation, t: float) -> bool:
    """Whether neither position nor appearance fits well."""
    difference = appearance_difference(track, observation)
    return (
        difference is not None
        and difference > _STRANGE_APPEARANCE
        and _relative_distance(track, observation, t) > _STRANGE_PLACE
    )


def motion_change(track: Track, observation: PoseObservation, velocity: DoubleArray) -> float:
    """How much size and velocity of a track differ from those before other people came close.

    About 1 for a clear difference, at most 3; 0 if unknown. Unlike the position, neither drifts from frame to frame
    towards a person nearby.
    """
    if track.before is None:
        return 0.0
    size = max(track.before.size, 1e-6)
    turned = float(np.linalg.norm(track.before.velocity - velocity)) / size
    return min(abs(math.log(max(observation.size, 1e-6) / size)) / _RESIZED + turned, 3.0)


def appearance_difference(track: Track, observation: PoseObservation) -> float | None:
    """Appearance difference, 0 for the same appearance; None if unknown."""
    return None if track.appearance is None else track.appearance.difference(observation.appearance.read())


def jumped(track: Track, observation: PoseObservation, t: float) -> bool:
    """Whether the observation in the track's ROI may be another person, who came in front."""
    gap = t - track.t
    if track.times_seen < 4:
        return False
    step = median_distance(observation.points, track.expected(t)) / max(track.size, 1e-6)
    if step < max(_JUMP, _JUMP_PER_S * gap):
        return False
    unlike = appearance_difference(track, observation)
    return step > 2 * max(_JUMP, _JUMP_PER_S * gap) or (unlike is not None and unlike > _JUMP_APPEARANCE)


def fits_home(track: Track, observation: PoseObservation, instead: PoseObservation | None, t: float) -> bool:
    """Whether a new observation at the track's home fits the person better than the followed one, `instead`."""
    home = track.home
    if home is None or not home.fits(observation.middle, observation.size, t):
        return False
    if home.appearance is None:
        return instead is not None and not home.near(instead.middle)
    new = home.unlike(observation.appearance.read())
    old = None if instead is None else home.unlike(instead.appearance.read())
    if instead is not None and home.near(instead.middle):
        leaving = home.distance(instead.middle) - home.distance(observation.middle) > _LEAVING
        return leaving and new is not None and old is not None and new < old - _CLEARLY
    if new is None:
        return instead is not None
    return new < _FAMILIAR if old is None else new < max(_FAMILIAR, old - _CLEARLY)


def is_back_home(
    track: Track, other: Track, observation: PoseObservation, instead: PoseObservation | None, t: float
) -> bool:
    """Whether an observation of `other` is the person of `track`, who is at home again, rather than the other.

    instead: the observation of `track` on the frame, or None.
    """
    home = track.home
    if home is None or other.home is None or home.since >= other.home.since:
        return False
    if not home.fits(observation.middle, observation.size, t):
        return False
    if instead is not None and home.near(instead.middle):
        return False
    if fits_home(track, observation, instead, t):
        return True
    differences = (home.unlike(observation.appearance.read()), appearance_difference(track, observation))
    known = [each for each in differences if each is not None]
    if not known or min(known) > _STRANGE_APPEARANCE:
        return False
    rivals = [appearance_difference(other, observation)]
    if instead is not None:
        rivals.append(home.unlike(instead.appearance.read()))
    return all(each is not None and min(known) < each - _SLIGHTLY for each in rivals)


def _recognised(far: float, gap_s: float, difference: float | None) -> bool:
    """Whether an observation from outside its ROI may be the person of a track (re-identification).

    far: `_relative_distance`.   gap_s: seconds since the last observation.   difference: `appearance_difference`.
    """
    if far > 1:
        return False
    if far < _SAME_SPOT and gap_s <= _MOMENT_S:
        return True
    return difference is not None and difference <= (
        STRANGER if gap_s <= _MOMENT_S or far < _SAME_SPOT else _FAMILIAR
    )


def _relative_distance(track: Track, observation: PoseObservation, t: float) -> float:
    """Distance from the predicted position, divided by the distance that is plausible in that time."""
    far = median_distance(observation.points, track.expected(t))
    return far / (max(track.size, 1e-6) * (_REACH + _SPEED * (t - track.t)))
