"""Tracks several people. Each keeps an id and filters while people cross, are hidden, or leave and come back.

On every frame the landmark model runs in the ROI of each person. The detector searches for further people at intervals.
Two observations of one person are merged. Observations are assigned to tracks by position and appearance. A track
without an observation is hidden and kept for a while, so that the person can be re-identified.

Bystanders near a tracked person are followed internally, so that the two are not confused.
"""

# long: one class, whose methods are the steps of one frame

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.relative_roi import Size, size_of
from fitness.engine.tracking.filtered_person import Person
from fitness.engine.tracking.id_switch import IdSwitchDetector
from fitness.engine.tracking.result import FrameContext, TrackedFrame
from fitness.engine.tracking.search import PersonSearch
from fitness.engine.tracking.subject import SubjectChoice
from fitness.engine.tracking.tile_search import TileSearch
from fitness.engine.tracking.track import PoseObservation, Track, body_size
from fitness.engine.tracking.track_matching import assignment_cost, fits_home, jumped, may_be_lost
from fitness.types import ImageArray, Pose, Roi

_URGENT_S: Final = 2.0
"""Seconds after a loss in which the detector runs more often."""
_HURRY: Final = 0.2
"""Factor on the search interval during `_URGENT_S`."""
_RESTART_S: Final = 0.5
"""Seconds between searches for a person whose ROI seems wrong."""
_CHECK_S: Final = 0.25
"""Seconds between checks of the tracked ROIs against detections. A wrong ROI may drift, and then be contradicted for only
0.5 s. The detector runs only for doubtful landmarks: in filmed clips on one check in six with the full model, on one in
two with the lite model."""
_SMALL: Final = 0.35
"""Body height as a share of the frame height below which further people may be too small for the detector."""
_TILE_S: Final = 0.2
"""Seconds between searches of a tile while only small people are tracked."""
_SURE: Final = 2
"""Consecutive frames on which a new person must be found before getting an id, while others are tracked."""
_MOST_BYSTANDERS: Final = 2
"""Maximum number of bystanders that are followed."""
_CLOSE: Final = 2.0
"""Radius, in body sizes, within which bystanders are followed."""
_COMPANY: Final = 4
"""Frames with an observation that a track needs before it counts as a second person in the frame."""
_ALONE_S: Final = 5.0
"""Seconds without a second person, after which any new observation is assigned to the lost track."""


