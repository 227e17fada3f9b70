"""Counting of motions without a description: artificial bodies whose joints move by a formula."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from fitness.errors import OptionError, StateError
from fitness.recognition.repetition import (
    PeriodicCount,
    PeriodicityCounter,
    PeriodicityOptions,
    PeriodicRep,
)
from fitness.recognition.repetition.channel import ChannelOptions
from fitness.recognition.repetition.half_cycles import HalfCycleOptions
from fitness.skeleton import LANDMARK_COUNT, Landmark

ARMS = [Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST]
FOREARMS = [Landmark.LEFT_ELBOW, Landmark.RIGHT_ELBOW]
Motion = Callable[[float], float]


def standing() -> np.ndarray:
    """(33, 3) metres: a person of 1.7 m with arms hanging, mid-hip at the origin, y down."""
    body = np.zeros((LANDMARK_COUNT, 3))
    for names, x, y in (
        ("SHOULDER", 0.18, -0.5), ("ELBOW", 0.22, -0.22), ("WRIST", 0.24, 0.05), ("PINKY", 0.24, 0.1),
        ("INDEX", 0.24, 0.1), ("THUMB", 0.24, 0.1), ("HIP", 0.1, 0.0), ("KNEE", 0.1, 0.45),
        ("ANKLE", 0.1, 0.85), ("HEEL", 0.1, 0.9), ("FOOT_INDEX", 0.12, 0.92),
    ):  # fmt: skip
        body[Landmark[f"LEFT_{names}"], :2] = (x, y)
        body[Landmark[f"RIGHT_{names}"], :2] = (-x, y)
    body[:11, 1] = -0.75
    return body


def raised(lift: float) -> np.ndarray:
    """The body with both arms raised: 0 hanging .. 1 overhead."""
    body = standing()
    body[ARMS + [i for i in range(17, 23)], 1] -= 1.1 * lift
    body[FOREARMS, 1] -= 0.55 * lift
    return body


def swing(t: float, period: float = 2.0, start: float = 2.0, reps: float = 8) -> float:
    """0 at rest, `reps` raised cosines from `start` on, then 0."""
    phase = (t - start) / period
    return 0.0 if not 0 <= phase <= reps else 0.5 - 0.5 * float(np.cos(2 * np.pi * phase))


def count(
    motion: Motion, seconds: float, *, fps: float = 30, noise: float = 0.0, seen: Callable[[float], bool] | None = None,
    space: str = "world", scale: float = 1.0, options: PeriodicityOptions | None = None,
) -> tuple[PeriodicCount, list[PeriodicRep], list[PeriodicCount]]:  # fmt: skip
    """The last state, all reps, and every state of counting `motion`."""
    random = np.random.default_rng(3)
    counter, states, reps = PeriodicityCounter(options), [PeriodicCount()], []
    for i in range(int(seconds * fps)):
        t = i / fps
        body = scale * (raised(motion(t)) + random.normal(0, 1, (LANDMARK_COUNT, 3)) * noise)
        state = counter.step(t, body if seen is None or seen(t) else None, space)
        reps += state.new
        states.append(state)
    return states[-1], [*reps, *states[-1].pending_reps], states


@pytest.mark.parametrize("fps", [10, 15, 24, 30, 60])
@pytest.mark.parametrize("period", [1.0, 2.0, 4.5])
def test_same_count_at_any_frame_rate(fps: float, period: float) -> None:
    """Eight reps are counted as eight at 10 to 60 fps, fast or slow."""
    last, reps, _ = count(lambda t: swing(t, period), 4 + 8 * period, fps=fps)
    assert last.shown == 8
    assert len(reps) == 8


def test_times_of_reps() -> None:
    """Each rep turns at the top of the swing, within a tenth of a second of the sample rate."""
    _, reps, _ = count(lambda t: swing(t, 2.0), 24)
    tops = [3.0 + 2 * i for i in range(8)]
    assert np.allclose([rep.t_peak for rep in reps], tops, atol=0.2)
    assert all(rep.t_start < rep.t_peak < rep.t_end for rep in reps)
    assert all(0.8 < rep.quality <= 1 for rep in reps)


def test_first_reps_count_when_the_pattern_is_confirmed() -> None:
    """One raise alone is nothing; once the second is under way both are shown."""
    last, _, _ = count(lambda t: swing(t, reps=1), 12)
    assert last.shown == 0
    _, _, states = count(lambda t: swing(t, reps=8), 7)
    assert states[int(3.9 * 30)].shown == 0
    assert states[-1].shown >= 2


def once(t: float) -> float:
    """Once up and down, from 0.8 s on."""
    return swing(t, period=2.0, start=0.8, reps=1)


def test_a_rep_alone_is_pending_until_more_come() -> None:
    """It goes from hanging arms to raised ones and back: shown, never decided, and part of the run if one follows."""
    last, reps, _ = count(once, 12, noise=0.002)
    assert (last.count, last.pending, len(reps)) == (0, 1, 1)
    assert reps[0].t_peak == pytest.approx(1.8, abs=0.3)
    last, _, _ = count(lambda t: once(t) + swing(t, start=9.0, reps=5), 24, noise=0.002)
    assert last.shown in (5, 6)


def test_a_rep_in_progress_is_pending_from_its_turn() -> None:
    """Four reps and the way up of a fifth: five where the recording ends, four again if the arms stay up."""

    def motion(t: float) -> float:
        return 1.0 if t >= 11.0 else swing(t, reps=5)

    cut, reps, _ = count(motion, 11.7, noise=0.002)
    assert cut.shown == 5
    assert reps[-1].t_end == reps[-1].t_peak == pytest.approx(11.0, abs=0.3)
    stayed, _, _ = count(motion, 18, noise=0.002)
    assert (stayed.count, stayed.pending) == (4, 0)


def test_reps_end_at_the_resting_pose() -> None:
    """A recording that begins with raised arms: the reps still end with hanging ones."""
    _, reps, _ = count(lambda t: 0.5 + 0.5 * float(np.cos(np.pi * t)), 16)
    ends = np.array([rep.t_end for rep in reps])
    assert np.all(np.minimum((ends - 1.0) % 2.0, 2.0 - (ends - 1.0) % 2.0) < 0.35)


def test_decided_reps_stay_and_are_decided_late_enough() -> None:
    """The count never falls, rises with `new`, and a rep is pending before it is decided, for four seconds."""
    _, _, states = count(lambda t: swing(t, 1.5), 20)
    counts = [state.count for state in states]
    assert counts == sorted(counts)
    assert counts[-1] == 8
    for i, state in enumerate(states[1:], start=1):
        assert state.count - states[i - 1].count == len(state.new)
        for rep in state.new:
            assert (i - 1) / 30 - rep.t_peak >= 4.0 - 0.1
            assert any(abs(rep.t_peak - p.t_peak) < 0.2 for s in states[:i] for p in s.pending_reps)


def test_changing_tempo() -> None:
    """Reps that take 1.2 s, then gradually 3.6 s, are all counted."""
    durations = np.linspace(1.2, 3.6, 12)
    starts = 2 + np.concatenate([[0], np.cumsum(durations)])

    def motion(t: float) -> float:
        i = int(np.searchsorted(starts, t, side="right")) - 1
        return (
            0.0 if not 0 <= i < 12 else 0.5 - 0.5 * float(np.cos(2 * np.pi * (t - starts[i]) / durations[i]))
        )

    assert count(motion, starts[-1] + 2)[0].shown == 12


def test_shrinking_range() -> None:
    """Reps that fade to half their range over a set are all counted."""
    assert count(lambda t: swing(t, reps=14) * (1 - 0.5 * (t - 2) / 28), 33)[0].shown == 14


def test_stops_when_it_stops() -> None:
    """Half a minute of standing after a set adds nothing."""
    last, _, states = count(lambda t: swing(t), 50, noise=0.003)
    assert last.shown == 8
    assert last.pending == 0
    assert {state.shown for state in states[20 * 30 :]} == {8}


def test_two_sets() -> None:
    """A rest of twelve seconds between sets loses and adds nothing."""
    last, _, _ = count(lambda t: swing(t, reps=6) + swing(t, start=26, reps=6), 42)
    assert last.shown == 12


def test_motion_with_two_humps() -> None:
    """A small dip at the top of each raise does not make two reps of one."""

    def motion(t: float) -> float:
        raise_ = swing(t, 3.0)
        return raise_ - 0.25 * max(0.0, raise_ - 0.75) * 4 * abs(np.cos(2 * np.pi * (t - 2) / 3.0 * 1))

    def humped(t: float) -> float:
        phase = ((t - 2) / 3.0) % 1
        dip = 0.22 * np.exp(-(((phase - 0.5) / 0.06) ** 2))
        return 0.0 if not 2 <= t <= 26 else min(1.0, 1.6 * swing(t, 3.0)) - dip

    assert count(motion, 28)[0].shown == 8
    assert count(humped, 28)[0].shown == 8


def test_large_move_between_reps() -> None:
    """Bending down to half height before and after a set of small raises is not a rep, and hides at most one of them."""

    def bent(t: float) -> float:
        return 1.0 * float(np.exp(-(((t - 2.5) / 0.8) ** 2)) + np.exp(-(((t - 27.0) / 0.8) ** 2)))

    random = np.random.default_rng(4)
    counter, state, reps = PeriodicityCounter(), PeriodicCount(), []
    for i in range(32 * 30):
        t = i / 30
        body = raised(0.5 * swing(t, start=6, reps=9))
        body[:25, 0] += 0.6 * bent(t)
        body[:23, 1] += 0.5 * bent(t)
        state = counter.step(t, body + random.normal(0, 0.003, body.shape))
        reps += state.new
    assert state.shown in (8, 9)
    assert all(6 < rep.t_peak < 24 for rep in (*reps, *state.pending_reps))


def test_gaps_without_a_pose() -> None:
    """Gaps of half a second, or of ten seconds between sets, lose no rep."""
    short = count(lambda t: swing(t, 2.5, reps=10), 30, seen=lambda t: not (t % 6 > 5.6))[0]
    assert short.shown == 10
    both = lambda t: swing(t, reps=5) + swing(t, start=24, reps=5)  # noqa: E731
    assert count(both, 38, seen=lambda t: not 13 < t < 23)[0].shown == 10


def test_noise() -> None:
    """Landmarks that shake by 2 cm do not change the count."""
    assert count(lambda t: swing(t), 24, noise=0.02)[0].shown == 8


@pytest.mark.parametrize("noise", [0.002, 0.01, 0.02])
def test_nothing_to_count(noise: float) -> None:
    """A person who stands for a minute does no rep."""
    assert count(lambda t: 0.0, 60, noise=noise)[0].shown == 0


def test_aimless_motion() -> None:
    """Half a minute of arms that move at random is hardly ever counted as a rep."""
    shown = []
    for seed in range(4):
        random = np.random.default_rng(seed)
        counter, state = PeriodicityCounter(), PeriodicCount()
        walk = np.zeros((LANDMARK_COUNT, 3))
        for i in range(30 * 30):
            walk = 0.995 * walk + random.normal(0, 0.02, walk.shape)
            state = counter.step(i / 30, standing() + walk)
        shown.append(state.shown)
    assert sum(shown) <= 4


def test_walking_in_and_bending_once() -> None:
    """Growing while coming nearer, then one deep bend, is not an exercise (image landmarks)."""
    counter, state = PeriodicityCounter(), PeriodicCount()
    for i in range(14 * 30):
        t = i / 30
        body = standing() * 200 * (1 + 0.06 * min(t, 8.0)) + [300 + 20 * min(t, 8.0), 250, 0]
        bend = float(np.exp(-(((t - 11) / 0.7) ** 2)))
        body[:25, 1] += 120 * bend
        state = counter.step(t, body, "image")
    assert state.shown == 0


@pytest.mark.parametrize(("space", "scale"), [("world", 1.0), ("world", 0.6), ("image", 240.0)])
def test_size_of_the_body_does_not_matter(space: str, scale: float) -> None:
    """The threshold is in trunk lengths: a child, and a body in pixels, give the same count."""
    assert count(lambda t: 0.5 * swing(t), 22, space=space, scale=scale)[0].shown == 8
    assert count(lambda t: 0.05 * swing(t), 22, space=space, scale=scale)[0].shown == 0


def test_jittered_timestamps() -> None:
    """Frames that come up to 12 ms early or late do not change the count."""
    random = np.random.default_rng(1)
    counter, state = PeriodicityCounter(), PeriodicCount()
    for i in range(22 * 30):
        t = i / 30 + float(random.uniform(-0.012, 0.012)) + 0.02
        state = counter.step(t, raised(swing(t)))
    assert state.shown == 8


def test_deterministic_and_reset() -> None:
    """The same frames give the same reps bit for bit, also after `reset`; inputs are not changed."""
    counter = PeriodicityCounter()
    runs = []
    for _ in range(2):
        reps: list[PeriodicRep] = []
        for i in range(14 * 30):
            body = raised(swing(i / 30))
            body.setflags(write=False)
            reps += counter.step(i / 30, body).new
        runs.append(reps)
        counter.reset()
    assert runs[0] == runs[1]
    assert runs[0]


def test_memory_is_bounded() -> None:
    """A copy of the counter is no larger after four minutes than after one."""
    counter, sizes = PeriodicityCounter(), []
    for i in range(240 * 15):
        counter.step(i / 15, raised(swing(i / 15, reps=1000)))
        if i % (60 * 15) == 60 * 15 - 1:
            sizes.append(len(pickle.dumps(counter)))
    assert max(sizes[1:]) <= 1.1 * sizes[0]


def test_wrong_arguments_are_refused() -> None:
    """Time that stands still, a change of space, wrong shapes and wrong options are refused by name."""
    counter = PeriodicityCounter()
    counter.step(0.0, standing())
    with pytest.raises(StateError, match="times must increase"):
        counter.step(0.0, standing())
    with pytest.raises(OptionError, match="space must stay 'world'"):
        counter.step(0.1, standing(), "image")
    with pytest.raises(OptionError, match="space must be one of"):
        PeriodicityCounter().step(0.0, standing(), "metres")
    with pytest.raises(ValueError, match="shape"):
        PeriodicityCounter().step(0.0, standing()[:25])
    for make in (
        lambda: ChannelOptions(late_s=5.0),
        lambda: ChannelOptions(floor=float("nan")),
        lambda: ChannelOptions(window_s=(9.0, 8.0)),
        lambda: ChannelOptions(reversal_share=1.0),
        lambda: HalfCycleOptions(min_cosine=1.1),
        lambda: HalfCycleOptions(run=1),
        lambda: HalfCycleOptions(usual_factor=0.5),
        lambda: PeriodicityOptions(counted_bias=-0.1),
    ):
        with pytest.raises(OptionError, match="must be"):
            make()


def test_landmarks_that_are_not_finite_are_no_pose() -> None:
    """Frames with NaN are skipped."""
    counter, state = PeriodicityCounter(), PeriodicCount()
    for i in range(22 * 30):
        body = raised(swing(i / 30))
        if i % 7 == 0:
            body[3, 0] = np.nan
        state = counter.step(i / 30, body)
    assert state.shown == 8


def spread(lift: float) -> np.ndarray:
    """How far the joints move when both arms are spread to the sides: `full` sees it, `height` does not."""
    moved = np.zeros((LANDMARK_COUNT, 3))
    for names, reach in (("ELBOW", 0.3), ("WRIST", 0.6), ("PINKY", 0.6), ("INDEX", 0.6), ("THUMB", 0.6)):
        moved[[Landmark[f"LEFT_{names}"], Landmark[f"RIGHT_{names}"]], 0] = (reach * lift, -reach * lift)
    return moved


@pytest.mark.parametrize(
    ("durations", "counted"), [((3.0,) * 2, 4), ((3.0,) * 3, 7), ((3.0,) * 4, 7), ((3.0, 0.9, 3.0), 4)]
)
def test_reps_that_only_the_other_channel_sees_count_from_three_in_a_row(
    durations: tuple[float, ...], counted: int
) -> None:
    """Four raises count. Then the arms spread while the hands shake, so that `height` still sees the better rhythm.

    Two spreads, or three of uneven duration, do not count.
    """
    counter, begin = PeriodicityCounter(), 8.5
    starts = begin + np.cumsum([0.0, *durations])
    counts = []
    for i in range(int((starts[-1] + 4) * 30)):
        t = i / 30
        shaking = 0.3 * swing(t, 0.7, begin, 30) if t < starts[-1] else 0.0
        body = raised(swing(t, 1.5, 2.0, 4) + shaking)
        for start, duration in zip(starts, durations, strict=False):
            body += spread(swing(t, duration, float(start), 1))
        counts.append(counter.step(t, body).count)
    assert counts[-1] == counted and 4 in counts
