"""The loop that keeps people apart: each has an id and filters, also when they cross, hide or leave and come back.

On every frame: look where each person was; search for more with the detector when it is time; two finds of one
person become one; finds are shared out among the people so that places and looks fit best; who finds nothing is
hidden, remembered for a while, and recognised by place and looks.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from fitness.engine.appearance import appearance
from fitness.engine.association import assign, likeness
from fitness.engine.crowd_track import Sight, Track, body_size
from fitness.engine.detector import Detection
from fitness.engine.exchange import Closeness
from fitness.engine.finder import Finder
from fitness.engine.painting import Paint
from fitness.engine.person import Person
from fitness.engine.roi import next_roi
from fitness.engine.tracked import Moment, TrackedFrame
from fitness.types import DoubleArray, ImageArray, Pose, Roi

_SAME_PERSON: Final = 0.65
"""Likeness of landmarks above which two finds are one person."""
_NEW_PERSON: Final = 0.4
"""Likeness with others below which a find may be somebody new."""
_URGENT_S: Final = 2.0
"""For so long after somebody was lost the detector runs more often."""
_VISIBLE: Final = 0.35
"""Share of the joints that must be seen beside the people in front."""
_FRESH: Final = 0.7
"""The same for somebody new."""
_HURRY: Final = 0.2
"""Share of the time between searches to which that shrinks."""
_SURE: Final = 2
"""Frames in a row on which somebody new must be found, where others are followed already."""


class CrowdLoop:
    """Follows up to `num_poses` people.

    Args:
        finder: the networks and the options.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._options = finder.options
        self._tracks: list[Track] = []
        self._closeness = Closeness()
        self._last_id = 0
        self._subject: Track | None = None
        self._t: float | None = None
        self._t_search: float | None = None
        self._told: list[Roi] | None = None

    def look_at(self, rois: list[Roi]) -> None:
        """See `Loop`."""
        self._told = rois

    def choose(self, person_id: int) -> bool:
        """Make a person the subject; False if nobody who is followed or remembered has this id."""
        for track in self._tracks:
            if track.id == person_id:
                self._subject = track
                return True
        return False

    def step(self, moment: Moment) -> TrackedFrame:
        """See `Loop`."""
        self._forget(moment.t)
        gap = 0.0 if self._t is None else moment.t - self._t
        self._t = moment.t
        sights = self._one_each(self._where_they_were(moment), moment)
        detections: list[Detection] | None = None
        if self._time_to_search(moment.t, len(sights)):
            self._t_search = moment.t
            detections = []
            while len(sights) < self._options.num_poses:
                found, more = self._elsewhere(moment, sights)
                detections += found
                sights += more
                if not more:
                    break
        poses = self._follow(self._share_out(sights, moment.t), moment, gap)
        return self._result(poses, detections, moment.image)

    # --- where to look ---

    def _where_they_were(self, moment: Moment) -> list[Sight]:
        """What is found in the ROIs of the people who were seen on the frame before, or where `look_at` said."""
        if self._told is not None:
            told, self._told = self._told, None
            owners = [track for track in self._tracks if track.seen]
            places = [(roi, owners[k] if k < len(owners) else None) for k, roi in enumerate(told)]
        else:
            places = [(track.person.roi, track) for track in self._tracks if track.seen and track.person.roi]
        found = ((self._sight(moment.image, roi, owner), owner) for roi, owner in places)
        return [replace(sight, fresh=owner is None) for sight, owner in found if sight is not None]

    def _sight(self, image: ImageArray, roi: Roi, owner: Track | None) -> Sight | None:
        """Who is found in a ROI."""
        found = self._finder.look(image, roi)
        if found is None:
            return None
        after = next_roi(found, found.auxiliary, self._options.upper_body)
        size = body_size(found.roi if after is None else after)
        return Sight(found, appearance(image, found.image, found.visibility), size, owner)

    def _time_to_search(self, t: float, count: int) -> bool:
        """Whether the detector runs on this frame, on which `count` people were found where they were."""
        if count >= self._options.num_poses:
            return False
        lost = sum(track.seen for track in self._tracks) - count
        if count == 0:
            return lost == 0 or self._options.detect_again
        urgent = lost > 0 or any(not track.seen and t - track.t < _URGENT_S for track in self._tracks)
        wait = self._options.detect_every_s * (_HURRY if urgent else 1.0)
        return self._t_search is None or t - self._t_search >= wait - 1e-6

    def _elsewhere(self, moment: Moment, sights: list[Sight]) -> tuple[list[Detection], list[Sight]]:
        """What the detector reports besides `sights`, who are painted over for it, and who is found there."""
        paint = Paint(moment.image, map(_body, sights))
        detections = self._finder.detect(paint.picture() if sights else moment.image, moment.rotation_deg)
        new: list[Sight] = []
        for roi in self._preferred(detections, moment):
            others = sights + new
            if len(others) >= self._options.num_poses:
                break
            sight = self._sight(moment.image, roi, None)
            if sight is not None and not _apart(sight, others, _SAME_PERSON):
                sight = self._sight(Paint(moment.image, map(_body, others)).picture(), roi, None)
            if sight is not None and _apart(sight, others, _SAME_PERSON):
                free = paint.share_outside(sight.places)
                if free > _VISIBLE:
                    new.append(replace(sight, fresh=free > _FRESH and _apart(sight, others, _NEW_PERSON)))
        return detections, new

    def _one_each(self, sights: list[Sight], moment: Moment) -> list[Sight]:
        """The sights, each of another person: where two are the same, whoever fits less well looks again, with the
        other painted over.
        """
        kept: list[Sight] = []
        for sight in sorted(sights, key=lambda each: self._misfit(each, moment.t)):
            again: Sight | None = sight
            if not _apart(sight, kept, _SAME_PERSON):
                paint = Paint(moment.image, map(_body, kept))
                again = self._sight(paint.picture(), sight.found.roi, sight.owner)
                if again is not None and paint.share_outside(again.places) < _VISIBLE:
                    again = None
            if again is not None and _apart(again, kept, _SAME_PERSON):
                kept.append(again)
        return kept

    def _misfit(self, sight: Sight, t: float) -> float:
        """How badly a sight fits the person in whose place it was found."""
        return math.inf if sight.owner is None else sight.owner.cost(sight, t)

    def _preferred(self, detections: list[Detection], moment: Moment) -> list[Roi]:
        """The ROIs of detections in the order in which they deserve to be looked at."""
        places = [roi for each in detections if (roi := self._finder.place(each)) is not None]
        height, width = moment.image.shape[:2]
        if self._subject is not None and not self._subject.seen:
            spot = self._subject.expected_roi(moment.t)
            if spot is not None:
                return sorted(places, key=lambda roi: math.hypot(roi.x - spot.x, roi.y - spot.y))
        if self._options.subject == "central":
            return sorted(places, key=lambda roi: math.hypot(roi.x - width / 2, roi.y - height / 2))
        return sorted(places, key=lambda roi: -roi.size)

    # --- who is who ---

    def _share_out(self, sights: list[Sight], t: float) -> list[tuple[Track, Sight]]:
        """Which person each of the sights is; new people where they fit nobody."""
        costs = np.array([[track.cost(sight, t) for sight in sights] for track in self._tracks])
        pairs = assign(costs.reshape(len(self._tracks), len(sights)))
        known = [(self._tracks[row], sights[column]) for row, column in pairs]
        known = [(track, sight) for track, sight in known if not self._mixed_up(track, sight, t)]
        taken = {column for _, column in pairs}
        for column, sight in enumerate(sights):
            if column in taken or not sight.fresh or not self._room(known):
                continue
            if not any(track.may_be(sight, t) for track in self._tracks if not track.seen):
                track = Track(Person(self._options), sight.places, sight.size, t)
                self._tracks.append(track)
                known.append((track, sight))
        return known

    def _mixed_up(self, track: Track, sight: Sight, t: float) -> bool:
        """Whether landmarks are so far off, in place and in looks, that they are partly those of somebody close."""
        return self._closeness.doubtful(track) and track.strange(sight, t)

    def _room(self, known: list[tuple[Track, Sight]]) -> bool:
        """Whether one more person may be followed; the place of a hidden subject is kept free."""
        reserved = self._subject is not None and all(track is not self._subject for track, _ in known)
        return len(known) + reserved < self._options.num_poses

    def _follow(
        self, pairs: list[tuple[Track, Sight]], moment: Moment, gap: float
    ) -> list[tuple[Pose, Track]]:
        """Smooth and remember everybody who is seen; the others are hidden from now on."""
        seen = {track for track, _ in pairs}
        for track in self._tracks:
            if track.seen and track not in seen:
                track.hide()
        self._tracks = [track for track in self._tracks if track.id or track in seen]
        close = self._closeness.note(pairs, self._tracks, moment.t)
        sights = dict(pairs)
        for first, second in self._closeness.exchanged(pairs, close):
            first.exchange(second)
            sights[first], sights[second] = sights[second], sights[first]
        followed = any(track.id for track in self._tracks)
        out = []
        for track, sight in sights.items():
            if not track.id and (not followed or track.sights + 1 >= _SURE):
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
        """Let go of people who were not seen for long, and of the subject somewhat sooner."""
        if (
            self._subject is not None
            and not self._subject.seen
            and t - self._subject.t > self._options.hold_s
        ):
            self._subject = None
        limit = self._options.remember_s
        self._tracks = [
            track for track in self._tracks if track.seen or track is self._subject or t - track.t <= limit
        ]

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


def _body(sight: Sight) -> tuple[DoubleArray, float]:
    return sight.places, sight.size


def _apart(sight: Sight, others: list[Sight], limit: float) -> bool:
    """Whether the sight is less like each of the others than `limit`."""
    return all(
        likeness(sight.places, other.places, (sight.size + other.size) / 2) < limit for other in others
    )
