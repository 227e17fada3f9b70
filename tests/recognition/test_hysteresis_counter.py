"""The counter of joint angles on artificial series: which swings are reps, and when they are counted."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import OptionError
from fitness.recognition.exercises import PUSH_UP, SQUAT
from fitness.recognition.hysteresis_counter import HysteresisCounter
from fitness.recognition.rep_candidate import CounterOptions, Observation, RepCandidate
from tests.support.strategies import examples, increasing_times, reals, seeds

_TOP, _BOTTOM = 172.0, 85.0
_GOOD = Observation(
    t=0.0, angle_deg=0.0, exercise=1.0, bottom=0.0, distance=0.05, tilt_deg=25.0, hinge_deg=10.0
)


def _seen(t: float, angle: float, **others: float) -> Observation:
    """An observation of a clear squat; the votes for the bottom class rise with depth."""
    bottom = min(1.0, max(0.0, (160.0 - angle) / 60.0))
    return replace(_GOOD, t=t, angle_deg=angle, **{"bottom": bottom, **others})


def _cycle(phase: float, top: float = _TOP, bottom: float = _BOTTOM) -> float:
    """Angle of a smooth rep: top at phase 0 and 1, bottom at 1/2."""
    return top + (bottom - top) * (1 - math.cos(2 * math.pi * phase)) / 2


def _set(
    count: int, period: float = 2.0, fps: float = 30.0, *, start: float = 0.0, **depth: float
) -> list[Observation]:
    """`count` reps after a second at the top, and a second at the top after them."""
    times = start + np.arange(0, count * period + 2, 1 / fps)
    phases = np.clip((times - start - 1) / period, 0, count)
    return [_seen(float(t), _cycle(float(p) % 1, **depth)) for t, p in zip(times, phases, strict=True)]


def _hold(start: float, seconds: float, angle: float = _TOP, fps: float = 30.0) -> list[Observation]:
    return [_seen(start + k / fps, angle) for k in range(int(seconds * fps))]


def _line(start: float, seconds: float, a: float, b: float, fps: float = 30.0) -> list[Observation]:
    """A straight change of the angle."""
    n = int(seconds * fps)
    return [_seen(start + k / fps, a + (b - a) * k / n) for k in range(n)]


def _swings(seen: Iterable[Observation], counter: HysteresisCounter | None = None) -> list[RepCandidate]:
    counter = counter or HysteresisCounter(SQUAT)
    return [swing for observation in seen if (swing := counter.step(observation)) is not None]


def _count(seen: Iterable[Observation], counter: HysteresisCounter | None = None) -> int:
    return sum(swing.accepted for swing in _swings(seen, counter))


@pytest.mark.parametrize("drift", [-2.0, 0.0, 2.0])
def test_a_rep_with_a_pause_turns_in_the_pause(drift: float) -> None:
    """Down in 1 s, 3 s at the bottom that sinks or rises a little, up in 1 s: it turns in the middle of the 3 s."""
    down, up = _line(1.0, 1.0, _TOP, _BOTTOM), _line(5.0, 1.0, _BOTTOM + drift, _TOP)
    pause = _line(2.0, 3.0, _BOTTOM, _BOTTOM + drift)
    (swing,) = _swings([*_hold(0.0, 1.0), *down, *pause, *up, *_hold(6.0, 1.0)])
    assert swing.accepted and swing.t_turn == pytest.approx(3.5, abs=0.15)


@given(st.floats(0.6, 4.0), st.floats(60.0, 110.0))
def test_the_turning_point_of_a_smooth_rep_is_its_lowest(period: float, bottom: float) -> None:
    """Without a pause, the middle of the time at the bottom is the bottom, within what smoothing shifts it."""
    for swing in _swings(_set(2, period, bottom=bottom)):
        assert abs(swing.t_turn - swing.t_bottom) <= 0.06 * period + 0.034
        assert swing.t_start < swing.t_turn < swing.t_end


@pytest.mark.parametrize(
    ("hinge_deg", "least"), [(-60.0, 0.4), (-5.0, 0.4), (0.0, 0.45), (10.0, 0.55), (25.0, 0.7), (80.0, 0.8)]
)
def test_hips_that_close_more_than_the_knees_contradict_a_squat(hinge_deg: float, least: float) -> None:
    """The share of votes that a squat needs rises with the hip angle; a push-up does not depend on it."""
    for share, counts in ((least - 0.01, 0), (least + 0.01, 1)):
        rep = [replace(seen, exercise=share, hinge_deg=hinge_deg) for seen in _set(1)]
        assert _count(rep) == counts
    rep = [replace(seen, exercise=0.56, hinge_deg=hinge_deg, tilt_deg=80.0) for seen in _set(1)]
    assert _count(rep, HysteresisCounter(PUSH_UP)) == 1


def test_a_running_set_needs_at_least_the_minimum_votes() -> None:
    """After a counted rep fewer votes are needed, but the reduction for the hips is not applied twice."""
    reps = _set(2)
    for share, counts in ((0.39, 1), (0.41, 2)):
        seen = [replace(one, exercise=1.0 if one.t < 2.7 else share, hinge_deg=-40.0) for one in reps]
        assert _count(seen) == counts


def test_a_rep_is_counted_where_the_joint_comes_back() -> None:
    """One rep: left the top after 1 s, turned at 2 s, counted between the turn and the top, while rising."""
    (swing,) = _swings(_set(1))
    assert swing.accepted and swing.reason == ""
    assert 1.0 <= swing.t_start <= 1.5
    assert swing.t_bottom == pytest.approx(2.0, abs=0.08)
    assert 2.1 < swing.t_end < 2.7
    assert 0.5 < swing.confidence <= 1.0
    assert swing.evidence.angle_deg == pytest.approx(_BOTTOM, abs=2)


def test_the_last_rep_needs_no_standing_after_it() -> None:
    """A rep counts on the way up; the recording may end before the top is reached."""
    rep = [seen for seen in _set(1) if seen.t < 2.6]
    assert rep[-1].angle_deg < _TOP - 20
    assert _count(rep) == 1


@given(
    count=st.integers(1, 7),
    period=reals(1.0, 5.0),
    top=reals(155, 179),
    bottom=reals(45, 98),
    seed=seeds(),
)
@examples(25)
def test_counts_are_the_same_at_every_frame_rate(
    count: int, period: float, top: float, bottom: float, seed: int
) -> None:
    """10, 15, 30 and 60 fps with frame times jittered by up to 40 % give the same, true count."""
    for fps in (10, 15, 30, 60):
        rng = np.random.default_rng(seed)
        times = np.arange(0, count * period + 2, 1 / fps)
        times = times + rng.uniform(0, 0.4 / fps, len(times))
        phases = np.clip((times - 1) / period, 0, count)
        series = [
            _seen(float(t), _cycle(float(p) % 1, top, bottom)) for t, p in zip(times, phases, strict=True)
        ]
        assert _count(series) == count, fps


@given(reals(20, 150), st.lists(reals(0, 31.9), min_size=5, max_size=120), st.sampled_from([10, 30, 60]))
@examples(60)
def test_a_wobble_below_the_reversal_is_never_a_rep(low: float, offsets: list[float], fps: int) -> None:
    """Movement within a band narrower than `reversal_deg` gives no candidate."""
    assert _swings([_seen(k / fps, low + offset, bottom=1.0) for k, offset in enumerate(offsets)]) == []


@given(increasing_times(least=20, most=80), seeds())
@examples(60)
def test_nothing_is_counted_while_votes_are_for_another_class(times: list[float], seed: int) -> None:
    """However the joint swings, without votes for the exercise no swing is accepted."""
    angles = np.random.default_rng(seed).uniform(40, 180, len(times))
    swings = _swings([_seen(t, a, exercise=0.0, bottom=0.0) for t, a in zip(times, angles, strict=True)])
    assert not any(swing.accepted for swing in swings)
    assert all(swing.reason and swing.confidence == 0 for swing in swings)


@given(increasing_times(least=20, most=80), seeds(), st.booleans())
@examples(80)
def test_swings_come_in_order_at_most_one_per_frame(times: list[float], seed: int, votes: bool) -> None:
    """Every swing starts, turns and ends in this order; turning points and ends increase; an end is the frame's time."""
    rng = np.random.default_rng(seed)
    angles = rng.uniform(40, 180, len(times))
    share = np.ones(len(times)) if votes else rng.random(len(times))
    counter, found = HysteresisCounter(SQUAT), []
    for t, angle, vote in zip(times, angles, share, strict=True):
        swing = counter.step(_seen(t, angle, exercise=vote, bottom=vote))
        if swing is not None:
            assert swing.t_end == t
            assert swing.t_start <= swing.t_bottom < swing.t_end
            assert swing.accepted == (swing.reason == "")
            assert 0.0 <= swing.confidence <= 1.0
            found.append(swing)
    for before, after in pairwise(found):
        assert before.t_bottom < after.t_bottom and before.t_end < after.t_end
        assert before.t_bottom <= after.t_start


