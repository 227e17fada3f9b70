"""Frames are skipped only if that cannot change a count; everything else is as without skipping."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.apps.cli import main
from fitness.errors import OptionError
from fitness.media.source import VideoFile
from fitness.media.writer import VideoWriter
from fitness.pipeline.frame_sampling import MIN_RATE_HZ, SAMPLES_A_REP, FrameSampler, Sampled, filled, thinned
from fitness.types import Classification, Count, Frame, FrameResult, Pose, Rep, RepCounted
from scripts.figure import Camera, Clip, Motion, Reps
from tests.support.strategies import examples

FPS = 30.0


def frames(count: int, fps: float = FPS) -> Iterator[Frame]:
    """Grey frames."""
    for i in range(count):
        yield Frame(np.zeros((8, 8, 3), np.uint8), i / fps, i)


class Found:
    """A mock tracker and recogniser with given results; it records its frames. pose_at: t -> the person. reps_s:
    times at which a rep is completed. long_s: duration of each rep.
    """

    def __init__(
        self, pose_at: Callable[[float], Pose | None], reps_s: Sequence[float] = (), long_s: float = 2.4
    ) -> None:
        self._pose_at, self._reps_s, self._long_s = pose_at, list(reps_s), long_s
        self.seen: list[int] = []

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        self.seen.append(frame.index)
        pose = self._pose_at(frame.t)
        return () if pose is None else (pose,)

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        reps = []
        if self._reps_s and t >= self._reps_s[0]:
            end = self._reps_s.pop(0)
            reps.append(Rep("squat", 1, 1, end - self._long_s, end - self._long_s / 2, end, 1.0))
        return (people[0] if people else None), None, Count({"squat": 1}, events=tuple(map(RepCounted, reps)))


@pytest.fixture
def moving(make_pose: Callable[..., Pose]) -> Callable[[float], Pose]:
    """A person who moves all the time."""
    return lambda t: make_pose(t, knee_deg=100 + 60 * np.sin(3 * t))


def run(count: int, found: Found, stride: FrameSampler, fps: float = FPS) -> list[Sampled]:
    return list(thinned(frames(count, fps), found, found, stride))


@given(st.integers(1, 9), st.integers(1, 60))
@examples(40)
def test_every_nth_and_the_last_frame_are_analysed(every: int, count: int) -> None:
    """All frames are returned in order; the first, every n-th and the last are analysed."""
    found, stride = Found(lambda t: None), FrameSampler(every)
    items = run(count, found, stride)
    assert [(i if isinstance(i, Frame) else i.frame).index for i in items] == list(range(count))
    assert found.seen == sorted({*range(0, count, every), count - 1})
    assert (stride.seen, stride.skipped) == (count, count - len(found.seen))
    assert [result.frame.index for result, _ in filled(items)] == list(range(count))
    assert [result.frame.index for result, looked in filled(items) if looked] == found.seen


def test_without_a_tempo_nothing_is_skipped(moving: Callable[[float], Pose]) -> None:
    """A person moves, but no rep, or only one, was counted."""
    for reps in ((), (1.0,)):
        found = Found(moving, reps)
        run(150, found, FrameSampler(None))
        assert found.seen == list(range(150))


@pytest.mark.parametrize(("long_s", "rate_hz"), [(2.4, MIN_RATE_HZ), (1.6, SAMPLES_A_REP / 1.6), (0.7, FPS)])
def test_the_rate_follows_the_reps(moving: Callable[[float], Pose], long_s: float, rate_hz: float) -> None:
    """After two reps, a fixed number of frames per rep is analysed; for quick reps every frame; a missing rep ends
    skipping.
    """
    ends = [2.0, 2.0 + long_s]
    found = Found(moving, ends, long_s)
    run(600, found, FrameSampler(None))
    times = np.array(found.seen) / FPS
    assert len(times[times < ends[1]]) == pytest.approx(ends[1] * FPS, abs=1)
    steady = times[(times > ends[1] + 0.2) & (times < ends[1] + 2 * long_s - 0.2)]
    assert 1 / np.diff(steady).mean() == pytest.approx(rate_hz, rel=0.26) and np.diff(steady).max() <= 0.101
    late = times[times > ends[1] + 2 * long_s + 0.2]
    assert np.diff(late).max() == pytest.approx(1 / FPS)


def test_empty_and_still_scenes_are_analysed_at_10_fps(
    make_pose: Callable[..., Pose], moving: Callable[[float], Pose]
) -> None:
    """Skipping begins after one second of stillness; a movement ends it within a tenth of a second."""
    for calm in (lambda t: None, lambda t: make_pose(t)):
        found = Found(lambda t, calm=calm: calm(t) if t < 3 else moving(t))  # type: ignore[misc]
        run(180, found, FrameSampler(None))
        times = np.array(found.seen) / FPS
        assert np.diff(times[times < 1]).max() == pytest.approx(1 / FPS)
        assert np.diff(times[(times > 1.2) & (times < 3)]).min() == pytest.approx(0.1)
        assert np.diff(times[times > 3.2]).max() == pytest.approx(1 / FPS)


def test_slow_recordings_are_analysed_frame_by_frame(moving: Callable[[float], Pose]) -> None:
    """10 fps is the lowest rate."""
    found = Found(moving, (2.0, 5.0), 3.0)
    run(80, found, FrameSampler(None), fps=10)
    assert found.seen == list(range(80))


def test_a_skipped_frame_shows_an_interpolated_pose(make_pose: Callable[..., Pose]) -> None:
    """Poses are interpolated in time; the count is the one before, without its events."""
    found = Found(lambda t: make_pose(t, knee_deg=170 - 600 * t), reps_s=[0.0])
    shown = [result for result, _ in filled(run(4, found, FrameSampler(3)))]
    assert all(isinstance(result, FrameResult) and result.pose is not None for result in shown)
    poses = [result.pose for result in shown if result.pose is not None]
    for i, share in ((1, 1 / 3), (2, 2 / 3)):
        np.testing.assert_allclose(
            poses[i].image, poses[0].image + (poses[3].image - poses[0].image) * share, atol=1e-4
        )
        assert poses[i].t == pytest.approx(i / FPS)
    assert [len(result.count.events) for result in shown] == [1, 0, 0, 0]


def test_a_stride_is_checked() -> None:
    """0 is refused with the option's message."""
    with pytest.raises(
        OptionError, match="option stride must be auto or a whole number of at least 1, got 0"
    ):
        FrameSampler(0)


