"""Two people who come close may be taken for each other; this notices when they part, and says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np

from fitness.engine.tracking.association import assign
from fitness.engine.tracking.track import Motion, PoseObservation, Track, box_around, boxes_touch

_MARGIN: Final = 0.1
"""Body sizes around the landmarks within which another person disturbs."""
_HIDDEN_S: Final = 2.0
"""For so long a hidden person may be behind somebody who is seen."""
_PARTED: Final = 4
"""Frames after parting on which evidence is gathered."""
_STEADY: Final = 4
"""Frames on which somebody must have been seen before the velocity means something."""
_CLEAR: Final = 0.6
"""Evidence, in differences of looks, that settles the question."""


class IdSwitchDetector:
    """Remembers who has been close to whom and is not yet told apart for sure."""

    def __init__(self) -> None:
        self._doubts: dict[tuple[Track, Track], list[float]] = {}

    def share_out(
        self, tracks: Sequence[Track], sights: Sequence[PoseObservation], t: float
    ) -> dict[Track, PoseObservation]:
        """Which person each of the sights is, so that places and looks fit best in all. Those that fit nobody are left
        out, and so are people who were close to each other and whose landmarks are partly the other's.
        """
        if len(tracks) == len(sights) == 1 and sights[0].owner is tracks[0] and not self.doubtful(tracks[0]):
            return {tracks[0]: sights[0]}  # whatever the cost, it is finite
        costs = np.array([[track.cost(sight, t) for sight in sights] for track in tracks])
        chosen = assign(costs.reshape(len(tracks), len(sights)))
        pairs = {tracks[row]: sights[column] for row, column in chosen}
        return {
            track: sight
            for track, sight in pairs.items()
            if not (self.doubtful(track) and track.strange(sight, t))
        }

    def note(self, sights: Mapping[Track, PoseObservation], tracks: Sequence[Track], t: float) -> set[Track]:
        """Who has somebody, seen or hidden, so near that places and looks cannot be trusted.

        sights: everybody who is seen at `t` seconds.   tracks: everybody who is remembered.
        """
        self._doubts = {key: value for key, value in self._doubts.items() if set(key) <= set(tracks)}
        boxes = {track: box_around(sight.places, _MARGIN * sight.size) for track, sight in sights.items()}
        for track in tracks:
            if track not in boxes and t - track.t < _HIDDEN_S:
                boxes[track] = box_around(track.expected(t), _MARGIN * track.size)
        close: set[Track] = set()
        for first, second in combinations(boxes, 2):
            if (first in sights or second in sights) and boxes_touch(boxes[first], boxes[second]):
                close |= {first, second}
                self._doubts[self._key(first, second)] = []
        for track, sight in sights.items():
            if track not in close and not self.doubtful(track) and track.sights >= _STEADY:
                track.before = Motion(t, sight.size, track.velocity)
        return close

    def doubtful(self, track: Track) -> bool:
        """Whether it is not settled yet who this is."""
        return any(track in key for key in self._doubts)

    def exchanged(
        self, seen: Mapping[Track, PoseObservation], close: set[Track]
    ) -> list[tuple[Track, Track]]:
        """Those who parted some frames ago and would fit better the other way round; each pair is told once."""
        sights = {track: sight for track, sight in seen.items() if track not in close}
        found = []
        for key in [key for key in self._doubts if key[0] in sights and key[1] in sights]:
            self._doubts[key].append(_evidence(*key, sights))
            if len(self._doubts[key]) >= _PARTED and float(np.mean(self._doubts.pop(key))) < -_CLEAR:
                found.append(key)
        return found

    def _key(self, first: Track, second: Track) -> tuple[Track, Track]:
        return (second, first) if (second, first) in self._doubts else (first, second)


def _evidence(first: Track, second: Track, sights: dict[Track, PoseObservation]) -> float:
    """Negative when the two would fit better the other way round; looks come first, then size and motion."""
    one, two = sights[first], sights[second]
    cases = ((first, two, 1), (second, one, 1), (first, one, -1), (second, two, -1))
    by_looks = 0.0
    looks = [track.unlike(sight) for track, sight, _ in cases]
    if None not in looks:
        by_looks = sum(
            sign * min(value or 0.0, 4.0) for value, (_, _, sign) in zip(looks, cases, strict=True)
        )
    if abs(by_looks) > _CLEAR:
        return by_looks
    speeds = {first: first.velocity, second: second.velocity}
    by_motion = sum(
        sign * track.changed(sight, speeds[second if sight is two else first]) for track, sight, sign in cases
    )
    return by_looks + 0.5 * by_motion