@given(reals(0, 5000), st.integers(1, 4))
@examples(20)
def test_the_start_time_of_a_recording_does_not_matter(start: float, count: int) -> None:
    """Only differences of times are used: a stream may begin at 0 or after an hour."""
    assert _count(_set(count, start=start)) == count


def test_a_stream_that_starts_at_the_bottom() -> None:
    """Coming up from the very first bottom is not a rep, as nothing was seen of its way down; the reps after it count."""
    first, *others = _swings(_line(0.0, 0.7, _BOTTOM, _TOP) + _set(3, start=0.7), HysteresisCounter(SQUAT))
    assert first.reason == "start" and not first.accepted
    assert len(others) == 3 and all(swing.accepted for swing in others)


def test_staying_down_is_no_rep() -> None:
    """Going down and staying there counts nothing, however long."""
    assert _swings(_line(0.0, 1.0, _TOP, _BOTTOM) + _hold(1.0, 20.0, _BOTTOM)) == []


def test_a_pause_at_the_bottom_is_still_one_rep() -> None:
    """Down, a hold of four seconds, and up: one rep."""
    series = (
        _hold(0, 1) + _line(1, 0.8, _TOP, _BOTTOM) + _hold(1.8, 4, _BOTTOM) + _line(5.8, 0.8, _BOTTOM, _TOP)
    )
    assert _count(series + _hold(6.6, 1)) == 1


