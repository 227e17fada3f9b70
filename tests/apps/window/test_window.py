"""Window: runner, keys and drawing with mock stages; no display is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness.apps.window.app import Window
from fitness.apps.window.chooser import ModelChooser
from fitness.apps.window.look import Look
from fitness.apps.window.runner import Runner, Shown
from fitness.apps.window.view import View
from fitness.apps.window.words import total_line
from fitness.coach import Coach, CoachOptions, Plan, SetLog, SetSummary, Stage
from fitness.coach.sound import TONES, Sounds, tone_wav
from fitness.media.camera_list import linux_cameras
from fitness.pipeline.workout import Workout
from fitness.session.latency import Latencies
from fitness.types import Count, Frame, Pose, Rep, RepCounted


class FakeSource:
    """Frames at 10 fps; the runner's clock moves 0.04 s a frame."""

    def __init__(self, sizes: list[tuple[int, int]]) -> None:
        self.sizes, self.now, self.taken_s, self.message = sizes, 0.0, 0.0, None

    def clock(self) -> float:
        return self.now

    def __iter__(self) -> Iterator[Frame]:
        for k, (width, height) in enumerate(self.sizes):
            self.taken_s, self.now = self.now, self.now + 0.04
            yield Frame(np.full((height, width, 3), 90, np.uint8), k / 10, k)


class FakeTracker:
    def __init__(self) -> None:
        self.forgot = 0

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        return ()

    def set_rois(self) -> None:
        self.forgot += 1


class FakeCounter:
    """One squat every tenth frame."""

    def __init__(self) -> None:
        self.frames = 0

    def step(self, people: Sequence[Pose], t: float) -> tuple[None, None, Count]:
        self.frames += 1
        total, events = self.frames // 10, ()
        if self.frames % 10 == 0:
            rep = Rep("squat", 1, total, max(0.0, t - 0.9), t - 0.4, t, 0.9, id=total)
            events = (RepCounted(rep),)
        return None, None, Count({"squat": total}, "squat", 1, total, 0.5, events=events)


def make_runner(frames: int = 50, **options: Any) -> Runner:
    return Runner(FakeSource([(64, 48)] * frames), FakeTracker(), make_workout(**options))


def make_workout(**options: Any) -> Workout:
    return Workout(CoachOptions(**options), lambda name, ids: FakeCounter())


def test_the_runner_counts_to_the_end_and_measures() -> None:
    """Five reps; every frame is in the latency figures, and each took 40 ms on the source's clock."""
    runner = make_runner()
    runner.run()
    assert runner.error is None and runner.done.is_set()
    assert runner.newest is not None and runner.newest.state.total == 5
    figures = runner.latencies.to_json()
    assert figures["camera to count"] == {"frames": 50, "p50_ms": 40.0, "p95_ms": 40.0, "p99_ms": 40.0}
    assert {"pose", "recognition"} <= figures.keys()


def test_a_change_of_size_makes_the_tracker_search_the_whole_frame() -> None:
    """The state is reported once for each change, and counting continues."""
    tracker = FakeTracker()
    source = FakeSource([(64, 48)] * 10 + [(48, 64)] * 10 + [(64, 48)] * 10)
    runner = Runner(source, tracker, make_workout())
    runner.run()
    assert tracker.forgot == 2 and runner.coach.state(3.0).total == 3


def test_while_paused_nothing_is_counted_and_the_video_continues() -> None:
    """While paused, frames are shown without a result and are not counted."""
    runner = make_runner(25)
    runner.coach.pause(True, 0.0)
    runner.run()
    assert runner.newest is not None and runner.newest.result is None
    assert runner.newest.frame.index == 24 and runner.newest.state.total == 0


def test_a_pause_holds_through_the_frame_that_is_being_worked_on() -> None:
    """If the user pauses while a frame is processed, that frame does not end the pause."""

    class Pausing(FakeTracker):
        def people(self, frame: Frame) -> tuple[Pose, ...]:
            if frame.index == 14:
                runner.coach.pause(True, frame.t)
            return ()

    runner = Runner(FakeSource([(64, 48)] * 30), Pausing(), make_workout())
    runner.run()
    assert runner.coach.paused and runner.newest is not None
    assert runner.newest.state.paused and runner.newest.frame.index == 29 and runner.newest.state.total == 1


def test_an_error_of_a_stage_is_kept_for_the_caller() -> None:
    """The thread ends, and the error is stored."""

    class Broken:
        def people(self, frame: Frame) -> tuple[Pose, ...]:
            raise ValueError("broken")

    runner = Runner(FakeSource([(64, 48)]), Broken(), make_workout())
    runner.run()
    assert isinstance(runner.error, ValueError) and runner.done.is_set()


def test_a_slow_model_is_replaced_once() -> None:
    """The median decides: a few slow frames change nothing, many slow frames switch the model."""
    chooser = ModelChooser(60.0, 10)
    assert not any(chooser.too_slow(ms) for ms in [200.0] * 4 + [30.0] * 6)
    assert [chooser.too_slow(90.0) for _ in range(10)] == [False] * 9 + [True]


