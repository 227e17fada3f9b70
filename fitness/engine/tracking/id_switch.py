"""Detects id switches: the tracks of two people who come close may be swapped; this is checked once they part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np

from fitness.engine.tracking.association import assign
from fitness.engine.tracking.track import Motion, PoseObservation, Track, box_around, boxes_touch
from fitness.engine.tracking.track_matching import (
    appearance_difference,
    assignment_cost,
    fits_badly,
    is_back_home,
    motion_change,
)

_MARGIN: Final = 0.1
"""Margin in body sizes around the landmarks within which another person makes the assignment uncertain."""
_HIDDEN_S: Final = 2.0
"""Seconds for which a hidden person may be behind a visible one."""
_PARTED: Final = 4
"""Frames after parting over which evidence is averaged."""
_STEADY: Final = 4
"""Frames with an observation after which the velocity is reliable."""
_AT_HOME: Final = 4
"""Frames in a row after which a person at the home of an absent one is that one."""
_CLEAR: Final = 0.6
"""Evidence beyond which a decision is made, in units of appearance difference."""


class IdSwitchDetector:
    """Remembers pairs of tracks that came close and may be swapped."""

    def __init__(self) -> None:
        self._doubts: dict[tuple[Track, Track], list[float]] = {}
        self._at_home: dict[tuple[Track, Track], int] = {}

    def assign(
        self, tracks: Sequence[Track], observations: Sequence[PoseObservation], t: float
    ) -> dict[Track, PoseObservation]:
        """Assign observations to tracks with the least total cost of position and appearance.

        Observations that fit no track are left out. A track of an uncertain pair gets no observation that fits neither
        its position nor its appearance.
        """
        if (
            len(tracks) == len(observations) == 1
            and observations[0].owner is tracks[0]
            and not self.doubtful(tracks[0])
        ):
            return {tracks[0]: observations[0]}  # whatever the cost, it is finite
        costs = np.array(
            [[assignment_cost(track, observation, t) for observation in observations] for track in tracks]
        )
        chosen = assign(costs.reshape(len(tracks), len(observations)))
        pairs = {tracks[row]: observations[column] for row, column in chosen}
        return {
            track: observation
            for track, observation in pairs.items()
            if not (self.doubtful(track) and fits_badly(track, observation, t))
        }

    def note(
        self, observations: Mapping[Track, PoseObservation], tracks: Sequence[Track], t: float
    ) -> set[Track]:
        """The tracks with another person, visible or hidden, so near that position and appearance are unreliable.

        observations: all observations at `t` seconds.   tracks: all remembered tracks.
        """
        self._doubts = {key: value for key, value in self._doubts.items() if set(key) <= set(tracks)}
        hidden = [track for track in tracks if track not in observations and t - track.t < _HIDDEN_S]
        close: set[Track] = set()
        if len(observations) + len(hidden) > 1:
            boxes = {
                track: box_around(observation.points, _MARGIN * observation.size)
                for track, observation in observations.items()
            }
            boxes |= {track: box_around(track.expected(t), _MARGIN * track.size) for track in hidden}
            for first, second in combinations(boxes, 2):
                seen = first in observations or second in observations
                if seen and boxes_touch(boxes[first], boxes[second]):
                    close |= {first, second}
                    self._doubts[self._key(first, second)] = []
        for track, observation in observations.items():
            if track not in close and not self.doubtful(track) and track.times_seen >= _STEADY:
                track.before = Motion(t, observation.size, track.velocity)
        return close

    def doubtful(self, track: Track) -> bool:
        """Whether this track is in a pair that may be swapped."""
        return any(track in key for key in self._doubts)

    def exchanged(
        self, seen: Mapping[Track, PoseObservation], close: set[Track]
    ) -> list[tuple[Track, Track]]:
        """Pairs that parted `_PARTED` frames ago and fit better when swapped; each pair is returned once."""
        observations = {track: observation for track, observation in seen.items() if track not in close}
        found = []
        for key in [key for key in self._doubts if key[0] in observations and key[1] in observations]:
            self._doubts[key].append(_evidence(*key, observations))
            if len(self._doubts[key]) >= _PARTED and float(np.mean(self._doubts.pop(key))) < -_CLEAR:
                found.append(key)
        return found

    def came_home(
        self, seen: Mapping[Track, PoseObservation], tracks: Sequence[Track], t: float
    ) -> list[tuple[Track, Track]]:
        """Pairs (resident, other) of which the other's observations are the resident's; each pair is returned once.

        The resident stayed at a home before the other came, and is hidden or elsewhere now. A person of the resident's
        size and colours is at that home for `_AT_HOME` frames: the tracks were swapped when the two came close.
        """
        before, self._at_home = self._at_home, {}
        found: list[tuple[Track, Track]] = []
        for resident in tracks:
            for other, observation in seen.items():
                own = seen.get(resident)
                if other is resident or resident.bystander:
                    continue
                if not is_back_home(resident, other, observation, own, t):
                    continue
                frames = before.get((resident, other), 0) + 1
                if frames < _AT_HOME:
                    self._at_home[resident, other] = frames
                elif not any(track in pair for pair in found for track in (resident, other)):
                    found.append((resident, other))
                    self._doubts.pop(self._key(resident, other), None)
        return found

    def _key(self, first: Track, second: Track) -> tuple[Track, Track]:
        return (second, first) if (second, first) in self._doubts else (first, second)


def _evidence(first: Track, second: Track, observations: dict[Track, PoseObservation]) -> float:
    """Negative if the two tracks fit better when swapped. Appearance decides; if unclear, size and motion are added."""
    one, two = observations[first], observations[second]
    cases = ((first, two, 1), (second, one, 1), (first, one, -1), (second, two, -1))
    by_appearance = 0.0
    differences = [appearance_difference(track, observation) for track, observation, _ in cases]
    if None not in differences:
        by_appearance = sum(
            sign * min(value or 0.0, 4.0) for value, (_, _, sign) in zip(differences, cases, strict=True)
        )
    if abs(by_appearance) > _CLEAR:
        return by_appearance
    speeds = {first: first.velocity, second: second.velocity}
    by_motion = sum(
        sign * motion_change(track, observation, speeds[second if observation is two else first])
        for track, observation, sign in cases
    )
    return by_appearance + 0.5 * by_motion