@pytest.mark.parametrize("before", [[], _hold(0, 1) + _line(1, 1, _TOP, _BOTTOM)])
@pytest.mark.parametrize("seconds", [29.0, 31.0, 90.0])
def test_getting_up_after_long_at_the_bottom(before: list[Observation], seconds: float) -> None:
    """The lowest moment was longer ago than anything is remembered: one swing, whose times are in order."""
    start = len(before) / 30
    rise = _line(start + seconds, 1, _BOTTOM + 8, _TOP)
    (swing,) = _swings(
        [*before, *_line(start, seconds, _BOTTOM, _BOTTOM + 8), *rise, *_hold(start + seconds + 1, 1)]
    )
    assert swing.t_start <= swing.t_bottom <= swing.t_turn < swing.t_end
    assert swing.t_end == pytest.approx(start + seconds + 0.4, abs=0.3)


@pytest.mark.parametrize(("gap", "count"), [(1.4, 1), (1.6, 0)])
def test_a_rep_with_the_person_out_of_sight(gap: float, count: int) -> None:
    """Seen at the bottom, then at the top: a rep if no more than `gap_s` is missing, else swings start again."""
    down = _hold(0, 1) + _line(1, 0.8, _TOP, _BOTTOM)
    after = down[-1].t + gap
    assert _count(down + _hold(after, 1.0)) == count


def test_reps_on_both_sides_of_a_gap_count() -> None:
    """A gap forgets the running swing and nothing else."""
    counter = HysteresisCounter(SQUAT)
    assert _count(_set(2), counter) == 2
    assert _count(_set(2, start=20.0), counter) == 2