def test_a_slow_machine_goes_on_with_the_lighter_model_once() -> None:
    """A message is shown at once, and the program never switches back: the lighter model is slow too in this test."""
    loaded: list[FakeTracker] = []
    reported: list[tuple[str, float]] = []

    def lighter() -> FakeTracker:
        loaded.append(FakeTracker())
        return loaded[-1]

    runner = Runner(
        FakeSource([(64, 48)] * 50), FakeTracker(), make_workout(),
        lighter=lighter, chooser=ModelChooser(-1.0, 10), on_note=lambda text, t: reported.append((text, t)),
    )  # fmt: skip
    runner.run()
    assert runner.error is None and len(loaded) == len(reported) == len(runner.notes) == 1
    assert reported[0][0] == "this machine is too slow for the full model: switched to lite"
    assert runner.notes == [f"at {reported[0][1]:.1f} s: {reported[0][0]}"]


def test_percentiles_of_latency() -> None:
    """For 1 to 100 ms, the median is 50 and p95 is 95; extreme values are limited."""
    latencies = Latencies()
    for ms in range(1, 101):
        latencies.add({"pose": ms})
    assert (latencies.percentile("pose", 50), latencies.percentile("pose", 95)) == (50.0, 95.0)
    latencies.add({"pose": 1e9})
    assert latencies.percentile("pose", 100) == 2000.0 and latencies.percentile("draw", 50) is None


@pytest.mark.parametrize("size", [(64, 48), (320, 240), (960, 720), (540, 960), (1920, 1080)])
def test_the_window_can_be_drawn_at_any_size(size: tuple[int, int]) -> None:
    """Every card, in landscape and portrait: the image has the requested size, and each card changes it."""
    runner = make_runner(plan=Plan.target("2x3"))
    runner.run()
    shown = runner.newest
    assert shown is not None
    plain = View().draw(shown, Look(), size, None, [], False)
    assert plain.shape == (size[1], size[0], 3)
    for look, message, over in (
        (Look(help=True), None, False),
        (Look(timings=True), None, False),
        (Look(notice="saved", notice_until_s=99), "the image is black", False),
        (Look(), None, True),
    ):
        other = View().draw(shown, look, size, message, ["pose 30 ms"], over)
        assert other.shape == plain.shape and not np.array_equal(other, plain)


def test_the_mirror_flips_the_frame_and_not_the_text() -> None:
    """In the mirror, a white left half is at the right; the column with the count stays at the left."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[:, :320] = 255
    shown = Shown(Frame(image, 0.0, 0), None, Coach().state(0.0))
    straight = View().draw(shown, Look(mirror=False), (640, 480), None, [], False)
    mirrored = View().draw(shown, Look(mirror=True), (640, 480), None, [], False)
    assert straight[20, 100].min() == 255 and straight[20, 500].max() == 0
    assert mirrored[20, 100].max() == 0 and mirrored[20, 500].min() == 255
    words = (mirrored[100:380, 20:200] > 200).all(axis=2).sum()
    assert words > 500


def test_tones_fade_in_and_out() -> None:
    """Each tone is a WAV file that begins and ends silently."""
    for notes in TONES.values():
        data = tone_wav(notes)
        assert data[:4] == b"RIFF" and data[8:12] == b"WAVE"
        samples = np.frombuffer(data[44:], "<i2")
        assert abs(int(samples[0])) < 500 and abs(int(samples[-1])) < 2500 and samples.max() > 10_000


def test_without_a_player_the_bell_rings() -> None:
    """Without a program that plays sound, the terminal's bell rings once for each tone."""
    rung: list[int] = []
    with Sounds(lambda: rung.append(1), speak=True, find=lambda name: None) as sounds:
        sounds.play("rep", 3)
        sounds.play("tick", 2)
    assert len(rung) == 2


