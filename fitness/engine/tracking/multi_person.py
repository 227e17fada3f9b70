"""The loop that keeps people apart: each has an id and filters, also when they cross, hide or leave and come back.

On every frame: look where each person was; search for more with the detector when it is time; two finds of one
person become one; finds are shared out among the people so that places and looks fit best; who finds nothing is
hidden, remembered for a while, and recognised by place and looks.

While somebody who is not asked for comes close to somebody who is, that one is followed too, but not shown: so a
passer-by is known to be one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.relative_roi import Size, size_of
from fitness.engine.tracking.filtered_person import Person
from fitness.engine.tracking.id_switch import IdSwitchDetector
from fitness.engine.tracking.result import FrameContext, TrackedFrame
from fitness.engine.tracking.search import Order, PersonSearch
from fitness.engine.tracking.tile_search import TileSearch
from fitness.engine.tracking.track import PoseObservation, Track, body_size
from fitness.types import ImageArray, Pose, Roi

_URGENT_S: Final = 2.0
"""For so long after somebody was lost the detector runs more often."""
_HURRY: Final = 0.2
"""Share of the time between searches to which that shrinks."""
_SURE: Final = 2
"""Frames in a row on which somebody new must be found, where others are followed already."""
_PASSERS_BY: Final = 2
"""How many people are followed at most who are not asked for."""
_CLOSE: Final = 2.0
"""Body sizes from somebody who is asked for within which they are."""
_COMPANY: Final = 4
"""On how many frames two people must have been seen to be sure that there are two."""
_ALONE_S: Final = 5.0
"""When nobody else was seen for so long, whoever is found is the person who was lost."""


class MultiPersonTracker:
    """Follows up to `num_poses` people.

    Args:
        finder: the networks and the options.
    """

    def __init__(self, finder: PoseEstimator) -> None:
        self._options = finder.options
        self._looker = PersonSearch(finder)
        self._tracks: list[Track] = []
        self._closeness = IdSwitchDetector()
        self._last_id = 0
        self._subject: Track | None = None
        self._t: float | None = None
        self._t_search = -math.inf
        self._t_company = -math.inf
        self._told: list[Roi] | None = None
        self._size: Size | None = None
        self._tile_search = TileSearch()

    def look_at(self, rois: list[Roi]) -> None:
        """See `TrackingLoop`."""
        self._told = rois

    def choose(self, person_id: int) -> bool:
        """Make a person the subject; False if nobody who is followed or remembered has this id."""
        for track in self._tracks:
            if track.id == person_id > 0:
                self._subject = track
                return True
        return False

    def step(self, moment: FrameContext) -> TrackedFrame:
        """See `TrackingLoop`."""
        self._fit(size_of(moment.image))
        self._forget(moment.t)
        gap = 0.0 if self._t is None else moment.t - self._t
        self._t = moment.t
        sights = self._looker.one_each(self._taken_back(self._where_they_were(moment), moment), moment)
        detections = None
        if self._time_to_search(moment.t, len(sights)):
            self._t_search = moment.t
            detections = self._search(moment, sights)
            if not sights and self._options.search_tiles:
                sights += self._looker.in_tile(moment, self._tile_search.next(moment.image))
        poses = self._follow(self._share_out(sights, moment.t), moment, gap)
        return self._result(poses, detections, moment.image)

    def _fit(self, size: Size) -> None:
        """Carry everything that is known in pixels over to frames of another size."""
        before, self._size = self._size, size
        if before is not None and before != size:
            for track in self._tracks:
                track.rescale(before, size)

    # --- where to look ---

    def _where_they_were(self, moment: FrameContext) -> list[PoseObservation]:
        """What is found in the ROIs of the people who were seen on the frame before, or where `look_at` said."""
        seen = [track for track in self._tracks if track.seen]
        places: list[tuple[Roi | None, Track | None]] = [(track.person.roi, track) for track in seen]
        if self._told is not None:
            owners = [*seen, *[None] * len(self._told)]
            places, self._told = list(zip(self._told, owners, strict=False)), None
        found = [
            (self._looker.sight(moment.image, roi, owner), owner) for roi, owner in places if roi is not None
        ]
        return [replace(sight, fresh=owner is None) for sight, owner in found if sight is not None]

    def _taken_back(self, sights: list[PoseObservation], moment: FrameContext) -> list[PoseObservation]:
        """The same, but where a passer-by was found in somebody's ROI, both are told apart."""
        out: list[PoseObservation] = []
        for sight in sights:
            owner = sight.owner
            behind = None
            if owner is not None and owner.jumped(sight, moment.t):
                behind = self._looker.behind(sight, owner, moment.image)
            if owner is None or behind is None or owner.cost(behind, moment.t) >= owner.cost(sight, moment.t):
                out.append(sight)
            else:
                out += [behind, replace(sight, owner=None, fresh=True, passes_by=True)]
        return out

    def _time_to_search(self, t: float, count: int) -> bool:
        """Whether the detector runs on this frame, on which `count` people were found where they were."""
        lost = sum(track.seen for track in self._tracks) - count
        if count == 0:
            return lost == 0 or self._options.detect_again
        urgent = lost > 0 or any(not track.seen and t - track.t < _URGENT_S for track in self._tracks)
        wait = self._options.detect_every_s * (_HURRY if urgent else 1.0)
        if self._t_search == -math.inf:
            self._t_search = t  # told where to look: no need to search at once
        return t - self._t_search >= wait - 1e-6

    def _search(self, moment: FrameContext, sights: list[PoseObservation]) -> list[Detection]:
        """Add to `sights` who else is there: people who are asked for, or else who comes close to them."""
        detections: list[Detection] = []
        order, passing = self._order(moment), sum(_passes_by(sight) for sight in sights)
        if len(sights) - passing >= self._options.num_poses:
            known = list(sights)
            detections, new = self._looker.beside(
                moment, sights, _PASSERS_BY - passing, order, lambda roi: _comes_close(roi, known)
            )
            sights += [replace(sight, passes_by=True) for sight in new if sight.fresh]
            return detections
        while (wanted := self._options.num_poses + passing - len(sights)) > 0:
            found, new = self._looker.beside(moment, sights, wanted, order)
            detections += found
            sights += new
            if not new:
                break
        return detections

    def _order(self, moment: FrameContext) -> Order:
        """In which order finds deserve to be looked at: first what may be the lost subject, then as `subject` says."""
        spot = None
        if self._subject is not None and not self._subject.seen:
            spot = self._subject.expected_roi(moment.t)
        elif self._options.subject == "central":
            spot = Roi(moment.image.shape[1] / 2, moment.image.shape[0] / 2, 1.0, 0.0)
        if spot is None:
            return lambda roi, score: -roi.size * score**2
        x, y = spot.x, spot.y
        return lambda roi, score: math.hypot(roi.x - x, roi.y - y)

    # --- who is who ---

    def _share_out(self, sights: list[PoseObservation], t: float) -> dict[Track, PoseObservation]:
        """Which person each of the sights is; new people where they fit nobody."""
        pairs = self._closeness.share_out(self._tracks, sights, t)
        rest = [sight for sight in sights if sight.fresh and sight not in pairs.values()]
        for sight in rest:
            hidden = [track for track in self._tracks if track not in pairs]
            if back := self._back_home(sight, pairs, t):
                if back in pairs:
                    other = self._new_track(pairs[back], t)
                    pairs[other] = pairs[back]
                back.give_up(t)
                pairs[back] = sight
            elif not pairs and len(hidden) == 1 and t - self._t_company > _ALONE_S:
                pairs[hidden[0]] = sight
            elif self._room(pairs, sight) and not any(track.may_be(sight, t) for track in hidden):
                pairs[self._new_track(sight, t)] = sight
        return pairs

    def _new_track(self, sight: PoseObservation, t: float) -> Track:
        looks, passes_by = sight.looks.read(), sight.passes_by
        track = Track(Person(self._options), sight.places, sight.size, t, looks=looks, passes_by=passes_by)
        self._tracks.append(track)
        return track

    def _back_home(
        self, sight: PoseObservation, pairs: dict[Track, PoseObservation], t: float
    ) -> Track | None:
        """Who somebody new is by place, size and colours: a person who is hidden, or who was taken for a passer-by."""
        known = (track for track in self._tracks if not track.passes_by)
        return next((track for track in known if track.lives_at(sight, pairs.get(track), t)), None)

    def _room(self, pairs: dict[Track, PoseObservation], sight: PoseObservation) -> bool:
        """Whether one more person may be followed; the place of a hidden subject is kept free."""
        if sight.passes_by:
            return True
        reserved = self._subject is not None and self._subject not in pairs
        return sum(not track.passes_by for track in pairs) + reserved < self._options.num_poses

    def _follow(
        self, sights: dict[Track, PoseObservation], moment: FrameContext, gap: float
    ) -> list[tuple[Pose, Track]]:
        """Smooth and remember everybody who is seen; the others are hidden from now on."""
        for track in self._tracks:
            if track.seen and track not in sights:
                track.hide()
        self._tracks = [track for track in self._tracks if track.id or track.passes_by or track in sights]
        close = self._closeness.note(sights, self._tracks, moment.t)
        for first, second in self._closeness.exchanged(sights, close):
            first.exchange(second)
            sights[first], sights[second] = sights[second], sights[first]
        followed = any(track.id for track in self._tracks)
        if sum(track.sights >= _COMPANY for track in sights) > 1:
            self._t_company = moment.t
        out = []
        for track, sight in sights.items():
            if not track.id and not track.passes_by and (not followed or track.sights + 1 >= _SURE):
                self._last_id += 1
                track.person.id = self._last_id
            if sight.owner is not track:  # found anew: what came before is another place
                track.person.lose()
            pose = track.person.follow(sight.found, moment.t, moment.t_filter, moment.image)
            track.see(sight, moment.t)
            if track not in close and not self._closeness.doubtful(track):
                track.learn(sight, gap)
            out.append((pose, track))
        return out

    def _forget(self, t: float) -> None:
        """Let go of people who were not seen for long, of the subject somewhat sooner, of passers-by when far."""
        if (
            self._subject is not None
            and not self._subject.seen
            and t - self._subject.t > self._options.hold_s
        ):
            self._subject = None
        asked_for = [track for track in self._tracks if not track.passes_by and t - track.t <= _URGENT_S]
        kept = []
        for track in self._tracks:
            limit = _URGENT_S if track.passes_by else self._options.remember_s
            gone = not track.seen and track is not self._subject and t - track.t > limit
            if not gone and (not track.passes_by or any(track.near(other, _CLOSE) for other in asked_for)):
                kept.append(track)
        self._tracks = kept

    def _result(
        self, poses: list[tuple[Pose, Track]], detections: list[Detection] | None, image: ImageArray
    ) -> TrackedFrame:
        shown = sorted((each for each in poses if each[0].id), key=lambda each: each[0].id)
        if self._subject is None and shown:
            self._subject = self._first_choice([track for _, track in shown], image)
        subject = next((pose for pose, track in shown if track is self._subject), None)
        return TrackedFrame(
            tuple(pose for pose, _ in shown),
            tuple(track.person.roi for _, track in shown),
            subject,
            tuple(detections or ()),
            detections is not None,
        )

    def _first_choice(self, tracks: list[Track], image: ImageArray) -> Track:
        """Whom to count when nobody is chosen yet."""
        if self._options.subject == "largest":
            return max(tracks, key=lambda track: track.size)
        height, width = image.shape[:2]
        return min(tracks, key=lambda track: float(np.hypot(*(track.middle - (width / 2, height / 2)))))


def _passes_by(sight: PoseObservation) -> bool:
    """Whether it was found in the place of somebody who is not asked for."""
    return sight.passes_by or (sight.owner is not None and sight.owner.passes_by)


def _comes_close(roi: Roi, sights: list[PoseObservation]) -> bool:
    """Whether somebody in a ROI is close to one of those who are seen."""
    return any(
        math.hypot(*(sight.found.auxiliary[0, :2] - (roi.x, roi.y)))
        < _CLOSE * max(sight.size, body_size(roi))
        for sight in sights
    )