@pytest.mark.parametrize(
    ("reason", "others"),
    [
        ("quality", {"score": 0.7}),
        ("quality", {"visibility": 0.7}),
        ("quality", {"score": 0.86, "visibility": 0.86}),
        ("exercise", {"exercise": 0.5}),
        ("bottom", {"exercise": 0.6, "bottom": 0.2}),
        ("distance", {"distance": 0.15}),
        ("tilt", {"tilt_deg": 65.0}),
    ],
)
def test_a_rejected_swing_names_the_failed_criterion(reason: str, others: dict[str, float]) -> None:
    """A full swing with one thing wrong is a candidate, is not counted, and names the limit."""
    (swing,) = _swings(replace(seen, **others) for seen in _set(1))
    assert (swing.accepted, swing.reason) == (False, reason)
    assert swing.partial == (reason in ("bottom", "depth")) == (swing.confidence > 0)


@pytest.mark.parametrize(("bottom", "accepted"), [(112.0, True), (119.0, False)])
def test_a_squat_must_be_deep_enough(bottom: float, accepted: bool) -> None:
    """A knee that bends to 112 degrees makes a squat, one that bends to 119 does not."""
    (swing,) = _swings(replace(seen, bottom=1.0) for seen in _set(1, bottom=bottom))
    assert (swing.accepted, swing.reason) == (accepted, "" if accepted else "depth")


@pytest.mark.parametrize(("tilt", "accepted"), [(40.0, False), (85.0, True), (130.0, False)])
def test_a_push_up_needs_a_level_trunk(tilt: float, accepted: bool) -> None:
    """Elbows that swing while the trunk is upright are not a push-up."""
    counter = HysteresisCounter(PUSH_UP)
    assert _count([replace(seen, tilt_deg=tilt) for seen in _set(1)], counter) == accepted


def test_small_swings_after_full_ones_are_partial() -> None:
    """A dip of 40 degrees after reps of 100 is a partial rep and changes nothing; so is a deep one below half of them."""
    full = _set(4)
    t = full[-1].t
    dip = _line(t, 1, _TOP, _TOP - 40) + _line(t + 1, 1, _TOP - 40, _TOP)
    swings = _swings([*full, *dip[1:], *_set(1, start=t + 2.1)])
    assert [(one.accepted, one.partial) for one in swings] == [(True, False)] * 4 + [
        (False, True),
        (True, False),
    ]
    own = replace(CounterOptions(), reversal_cap_deg=32.0, range_share=0.1)
    wide = replace(SQUAT, max_bottom_deg=180.0)
    swings = _swings([*full, *dip[1:], *_set(1, start=t + 2.1)], HysteresisCounter(wide, own))
    assert [one.reason for one in swings] == [""] * 4 + ["range", ""] and swings[4].partial


def test_a_dip_without_votes_is_not_a_swing() -> None:
    """Bending the knees a little without votes for a squat is ignored."""
    assert not _swings(_hold(0, 1) + _line(1, 1, _TOP, _TOP - 30) + _line(2, 1, _TOP - 30, _TOP))


def test_votes_are_counted_over_the_whole_rep() -> None:
    """Frames long before the descent are no evidence; those during it are."""
    before = [replace(seen, exercise=0.0, score=0.0) for seen in _hold(0, 10)]
    assert _count(before + _set(1, start=10.0)) == 1
    during = [replace(seen, exercise=0.0) if 1.2 < seen.t < 2.0 else seen for seen in _set(1)]
    assert _count(during) == 0


def test_a_slow_descent_is_judged_by_its_end() -> None:
    """The evidence begins at most `descent_s` before the bottom: the pose while sinking slowly does not count."""
    slow = _hold(0, 1) + _line(1, 8, _TOP, _BOTTOM) + _line(9, 1, _BOTTOM, _TOP)
    assert _count(replace(seen, exercise=0.0) if seen.t < 6.0 else seen for seen in slow) == 1


def test_an_outlier_of_one_frame_is_no_rep() -> None:
    """At 60 fps a knee that jumps by 60 degrees for a single frame does not even make a candidate."""
    still = _hold(0, 2, fps=60)
    still[60] = replace(still[60], angle_deg=_TOP - 60)
    assert _swings(still) == []


def test_a_running_exercise_needs_fewer_votes() -> None:
    """Votes of 0.5 are too few for a first rep (0.55), and enough soon after a counted one (0.44)."""
    weak = {"exercise": 0.5, "bottom": 0.5}
    alone = [replace(seen, **weak) for seen in _set(1, start=4.0)]
    assert _count(alone) == 0
    assert _count(_set(1) + alone) == 2
    late = [replace(seen, **weak) for seen in _set(1, start=11.0)]
    assert _count(_set(1) + _hold(4, 7) + late) == 1