class MultiPersonTracker:
    """Follows up to `num_poses` people.

    Args:
        estimator: the networks and the options.
    """

    def __init__(self, estimator: PoseEstimator) -> None:
        self._options = estimator.options
        self._low_light = estimator.low_light
        self._people = PersonSearch(estimator)
        self._tracks: list[Track] = []
        self._closeness = IdSwitchDetector()
        self._last_id = 0
        self._subject = SubjectChoice(estimator.options)
        self._t: float | None = None
        self._t_search = -math.inf
        self._t_company = -math.inf
        self._given_rois: list[Roi] | None = None
        self._size: Size | None = None
        self._t_tile = self._t_restart = self._t_check = -math.inf
        self._tile_search = TileSearch()

    def set_rois(self, rois: list[Roi]) -> None:
        """See `TrackingLoop`."""
        self._given_rois = rois

    def choose(self, person_id: int) -> bool:
        """Make a person the subject; False if no followed or remembered track has this id."""
        for track in self._tracks:
            if track.id == person_id > 0:
                self._subject.track = track
                return True
        return False

    def step(self, context: FrameContext) -> TrackedFrame:
        """See `TrackingLoop`."""
        self._fit(size_of(context.image))
        if self._low_light is not None:
            self._low_light.watch(context.image, context.t)
        self._forget(context.t)
        gap = 0.0 if self._t is None else context.t - self._t
        self._t = context.t
        known = self._restart_wrong(self._observe_known(context), context)
        known = self._restart_contradicted(known, context)
        observations = self._people.one_each(self._separate_bystanders(known, context), context)
        detections = None
        if self._time_to_search(context.t, len(observations)):
            self._t_search = context.t
            detections = self._search(context, observations)
            if not observations and self._options.search_tiles:
                observations += self._people.in_tile(context, self._tile_search.next(context.image))
        if self._time_for_tile(observations, context):
            self._t_tile = context.t
            tile = self._tile_search.next(context.image)
            observations += self._people.in_tile(context, tile, observations)
        poses = self._follow(self._assign_tracks(observations, context.t), context, gap)
        return self._result(poses, detections, context.image)

    def _fit(self, size: Size) -> None:
        """Rescale all pixel values of the tracks when the frame size changes."""
        before, self._size = self._size, size
        if before is not None and before != size:
            for track in self._tracks:
                track.rescale(before, size)

    def _observe_known(self, context: FrameContext) -> list[PoseObservation]:
        """Observations in the ROIs of the people seen on the last frame, or in the ROIs set by `set_rois`."""
        seen = [track for track in self._tracks if track.seen]
        rois: list[tuple[Roi | None, Track | None]] = [(track.person.roi, track) for track in seen]
        if self._given_rois is not None:
            owners = [*seen, *[None] * len(self._given_rois)]
            rois, self._given_rois = list(zip(self._given_rois, owners, strict=False)), None
        check = self._time_to_check(context.t)
        found = [
            (self._people.observe(context.image, roi, owner, with_certainty=check), owner)
            for roi, owner in rois
            if roi is not None
        ]
        return [
            replace(observation, fresh=owner is None)
            for observation, owner in found
            if observation is not None
        ]

    def _restart_wrong(
        self, observations: list[PoseObservation], context: FrameContext
    ) -> list[PoseObservation]:
        """The observations; where one is upside down or of a part of the body, the detector finds the person anew.

        After an occlusion the ROI may be turned or too small. The landmarks are then wrong, and so is the next ROI.
        """
        if context.t - self._t_restart < _RESTART_S or not any(map(_wrong_roi, observations)):
            return observations
        self._t_restart = context.t
        out = []
        for observation in observations:
            whole, owner = None, observation.owner
            if owner is not None and owner.home is not None and _wrong_roi(observation):
                others = [other for other in observations if other is not observation]
                whole = self._people.at_home(context, owner.home, others)
                if whole is not None:
                    whole = replace(whole, owner=owner)
                    owner.restart(whole)
            out.append(whole or observation)
        return out

    def _time_to_check(self, t: float) -> bool:
        """Whether the ROIs of the tracked people are compared with detections on this frame, if they look doubtful."""
        return t - self._t_check >= _CHECK_S - 1e-6

    def _restart_contradicted(
        self, observations: list[PoseObservation], context: FrameContext
    ) -> list[PoseObservation]:
        """The observations; where the detector contradicts a ROI, the track starts again from the detection.

        After a cut or a crossfade a ROI may stay upside down or outside the image. The track keeps its id.
        """
        if not observations or not self._time_to_check(context.t):
            return observations
        self._t_check = context.t
        right = self._people.in_wrong_rois(context, sorted(observations, key=_is_bystander))
        for observation in right.values():
            if observation.owner is not None:
                observation.owner.start_again(observation)
        return [right.get(observation, observation) for observation in observations]

    def _separate_bystanders(
        self, observations: list[PoseObservation], context: FrameContext
    ) -> list[PoseObservation]:
        """The observations, with one more for each person who is covered by a bystander in the same ROI."""
        out: list[PoseObservation] = []
        for observation in observations:
            owner = observation.owner
            behind = None
            if owner is not None and jumped(owner, observation, context.t):
                behind = self._people.behind(observation, owner, context.image)
            if (
                owner is None
                or behind is None
                or assignment_cost(owner, behind, context.t) >= assignment_cost(owner, observation, context.t)
            ):
                out.append(observation)
            else:
                out += [behind, replace(observation, owner=None, fresh=True, bystander=True)]
        return out

    def _time_to_search(self, t: float, count: int) -> bool:
        """Whether the detector runs on this frame; `count` people were found in their ROIs."""
        lost = sum(track.seen for track in self._tracks) - count
        if count == 0:
            return lost == 0 or self._options.detect_again
        urgent = lost > 0 or any(not track.seen and t - track.t < _URGENT_S for track in self._tracks)
        wait = self._options.detect_every_s * (_HURRY if urgent else 1.0)
        if self._t_search == -math.inf:
            self._t_search = t  # `set_rois` gave the ROIs: no need to search at once
        return t - self._t_search >= wait - 1e-6

    def _time_for_tile(self, observations: list[PoseObservation], context: FrameContext) -> bool:
        """Whether to search a tile for one more small person: only small people are tracked, and there is room."""
        options = self._options
        if not options.search_tiles or not 0 < len(observations) < options.num_poses:
            return False
        small = _SMALL * context.image.shape[0] / 2
        return context.t - self._t_tile >= _TILE_S and all(each.size < small for each in observations)

    def _search(self, context: FrameContext, observations: list[PoseObservation]) -> list[Detection]:
        """Add new people to `observations`: up to `num_poses` tracked people, then bystanders near them."""
        detections: list[Detection] = []
        order = self._subject.search_order(context)
        bystanders = sum(_is_bystander(observation) for observation in observations)
        if len(observations) - bystanders >= self._options.num_poses:
            known = list(observations)
            detections, new = self._people.beside(
                context,
                observations,
                _MOST_BYSTANDERS - bystanders,
                order,
                lambda roi: _comes_close(roi, known),
            )
            observations += [replace(observation, bystander=True) for observation in new if observation.fresh]
            return detections
        while (wanted := self._options.num_poses + bystanders - len(observations)) > 0:
            found, new = self._people.beside(context, observations, wanted, order)
            detections += found
            observations += new
            if not new:
                break
        return detections

    def _assign_tracks(self, observations: list[PoseObservation], t: float) -> dict[Track, PoseObservation]:
        """Assign observations to tracks; an observation that fits no track begins a new one."""
        pairs = self._closeness.assign(self._tracks, observations, t)
        rest = [
            observation
            for observation in observations
            if observation.fresh and observation not in pairs.values()
        ]
        for observation in rest:
            hidden = [track for track in self._tracks if track not in pairs]
            if back := self._match_home(observation, pairs, t):
                if back in pairs:
                    other = self._new_track(pairs[back], t)
                    pairs[other] = pairs[back]
                back.give_up(t)
                pairs[back] = observation
            elif not pairs and len(hidden) == 1 and t - self._t_company > _ALONE_S:
                pairs[hidden[0]] = observation
            elif self._room(pairs, observation) and not any(
                may_be_lost(track, observation, t) for track in hidden
            ):
                pairs[self._new_track(observation, t)] = observation
        return pairs

    def _new_track(self, observation: PoseObservation, t: float) -> Track:
        track = Track(Person(self._options), observation.points, observation.size, t)
        track.appearance, track.bystander = observation.appearance.read(), observation.bystander
        self._tracks.append(track)
        return track

    def _match_home(
        self, observation: PoseObservation, pairs: dict[Track, PoseObservation], t: float
    ) -> Track | None:
        """The track whose home, size and colours match a new observation.

        Such a track is hidden, or has wrongly followed a bystander.
        """
        known = (track for track in self._tracks if not track.bystander)
        return next((track for track in known if fits_home(track, observation, pairs.get(track), t)), None)

    def _room(self, pairs: dict[Track, PoseObservation], observation: PoseObservation) -> bool:
        """Whether one more person may be tracked; room is reserved for a hidden subject."""
        if observation.bystander:
            return True
        reserved = self._subject.track is not None and self._subject.track not in pairs
        return sum(not track.bystander for track in pairs) + reserved < self._options.num_poses

    def _follow(
        self, observations: dict[Track, PoseObservation], context: FrameContext, gap: float
    ) -> list[tuple[Pose, Track]]:
        """Filter and store the observations; hide tracks without one."""
        for track in self._tracks:
            if track.seen and track not in observations:
                track.hide()
        self._tracks = [
            track for track in self._tracks if track.id or track.bystander or track in observations
        ]
        close = self._closeness.note(observations, self._tracks, context.t)
        for first, second in self._closeness.exchanged(observations, close):
            first.exchange(second)
            observations[first], observations[second] = observations[second], observations[first]
        for resident, other in self._closeness.came_home(observations, self._tracks, context.t):
            resident.take_back(other)
            theirs = observations.pop(resident, None)
            observations[resident] = observations.pop(other)
            if theirs is not None:
                observations[other] = theirs
        followed = any(track.id for track in self._tracks)
        if sum(track.times_seen >= _COMPANY for track in observations) > 1:
            self._t_company = context.t
        out = []
        for track, observation in observations.items():
            if not track.id and not track.bystander and (not followed or track.times_seen + 1 >= _SURE):
                self._last_id += 1
                track.person.id = self._last_id
            if observation.owner is not track:
                track.person.lose()  # found by a new search: the old filter state is for another place
            pose = track.person.follow(observation.found, context.t, context.t_filter, context.image)
            track.see(observation, context.t)
            if track not in close and not self._closeness.doubtful(track):
                track.learn(observation, gap)
            out.append((pose, track))
        return out

    def _forget(self, t: float) -> None:
        """Drop tracks without a recent observation, and bystanders who are far away."""
        self._subject.forget(t)
        recent = [track for track in self._tracks if not track.bystander and t - track.t <= _URGENT_S]
        kept = []
        for track in self._tracks:
            limit = _URGENT_S if track.bystander else self._options.remember_s
            gone = not track.seen and track is not self._subject.track and t - track.t > limit
            if not gone and (not track.bystander or any(track.near(other, _CLOSE) for other in recent)):
                kept.append(track)
        self._tracks = kept

    def _result(
        self, poses: list[tuple[Pose, Track]], detections: list[Detection] | None, image: ImageArray
    ) -> TrackedFrame:
        shown = sorted((each for each in poses if each[0].id), key=lambda each: each[0].id)
        self._subject.choose([track for _, track in shown], image)
        subject = next((pose for pose, track in shown if track is self._subject.track), None)
        return TrackedFrame(
            tuple(pose for pose, _ in shown),
            tuple(track.person.roi for _, track in shown),
            subject,
            tuple(detections or ()),
            detections is not None,
        )


def _wrong_roi(observation: PoseObservation) -> bool:
    """Whether an observation at a track's home is much smaller than the person who stayed there, or upside down."""
    owner = observation.owner
    home = None if owner is None or owner.bystander else owner.home
    if home is None or not home.near(observation.middle):
        return False
    return home.shrunken(observation.size) or home.turned(observation.found.roi.rotation)


def _is_bystander(observation: PoseObservation) -> bool:
    """Whether this observation is of a bystander."""
    return observation.bystander or (observation.owner is not None and observation.owner.bystander)


def _comes_close(roi: Roi, observations: list[PoseObservation]) -> bool:
    """Whether a person in this ROI is near one of the observed people."""
    return any(
        math.hypot(*(observation.found.auxiliary[0, :2] - (roi.x, roi.y)))
        < _CLOSE * max(observation.size, body_size(roi))
        for observation in observations
    )