@pytest.fixture(scope="module")
def squats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four slow squats at 24 fps."""
    path = tmp_path_factory.mktemp("stride") / "squats.mp4"
    film = Clip(
        Motion(Reps("squat", 4, seconds=3.2, seed=3)),
        camera=Camera(yaw_deg=40),
        width=320,
        height=240,
        fps=24,
        fit=True,
    )
    with VideoWriter(path, 320, 240, 24) as writer:
        for frame in film.frames():
            writer.write(frame.image, frame.t)
    return path


def test_analyze_counts_the_same_and_says_what_it_skipped(
    models: Path, squats: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The session holds the stride; the annotated video has every frame; a replay gives the same count."""
    found = {}
    for stride in ("1", "auto"):
        argv = ["analyze", str(squats), "--model", "lite", "--no-store", "--stride", stride, "--json"]
        assert main(["--quiet", *argv, "--out", str(tmp_path / stride)]) == 0
        found[stride] = json.loads(capsys.readouterr().out)
    assert found["auto"]["totals"] == found["1"]["totals"] == {"squat": 4}
    settings = found["auto"]["settings"]
    total = found["1"]["source"]["frames"]
    assert settings["stride"] == "auto" and found["1"]["settings"]["stride"] == 1
    assert 0.1 * total < settings["skipped_frames"] == total - found["auto"]["source"]["frames"]
    with VideoFile(tmp_path / "auto" / "squats.annotated.mp4") as video:
        assert sum(1 for _ in video) == total
    assert main(["replay", str(tmp_path / "auto" / "squats.landmarks.npz"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["totals"] == {"squat": 4}


def test_a_wrong_stride_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong stride is a one-line usage error."""
    assert main(["analyze", "x.mp4", "--stride", "0"]) == 2
    assert "auto or a whole number of at least 1 is needed, got '0'" in capsys.readouterr().err