def test_the_reversal_follows_the_persons_range() -> None:
    """After deep reps a swing of 40 degrees is no candidate; it was one before, and is one again much later."""

    def dip(start: float) -> list[Observation]:
        return _set(1, start=start, period=1.0, top=150.0, bottom=110.0)

    counter = HysteresisCounter(SQUAT)
    assert counter.reversal_deg == 32.0
    assert len(_swings(dip(0.0), counter)) == 1
    counter = HysteresisCounter(SQUAT)
    _swings(_set(3), counter)
    assert counter.reversal_deg == pytest.approx(47.0)  # 0.6 of 87, capped
    assert _swings(_line(8, 0.3, _TOP, 150) + dip(8.3), counter) == []
    _swings(_hold(11.3, 6, 150.0), counter)
    assert counter.reversal_deg == 32.0
    assert len(_swings(dip(17.3), counter)) == 1


def test_shallow_reps_of_a_tired_person_still_count() -> None:
    """The range follows down: reps of 72 degrees count after reps of 92. Reps of 60 degrees are half reps, so partial."""
    assert _count(_set(3, bottom=80.0) + _set(3, start=8.0, bottom=100.0)) == 6
    assert _count(_set(3, bottom=80.0) + _set(3, start=8.0, bottom=112.0)) == 3


def test_swings_of_other_movements_do_not_change_the_range() -> None:
    """Bending for something else does not change the person's range."""
    counter = HysteresisCounter(SQUAT)
    _swings([replace(seen, exercise=0.1) for seen in _set(3)], counter)
    assert counter.reversal_deg == 32.0


def test_a_rep_far_too_soon_for_the_tempo_is_refused() -> None:
    """After reps two seconds apart a turn half a second after the last one is an echo: "interval"."""
    steady = [seen for seen in _set(3) if seen.t < 6.0]  # down to the third bottom
    up_down_up = [(6.0, _BOTTOM, _TOP), (6.25, _TOP, _BOTTOM), (6.5, _BOTTOM, _TOP)]
    echo = [seen for t, a, b in up_down_up for seen in _line(t, 0.25, a, b, fps=60)]
    *reps, last = _swings(steady + echo)
    assert [swing.accepted for swing in reps] == [True] * 3
    assert last.t_bottom == pytest.approx(6.5, abs=0.05)
    assert (last.accepted, last.reason) == (False, "interval")


def test_quick_reps_count_when_that_is_the_tempo() -> None:
    """Ten reps at 0.6 s each are ten reps."""
    assert _count(_set(10, period=0.6, fps=60)) == 10


def test_two_turns_within_the_minimum_interval_are_one_rep() -> None:
    """Two turning points within `min_interval_s` are one rep."""
    counter = HysteresisCounter(SQUAT, CounterOptions(min_interval_s=1.5))
    swings = _swings(_set(2, period=1.0), counter)
    assert [swing.reason for swing in swings] == ["", "interval"]


def test_phase_runs_from_top_to_bottom() -> None:
    """None before anybody is seen, 0 standing, 1 at the bottom of the usual range, always within 0..1."""
    counter = HysteresisCounter(SQUAT)
    assert counter.phase is None
    phases = []
    for seen in _set(3):
        counter.step(seen)
        assert counter.phase is not None and 0.0 <= counter.phase <= 1.0
        phases.append((seen.t, counter.phase))
    assert phases[0][1] == 0.0
    assert max(p for t, p in phases if 1 <= t <= 3) > 0.85
    assert next(p for t, p in phases if t >= 6) > 0.95  # by now the person's own range is known
    assert phases[-1][1] < 0.05
    # A smooth movement has a smooth phase, also where a rep is counted.
    assert max(abs(b - a) for (_, a), (_, b) in pairwise(phases)) < 0.15


