"""Recordings through the analyzer: threads, files, errors, Ctrl-C, and shared networks."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness.engine.runtime import checked
from fitness.engine.runtime.weights import ModelFiles
from fitness.engine.tracking.tracker import PoseTracker
from fitness.errors import ModelError, OutputError
from fitness.media.info import SourceInfo
from fitness.media.source import VideoFile
from fitness.media.writer import VideoWriter
from fitness.pipeline.analyzer import Analyzer
from fitness.pipeline.loop import counted, results, tracked
from fitness.pipeline.outputs import Outputs
from fitness.pipeline.prefetch import Prefetch
from fitness.pipeline.settings import Engine, Settings
from fitness.session import read_landmarks
from fitness.types import Count, Frame, Pose


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """Every thread that a test starts has ended when it ends."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


class Follower:
    """A tracker whose pose encodes the index of the frame; it can raise at a given frame."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.fails_at = fails_at
        self.threads: set[str] = set()

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        self.threads.add(threading.current_thread().name)
        if frame.index == self.fails_at:
            raise RuntimeError("a bug in the tracker")
        if frame.index % 3 == 2:
            return ()
        points = np.full((33, 3), frame.index, np.float32)
        return (Pose(points, points, points[:, 0], points[:, 0], 1.0, frame.t),)


class Counting:
    """A recogniser that counts the frames with a pose."""

    def __init__(self, interrupt_at: int | None = None) -> None:
        self.count = 0
        self.steps = 0
        self.interrupt_at = interrupt_at

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, None, Count]:
        if self.steps == self.interrupt_at:
            raise KeyboardInterrupt
        self.steps += 1
        self.count += len(people)
        return next(iter(people), None), None, Count({"squat": self.count})


def film(path: Path, frames: int = 12) -> Path:
    """A short video of grey frames."""
    with VideoWriter(path, 64, 48, 20) as writer:
        for i in range(frames):
            writer.write(np.full((48, 64, 3), 5 * i, np.uint8), i / 20)
    return path


def test_the_counter_is_made_after_the_first_frame_was_tracked(tmp_path: Path) -> None:
    """Fitting the classifier holds Python's lock and would delay the first pose, so it happens after the first frame."""
    follower = Follower()
    tracked_before: list[bool] = []

    def counter() -> Counting:
        tracked_before.append(bool(follower.threads))
        return Counting()

    with VideoFile(film(tmp_path / "film.mp4")) as video:
        analysis = Analyzer(lambda: follower, counter).run(video)
    assert tracked_before == [True]
    assert analysis.session.source.frames == 12


def test_tracking_and_counting_in_two_halves_equals_the_whole(tmp_path: Path) -> None:
    """`counted(tracked(...))`, in threads or not, gives the same as `results`."""
    path = film(tmp_path / "a.mp4")
    with VideoFile(path) as video:
        plain = list(results(video, Follower(), Counting()))
    with (
        VideoFile(path) as video,
        Prefetch(video) as frames,
        Prefetch(tracked(frames, Follower())) as followed,
    ):
        split = list(counted(followed, Counting()))
    assert len(plain) == len(split) == 12
    for one, other in zip(plain, split, strict=True):
        assert (one.frame.t, one.frame.index) == (other.frame.t, other.frame.index)
        assert np.array_equal(one.frame.image, other.frame.image)
        assert one.count == other.count and (one.pose is None) == (other.pose is None)
        assert one.pose is None or np.array_equal(one.pose.world, other.pose.world)  # type: ignore[union-attr]
        assert set(other.timings_ms) == {"pose", "recognition"}


def test_no_stage_holds_a_frame_while_it_waits() -> None:
    """When the next frame is requested, the one before is no longer held; at 1920 x 1080 each takes 6 MB."""
    gone: list[bool] = []

    def frames() -> Iterator[Frame]:
        for i in range(4):
            image = np.zeros((48, 64, 3), np.uint8)
            last = weakref.ref(image)
            frames_left = [Frame(image, i / 20, i)]
            del image
            yield frames_left.pop()
            gone.append(last() is None)

    for result in results(frames(), Follower(), Counting()):
        del result
    assert gone == [True] * 4


def analyzer(tracker: Follower | None = None, counter: Counting | None = None) -> Analyzer:
    """An analyzer of these stages."""
    return Analyzer(lambda: tracker or Follower(), lambda: counter or Counting())


def test_an_analysis_tracks_in_another_thread(tmp_path: Path) -> None:
    """Tracking runs in parallel with counting and drawing; all files are written and the session is complete."""
    tracker = Follower()
    with VideoFile(film(tmp_path / "a.mp4")) as video:
        done = analyzer(tracker).run(video, Outputs(tmp_path / "out", "a"))
    assert tracker.threads == {"track"}
    assert done.session.totals == {"squat": 8} and len(done.session.frames) == 12
    with VideoFile(tmp_path / "out" / "a.annotated.mp4") as annotated:
        assert sum(1 for _ in annotated) == 12


def test_the_log_is_written_even_if_it_is_not_returned(tmp_path: Path) -> None:
    """The files are the same bytes; the session has its log only if that is requested."""
    path = film(tmp_path / "a.mp4")
    for name, wanted in (("with", True), ("without", False)):
        with VideoFile(path) as video:
            outputs = Outputs(tmp_path / name, "a", annotate=False)
            done = analyzer().run(video, outputs, landmarks=wanted)
        assert (done.session.landmarks is not None) == wanted
    assert len(read_landmarks(tmp_path / "without" / "a.landmarks.npz")) == 12
    for file in (tmp_path / "with").iterdir():
        assert file.read_bytes() == (tmp_path / "without" / file.name).read_bytes(), file.name


