"""Finds the reps in a clip whose number of reps (N) is known, among the swings of its joints.

There are several signals: for each joint, both sides together, each side alone, and both alternating. In each signal,
the N largest swings that do not overlap are compared with the next one. The signal is used whose N swings are large,
similar, and stand out most. If they stand out in none, the clip is refused, because an exercise learned from guessed
reps would be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.repetition.cycles import Cycle, CycleFinder
from fitness.recognition.trajectory.judge import SwingFinder
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.samples import SIGNALS, BodySample, BodySampler
from fitness.recognition.trajectory.swing_data import MODEL_JOINTS, SwingData, qualities
from fitness.types import Pose, Side

_SIDES: Final[tuple[tuple[Side, ...], ...]] = (("both",), ("left", "right"), ("left",), ("right",))
_LEAST_FALL_DEG: Final = 14.0
_LEAST_SCORE: Final = 0.25
"""Minimum score. Of 86 training clips of other exercises, 12 are below it; in these, most swings found are not the
reps.
"""
_LARGE_DEG: Final = 70.0
_MOST_GAP: Final = 2.5
_OVERLAP: Final = 0.25
_SIDES_APART: Final = 0.3
_SAME: Final = 0.65
_UNSURE: Final = 0.4
_NEAR_S: Final = 0.3
_LEAST_COVERAGE: Final = 0.9
_LEAST_SHARE: Final = 0.6
_LEAST_LENGTH: Final = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class ClipSwings:
    """The movements of one person in a clip.

    proposals, data: swings by joint.   cycles: of repeated motion, in time order.
    """

    proposals: dict[str, list[Proposal]]
    data: dict[str, SwingData]
    cycles: tuple[Cycle, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class TaughtReps:
    """The reps of a clip.

    joint: of the swings. alternating: left and right alternate.   turns_s: seconds of the turning points.
    own: joint -> indices of its swings that are reps, for every joint that swings with them. other: joint -> indices of
    its other swings.
    """

    joint: str
    alternating: bool
    turns_s: tuple[float, ...]
    own: dict[str, list[int]]
    other: dict[str, list[int]]


def swings_of_poses(poses: Iterable[Pose]) -> ClipSwings:
    """The swings and cycles of one person; `poses` in order of time."""
    sampler = BodySampler()
    samples = (sampler.step(pose, pose.t) for pose in poses)
    return movements_of_samples([one for one in samples if one is not None])


def movements_of_samples(samples: Sequence[BodySample]) -> ClipSwings:
    """As `swings_of_poses`, from samples of the body."""
    finder = CycleFinder()
    cycles = [cycle for one in samples for cycle in finder.step(one.t, one.world, one.embedding)]
    return replace(swings_of_samples(samples), cycles=(*cycles, *finder.pending))


def swings_of_samples(samples: Iterable[BodySample]) -> ClipSwings:
    """The swings of one person, without cycles."""
    proposals: dict[str, list[Proposal]] = {}
    parts: dict[str, list[SwingData]] = {}
    finder = SwingFinder()

    def add(swings: Sequence[Proposal]) -> None:
        for joint, own, data in finder.by_joint(swings):
            proposals.setdefault(joint, []).extend(own)
            parts.setdefault(joint, []).append(data)

    for sample in samples:
        add(finder.step(sample, sample.t))
    add(finder.waiting)
    return ClipSwings(proposals, {joint: joined(each) for joint, each in parts.items()})


def joined(parts: Sequence[SwingData]) -> SwingData:
    """Several batches of swings as one."""
    names = SwingData.__dataclass_fields__
    return SwingData(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def taken(data: SwingData, rows: Sequence[int]) -> SwingData:
    """Some of the swings."""
    at = np.array(rows, np.intp)
    return SwingData(**{name: getattr(data, name)[at] for name in SwingData.__dataclass_fields__})


def taught_reps(clip: ClipSwings, reps: int) -> TaughtReps:
    """Find `reps` reps.

    Raises:
        OptionError: reps is below 1, or no joint swings that often.
    """
    if reps < 1:
        raise OptionError(f"the number of reps must be at least 1, got {reps}")
    best_score, best = 0.0, None
    for joint in MODEL_JOINTS:
        own = clip.proposals.get(joint, [])
        for sides in _SIDES:
            found = _largest(own, sides, reps)
            score = _score(clip, joint, own, found, reps, sides)
            if score > best_score:
                best_score, best = score, (joint, sides, found[:reps])
    if best is None or best_score < _LEAST_SCORE:
        raise unclear(reps)
    joint, sides, found = best
    return _with_other_joints(clip, joint, [clip.proposals[joint][at] for at in found], len(sides) > 1)


def unclear(reps: int) -> OptionError:
    """The error of a clip in which `reps` reps cannot be found."""
    what = "find the rep" if reps == 1 else f"tell {reps} reps apart"
    return OptionError(
        f"cannot {what} in this clip; check the number of reps, cut the clip to the reps alone, or teach from pictures"
    )


def reps_at(clip: ClipSwings, joint: str, turns_s: Sequence[float], alternating: bool) -> TaughtReps:
    """The reps of a clip if their turning points are known: for each, the largest swing of `joint` about it.

    Args:
        turns_s: seconds, each the turning point of a swing of `joint`.   alternating: left and right alternate.
    """
    main = [
        max((one for one in clip.proposals[joint] if one.t_turn == t), key=lambda one: one.fall_deg)
        for t in turns_s
    ]
    return _with_other_joints(clip, joint, main, alternating)


def _with_other_joints(
    clip: ClipSwings, joint: str, main: Sequence[Proposal], alternating: bool
) -> TaughtReps:
    """The reps, of which `main` are swings of `joint`, with the swings of all joints that swing in them."""
    main = sorted(main, key=lambda one: one.t_turn)
    turns = tuple(one.t_turn for one in main)
    own_of, other_of = {}, {}
    for each, swings in clip.proposals.items():
        own_rows, other_rows, fits = _about(swings, turns, main, same=each == joint)
        if fits:
            own_of[each], other_of[each] = own_rows, other_rows
    return TaughtReps(joint, alternating, turns, own_of, other_of)


def _largest(own: Sequence[Proposal], sides: Sequence[Side], reps: int) -> list[int]:
    """Indices of the largest swings that do not overlap, at most one more than `reps`."""
    chosen: list[int] = []
    among = [at for at, one in enumerate(own) if SIGNALS[one.signal][1] in sides]
    for at in sorted(among, key=lambda at: -own[at].fall_deg):
        if all(_apart(own[at], own[other], len(sides) > 1) for other in chosen):
            chosen.append(at)
            if len(chosen) > reps:
                break
    return chosen


def _apart(one: Proposal, other: Proposal, alternating: bool) -> bool:
    lengths = one.t_end - one.t_start, other.t_end - other.t_start
    if alternating and one.signal != other.signal:
        return abs(one.t_turn - other.t_turn) >= _SIDES_APART * max(lengths)
    shared = min(one.t_end, other.t_end) - max(one.t_start, other.t_start)
    return shared <= _OVERLAP * min(lengths)


def _score(
    clip: ClipSwings,
    joint: str,
    own: Sequence[Proposal],
    found: Sequence[int],
    reps: int,
    sides: Sequence[Side],
) -> float:
    """How clearly the first `reps` of the swings are the reps; 0 if there are too few."""
    if len(found) < reps or own[found[reps - 1]].fall_deg < _LEAST_FALL_DEG:
        return 0.0
    falls = [own[at].fall_deg for at in found]
    nth, following = falls[reps - 1], falls[reps] if len(falls) > reps else 0.0
    seen = float(np.mean(qualities([own[at] for at in found[:reps]], taken(clip.data[joint], found[:reps]))))
    turns = sorted(own[at].t_turn for at in found[:reps])
    even = float(np.exp(-np.std(np.log(np.diff(turns) + 1e-3)))) if reps > 2 else 1.0
    score = (
        min(nth / max(following, 10.0), _MOST_GAP) * nth / falls[0] * min(nth / _LARGE_DEG, 1.0) * seen * even
    )
    return score * (0.8 if sides != ("both",) else 1.0) * (0.8 if len(sides) > 1 else 1.0)


def _about(
    swings: Sequence[Proposal], turns: Sequence[float], main: Sequence[Proposal], *, same: bool
) -> tuple[list[int], list[int], bool]:
    """Swings around the turning points, the other swings without doubtful ones, and whether this joint swings in the
    reps.
    """
    turn_of: dict[int, int] = {}
    for at, one in enumerate(swings):
        if sum(one.t_start < t < one.t_end for t in turns) >= 2:
            continue
        apart, turn = min((min(abs(one.t_lowest - t), abs(one.t_turn - t)), k) for k, t in enumerate(turns))
        if apart < _NEAR_S or (not one.from_turn and apart < 0.35 * (one.t_end - one.t_start)):
            turn_of[at] = turn
    largest: dict[int, float] = {}
    for at, turn in turn_of.items():
        largest[turn] = max(largest.get(turn, 0.0), swings[at].fall_deg)
    share = {at: swings[at].fall_deg / largest[turn] for at, turn in turn_of.items()}
    own = [at for at in turn_of if share[at] >= _SAME]
    other = [at for at in range(len(swings)) if share.get(at, 0.0) < _UNSURE]
    if not own:
        return own, other, False
    fall, length = (
        float(np.median([one.fall_deg for one in main])),
        float(np.median([one.t_end - one.t_start for one in main])),
    )
    fits = (
        len(largest) >= _LEAST_COVERAGE * len(turns)
        and float(np.median(list(largest.values()))) >= _LEAST_SHARE * fall
        and float(np.median([swings[at].t_end - swings[at].t_start for at in own])) > _LEAST_LENGTH * length
    )
    return own, other, same or fits