def test_reset_forgets_the_swing_and_the_range() -> None:
    """After `reset` the way up from a bottom reached before it is not a rep, and the reversal is the first one."""
    counter = HysteresisCounter(SQUAT)
    _swings(_set(3), counter)
    _swings(_line(8, 0.8, _TOP, _BOTTOM), counter)
    counter.reset()
    assert counter.phase is None and counter.reversal_deg == 32.0
    assert _swings(_hold(8.8, 1.0), counter) == []


def test_long_streams_do_not_grow_the_memory() -> None:
    """Ten minutes of standing take no more memory than one minute."""
    counter = HysteresisCounter(SQUAT, CounterOptions(memory_s=5.0))
    _swings(_hold(0, 60, fps=10), counter)
    minute = len(pickle.dumps(counter))
    _swings(_hold(60, 540, fps=10), counter)
    assert len(pickle.dumps(counter)) < 1.1 * minute


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("reversal_deg", 0.0, "reversal_deg must be greater than 0, got 0.0"),
        ("reversal_deg", 48.0, "got 48.0 and 47.0"),
        ("min_exercise", 1.1, "min_exercise must be between 0 and 1, got 1.1"),
        ("learn_share", -0.1, "learn_share must be between 0 and 1, got -0.1"),
        ("range_share", math.nan, "range_share must be between 0 and 1, got nan"),
        ("smoothing_s", 0.0, "smoothing_s must be greater than 0, got 0.0"),
        ("gap_s", 0.0, "gap_s must be greater than 0, got 0.0"),
        ("memory_s", -1.0, "memory_s must be greater than 0, got -1.0"),
        ("lead_s", -0.1, "lead_s must be at least 0, got -0.1"),
        ("max_distance", -0.1, "max_distance must be at least 0, got -0.1"),
        ("hinge_span", (-0.1, 0.2), "hinge_span must be two shares of at least 0, got"),
        ("range_count", 0, "range_count must be a whole number of at least 1, got 0"),
    ],
)
def test_options_out_of_range_are_refused(option: str, value: object, message: str) -> None:
    """The error for a wrong option has its name, the allowed values and the given value."""
    with pytest.raises(OptionError, match=message):
        CounterOptions(**{option: value})  # type: ignore[arg-type]


def _stood(seen: Sequence[Observation], least: float) -> list[Observation]:
    """The same, but at the top the k-NN sees a standing person."""
    return [
        replace(one, exercise=1.0 - least, voting_share=1.0 - least) if one.angle_deg > 0.9 * _TOP else one
        for one in seen
    ]


@pytest.mark.parametrize("standing", [0.3, 1.0])
def test_standing_between_reps_is_neutral(standing: float) -> None:
    """Votes for standing are ignored: a set counts as if all votes were for the exercise."""
    stood = _stood(_set(4), standing)
    assert _count(stood) == 4
    assert [one.evidence.exercise for one in _swings(stood)] == pytest.approx([1.0] * 4)
    votes_against = [replace(one, voting_share=1.0) for one in _stood(_set(4), 1.0)]
    assert all(one.evidence.exercise < 0.99 for one in _swings(votes_against))


def test_only_standing_counts_nothing() -> None:
    assert _count([replace(one, exercise=0.02, voting_share=0.04) for one in _set(4)]) == 0


@pytest.mark.parametrize("rise_after_s", [0.0, 3.0])
def test_a_person_found_at_the_bottom_has_done_no_rep(rise_after_s: float) -> None:
    """A clip that begins in the crouch, or on a chair: getting up is not a squat, and the candidate has the reason."""
    seen = [
        *_hold(0.0, rise_after_s, _BOTTOM),
        *_line(rise_after_s, 1.0, _BOTTOM, _TOP),
        *_hold(rise_after_s + 1.0, 1.0),
    ]
    (swing,) = _swings(seen)
    assert not swing.accepted and not swing.partial and swing.reason == "start"


def test_a_person_found_on_the_way_down_does_a_rep() -> None:
    """Half of the way down is seen: that is a squat."""
    seen = [
        *_line(0.0, 0.5, (_TOP + _BOTTOM) / 2, _BOTTOM),
        *_line(0.5, 1.0, _BOTTOM, _TOP),
        *_hold(1.5, 1.0),
    ]
    assert _count(seen) == 1