def test_an_error_while_tracking_reaches_the_caller(tmp_path: Path) -> None:
    """An error in the tracker's thread is raised by `run`, and no unfinished video stays."""
    with VideoFile(film(tmp_path / "a.mp4")) as video, pytest.raises(RuntimeError, match="a bug in the"):
        analyzer(Follower(fails_at=5)).run(video, Outputs(tmp_path / "out", "a"))
    assert not list((tmp_path / "out").glob("*annotated*"))


def test_an_error_while_writing_ends_the_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a full disk, the error is raised, and the threads that read and track end."""

    def full(self: VideoWriter, image: object, t: float) -> None:
        raise OutputError("the disk is full")

    path = film(tmp_path / "a.mp4")
    monkeypatch.setattr(VideoWriter, "write", full)
    with VideoFile(path) as video, pytest.raises(OutputError, match="the disk is full"):
        analyzer().run(video, Outputs(tmp_path / "out", "a"))


def test_ctrl_c_keeps_what_was_counted(tmp_path: Path) -> None:
    """Frames that were read or tracked but not counted are in none of the results."""
    with VideoFile(film(tmp_path / "a.mp4")) as video:
        done = analyzer(counter=Counting(interrupt_at=5)).run(video, Outputs(tmp_path / "out", "a"))
    assert done.interrupted and done.session.source.frames == len(done.session.frames) == 5
    with VideoFile(tmp_path / "out" / "a.annotated.mp4") as annotated:
        assert sum(1 for _ in annotated) == 5


def test_a_damaged_end_is_still_reported(tmp_path: Path) -> None:
    """Faults that the reading thread finds are among the session's warnings."""
    path = film(tmp_path / "a.mkv", frames=40)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.7)])
    with VideoFile(path) as video:
        done = analyzer().run(video)
    assert isinstance(done.session.source, SourceInfo)
    assert any("damaged or cut short" in text for text in done.session.warnings)


def test_memory_is_tidied_at_the_end_of_each_recording(tmp_path: Path) -> None:
    """Memory is returned every 300 frames, and only if the caller asks for it."""
    calls: list[str] = []
    one = Analyzer(Follower, Counting, tidy=lambda: calls.append("tidy"))
    with VideoFile(film(tmp_path / "a.mp4")) as video:
        one.run(video)
    assert calls == ["tidy"]


def test_skipped_frames_are_in_the_video_and_not_in_the_session(tmp_path: Path) -> None:
    """Every third frame of twelve and the last one are analysed; the settings have the number of skipped frames."""
    one = Analyzer(Follower, Counting, stride=3, noted={"exercise": "squat"})
    with VideoFile(film(tmp_path / "a.mp4")) as video:
        done = one.run(video, Outputs(tmp_path / "out", "a"))
    assert len(done.session.frames) == 5 and done.session.settings == {
        "exercise": "squat",
        "skipped_frames": 7,
    }
    with VideoFile(tmp_path / "out" / "a.annotated.mp4") as annotated:
        assert sum(1 for _ in annotated) == 12


def test_one_analyzer_loads_once_and_starts_every_recording_anew(tmp_path: Path, models: Path) -> None:
    """Networks and classifier are shared; no person is remembered from one recording to the next."""
    loaded: list[Engine] = []

    def engine() -> Engine:
        loaded.append(Engine(Settings(model="lite")))
        return loaded[-1]

    one = Analyzer.of(Settings(model="lite"), engine)
    assert one.tracker() is not one.tracker() and one.counter() is not one.counter()
    with VideoFile(film(tmp_path / "a.mp4")) as video:
        assert one.run(video).session.settings["model"] == "lite"
    assert len(loaded) == 1


def test_errors_while_loading_the_stages_are_raised(tmp_path: Path) -> None:
    """Errors of loading the samples and the networks are raised."""
    with pytest.raises(ModelError, match="gone"):
        Analyzer.of(Settings(), lambda: (_ for _ in ()).throw(ModelError("gone")))
    with pytest.raises(Exception, match=str(tmp_path)):
        Analyzer.of(Settings(samples=tmp_path), lambda: None)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("door", ["tracker", "engine"])
def test_the_library_and_the_command_both_check_unknown_models(
    door: str, known: bool, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is not in the manifest is first run in a child process, and nothing derived from it is cached."""
    tried: list[Path] = []
    kept: list[object] = []
    load = checked.load_model

    def loaded(path: Path, **options: Any) -> Any:
        if path == file:
            kept.append(options["keep_in"])
        return load(path, **options)

    file = ModelFiles().ensure("lite")
    if not known:
        content = file.read_bytes()
        file = tmp_path / "mine.tflite"
        file.write_bytes(content + b"\0")
    monkeypatch.setattr(checked, "check_unknown_model", lambda path, runtime: tried.append(path))
    monkeypatch.setattr(checked, "load_model", loaded)
    if door == "tracker":
        PoseTracker.load("lite", model_file=file).close()
    else:
        Engine(Settings(model="lite", model_file=file))
    assert tried == ([] if known else [file])
    assert [one is not None for one in kept] == [known]