def test_numbers_are_spoken_where_there_is_a_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a voice, the rep's number is spoken instead of its tone; other tones are played. Without --speak, nothing is
    spoken.
    """
    run: list[list[str]] = []

    class Started:
        def __init__(self, command: list[str], **_: object) -> None:
            run.append(command)

        def poll(self) -> int:
            return 0

        def wait(self, timeout: float = 0) -> int:
            return 0

    monkeypatch.setattr("fitness.coach.sound.subprocess.Popen", Started)
    has = {"paplay", "espeak-ng"}
    for speak in (True, False):
        with Sounds(lambda: None, speak=speak, find=lambda name: name if name in has else None) as sounds:
            sounds.play("rep", 7)
            sounds.play("tick", 3)
    assert run[0] == ["espeak-ng", "7"]
    assert [command[0] for command in run[1:]] == ["paplay"] * 3


def test_cameras_are_listed_by_name(tmp_path: Path) -> None:
    """The metadata device of a camera is not listed; a device without permission is listed as such."""
    for number, index, name in ((0, "0", "Laptop"), (1, "1", "Laptop"), (10, "0", "USB"), (2, "0", "Gone")):
        folder = tmp_path / "sys" / f"video{number}"
        folder.mkdir(parents=True)
        (folder / "index").write_text(index + "\n")
        (folder / "name").write_text(name + "\n")
    (tmp_path / "dev").mkdir()
    for number in (0, 10):
        (tmp_path / "dev" / f"video{number}").touch()
    found = linux_cameras(tmp_path / "sys", tmp_path / "dev")
    assert [(c.number, c.name, c.problem) for c in found] == [
        (0, "Laptop", None), (2, "Gone", "not there"), (10, "USB", None),
    ]  # fmt: skip
    assert linux_cameras(tmp_path / "none", tmp_path) == ()


# long: one key after another
def test_every_key_does_what_the_help_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys change the view, the coach, the exercise and the folder of snapshots; an unknown key does nothing."""
    monkeypatch.setattr("fitness.apps.window.app.cv2.getWindowImageRect", lambda _: (0, 0, 64, 48))
    monkeypatch.setattr("fitness.apps.window.app.cv2.imshow", lambda *_: None)
    chosen: list[str] = []

    def counter_for(name: str, ids: Iterator[int]) -> FakeCounter:
        chosen.append(name)
        return FakeCounter()

    workout = Workout(CoachOptions(), counter_for)
    runner = Runner(FakeSource([(64, 48)] * 25), FakeTracker(), workout)
    window = Window(runner, lambda: None, ("squat", "push-up"), tmp_path / "shots")
    for key, name in (("m", "mirror"), ("l", "landmarks"), ("h", "help"), ("i", "timings")):
        before = getattr(window.look, name)
        window.press(key, 0.0)
        assert getattr(window.look, name) is not before, key
        window.press(key, 0.0)
        assert getattr(window.look, name) is before, key
    runner.run()
    coach = runner.coach
    for key, total in (("+", 3), ("=", 4), ("-", 3), ("_", 2), ("-", 1), ("x", 1)):
        window.press(key, 3.0)
        assert coach.state(3.0).total == total, key
    assert [c.delta for c in coach.corrections] == [1, 1, -1, -1, -1]
    for paused in (True, False):
        window.press(" ", 3.0)
        assert coach.paused is paused
    window.press("n", 3.0)
    assert coach.state(3.0).stage is Stage.RESTING
    window.press("n", 3.0)
    assert coach.state(3.0).stage is Stage.READY
    window.press("r", 3.0)
    assert coach.state(3.0).total == 0
    for key in "129":
        window.press(key, 3.0)
    window.press("0", 3.0)
    assert chosen == ["auto", "squat", "push-up", "auto"] and window.look.notice == "exercise: auto"
    window.press("9", 3.0)
    assert window.look.notice == "there is no exercise 9"
    assert runner.newest is not None
    window.show(runner.newest)
    window.press("s", 3.0)  # the stream has ended: the summary
    runner.done.clear()
    window.press("s", 3.0)
    window.press("s", 3.0)
    assert sorted(path.name for path in (tmp_path / "shots").iterdir()) == [
        "snapshot-001.png", "snapshot-002.png", "workout-001.png",
    ]  # fmt: skip


def test_control_c_on_the_last_screen_ends_the_workout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends the workout as q does: the runner stops, and the summary follows."""
    calls: list[str] = []
    for name in ("namedWindow", "resizeWindow", "destroyAllWindows"):
        monkeypatch.setattr(f"fitness.apps.window.app.cv2.{name}", lambda *_, name=name: calls.append(name))
    runner = make_runner(25)
    window = Window(runner, lambda: None, ("squat",), tmp_path)

    def wait_key(_: int) -> int:
        if runner.done.wait(20):
            raise KeyboardInterrupt
        return -1

    monkeypatch.setattr("fitness.apps.window.app.cv2.waitKey", wait_key)
    monkeypatch.setattr("fitness.apps.window.app.cv2.getWindowImageRect", lambda _: (0, 0, 64, 48))
    monkeypatch.setattr("fitness.apps.window.app.cv2.imshow", lambda *_: None)
    monkeypatch.setattr("fitness.apps.window.app.cv2.getWindowProperty", lambda *_: 1.0)
    window.run()
    assert runner.stop.is_set() and calls[-1] == "destroyAllWindows"
    assert [one.reps for one in runner.workout.sets] == [2]


def test_the_total_has_reps_and_seconds() -> None:
    """One rep is singular, and held seconds are no reps."""

    def a_set(exercise: str, reps: int) -> SetSummary:
        rep = Rep(exercise, 1, 1, 0.0, 0.5, 1.0, 0.9)
        return SetLog(1, exercise=exercise, counted=(rep,) * reps).summary()

    assert total_line([a_set("squat", 1)]) == "total: 1 rep"
    assert total_line([]) == "total: 0 reps"
    assert total_line([a_set("squat", 2), a_set("plank", 3)]) == "total: 2 reps, 3 s held"
    assert total_line([a_set("plank", 3)]) == "total: 3 s held"
