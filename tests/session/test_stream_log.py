"""Streams are stored as columns and written in pieces: the same values and files in little memory."""

from __future__ import annotations

import csv
import io
import tempfile
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness.media.info import SourceInfo
from fitness.session import SessionRecorder, read_landmarks, write_frames_csv, write_landmarks, write_session
from fitness.session.landmark_chunk import LandmarkChunk, encode_landmarks, log_of
from fitness.session.landmarks import COLUMNS, LandmarkLog
from fitness.session.store.blobs import pack_poses
from fitness.session.stream_log import StreamLog, StreamScores
from fitness.types import Classification, Count, Pose

SOURCE = SourceInfo("a.mp4", 40.0, 30.0, 64, 48, 1200)


def pose(number: int, person: int = 1) -> Pose:
    """A pose that is different in each frame."""
    random = np.random.default_rng([number, person])
    points = random.normal(size=(2, 33, 3)).astype(np.float32)
    seen = random.uniform(size=(2, 33)).astype(np.float32)
    return Pose(points[0], points[1], seen[0], seen[1], score=0.5 + number / 1e4, t=number / 30, id=person)


def frame(number: int) -> tuple[float, Pose | None, list[Pose]]:
    """A frame; every seventh has no person, every fifth has a bystander."""
    return number / 30, pose(number) if number % 7 else None, [pose(number, 2)] if number % 5 == 0 else []


@pytest.mark.parametrize("frames", [0, 1, 255, 256, 257, 1000, 3000])
def test_a_log_written_step_by_step_equals_the_whole_log(frames: int) -> None:
    """All arrays are equal, at any length; reading in between changes nothing."""
    growing = StreamLog()
    rows = [frame(number) for number in range(frames)]
    for number, (t, counted, others) in enumerate(rows):
        growing.add(t, counted, others)
        if number in (100, 256, 600, 2600):
            assert len(growing.columns(SOURCE, "full").log()) == number + 1
    log = growing.columns(SOURCE, "full").log()
    apart = [(number, other) for number, (_, _, others) in enumerate(rows) for other in others]
    whole = LandmarkLog.of(SOURCE, "full", [(t, counted) for t, counted, _ in rows], apart)
    for name in ("t", "found", "world", "image", "visibility", "presence", "score", "person"):
        assert np.array_equal(getattr(log, name), getattr(whole, name)), name
    for name, array in whole.others.items():
        assert np.array_equal(log.others[name], array), name


@pytest.mark.parametrize("first", [0, 255, 256, 700, 2999, 3000])
def test_frames_from_a_number_on_are_a_part_of_the_log(first: int) -> None:
    """Whether they are in the file, packed in memory, or not packed yet; bystanders' frame numbers begin at 0."""
    growing = StreamLog()
    for number in range(3000):
        growing.add(*frame(number))
    part = growing.since(first, SOURCE, "full")
    whole = growing.columns(SOURCE, "full").log().part(slice(first, 3000))
    for name, array in whole.arrays().items():
        assert np.array_equal(part.arrays()[name], array), name


def test_the_store_and_the_temporary_file_have_one_encoding() -> None:
    """A chunk of the store is the compressed chunk of a recorder; every array comes back from both."""
    log = LandmarkLog.of(SOURCE, "full", [frame(number)[:2] for number in range(300)], [(5, pose(5, 2))])
    data = encode_landmarks(log.arrays())
    assert zlib.decompress(pack_poses(log)) == data
    for name, array in log.arrays().items():
        assert np.array_equal(LandmarkChunk.of(data).column(name), array), name
    with pytest.raises(ValueError, match="too short"):
        log_of([LandmarkChunk.of(data[:-1])], 300, SOURCE, "full")


def test_scores_of_classes_that_come_and_go() -> None:
    """A class has NaN where it was not scored; classes stand in the order of their first appearance."""
    growing = StreamScores()
    rows = [{"up": i / 600} if i < 400 else {"down": 0.5, "up": 0.25} if i < 599 else {} for i in range(600)]
    for scores in rows:
        growing.add(scores)
    classes, table = growing.table()
    assert classes == ("up", "down")
    expected = [[scores.get(name, np.nan) for name in classes] for scores in rows]
    assert np.array_equal(table, np.array(expected), equal_nan=True)


def test_memory_does_not_grow_with_the_stream() -> None:
    """Another 2560 frames take no more than 0.2 KB each, as the rest lies on the disk."""
    growing = StreamLog()
    tracemalloc.start()
    try:
        for number in range(2560):
            growing.add(number / 30, pose(number), [])
        before = tracemalloc.get_traced_memory()[0]
        for number in range(2560, 5120):
            growing.add(number / 30, pose(number), [])
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 0.2 * 1024 * 2560


def recorder(frames: int) -> SessionRecorder:
    """A recorder with this many frames, with scores and messages."""
    taken = SessionRecorder()
    for number in range(frames):
        t, counted, others = frame(number)
        scores = {"up": number / frames, "down": 0.5} if counted else {}
        count = Count(
            {"squat": number // 90}, "squat", 1, 0, 0.25, "Füße, nicht zu sehen" if number % 3 else None
        )
        taken.add_counted(t, counted, Classification(scores, 0.1) if counted else None, count, others)
    return taken


@pytest.fixture(scope="module")
def long() -> SessionRecorder:
    """3000 frames, part of which lies in a file: 4 MB of landmarks."""
    return recorder(3000)


def arrays_of_log(log: LandmarkLog) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of a log, by their names in files."""
    arrays = {name: getattr(log, name) for name in COLUMNS if not name.startswith("other_")}
    return arrays | {f"other_{name}": array for name, array in log.others.items()}


def test_a_log_written_in_pieces_is_the_file_of_numpy(long: SessionRecorder, tmp_path: Path) -> None:
    """Byte for byte what `savez_compressed` writes of whole arrays, and it reads back."""
    columns = long.columns(SOURCE, "full")
    assert columns is not None
    write_landmarks(tmp_path / "pieces.npz", columns)
    log = columns.log()
    write_landmarks(tmp_path / "whole.npz", log)
    arrays = arrays_of_log(log)
    single = {"version": 2, "name": "a.mp4", "model": "full", "width": 64, "height": 48, "fps": 30.0}
    np.savez_compressed(tmp_path / "numpy.npz", **single, duration_s=40.0, **arrays)  # type: ignore[arg-type]
    assert (tmp_path / "pieces.npz").read_bytes() == (tmp_path / "numpy.npz").read_bytes()
    assert (tmp_path / "whole.npz").read_bytes() == (tmp_path / "numpy.npz").read_bytes()
    back = read_landmarks(tmp_path / "pieces.npz")
    for name, array in arrays.items():
        own = back.others[name[6:]] if name.startswith("other_") else getattr(back, name)
        assert own.tobytes() == array.tobytes(), name


def test_columns_outlive_the_recorder() -> None:
    """The file stays open as long as its columns may be read."""
    columns = recorder(2600).columns(SOURCE)
    assert columns is not None and len(columns.log()) == 2600


def test_a_table_of_frames_is_the_text_of_all_rows(long: SessionRecorder, tmp_path: Path) -> None:
    """Row for row as one text, letters beyond ASCII and commas too."""
    write_frames_csv(tmp_path / "a.csv", long.session(SOURCE).frames)
    rows = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"))))
    assert len(rows) == 3001
    assert rows[5] == ["0.133", "1", "squat", "0.250", "0", "0.001", "0.500", "Füße, nicht zu sehen"]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    assert (tmp_path / "a.csv").read_bytes() == text.getvalue().encode()


def taken_by(work: Callable[[], object]) -> int:
    """Peak memory of Python and NumPy during the call, in addition to that before it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_files_are_written_in_little_memory(long: SessionRecorder, tmp_path: Path) -> None:
    """Neither the log of 4 MB nor the text of the table is ever in memory as a whole, nor the log twice."""
    session = long.session(SOURCE, landmarks=False)
    columns = long.columns(SOURCE)
    assert session.landmarks is None and columns is not None
    log = columns.log()
    assert sum(getattr(log, name).nbytes for name in ("world", "image", "visibility", "presence")) > 3e6
    assert taken_by(lambda: write_frames_csv(tmp_path / "a.csv", session.frames)) < 0.3e6
    assert taken_by(lambda: write_landmarks(tmp_path / "a.npz", columns)) < 1e6
    assert taken_by(lambda: write_landmarks(tmp_path / "b.npz", log)) < 1e6
    assert taken_by(lambda: write_session(session, tmp_path, "a", landmarks=columns)) < 1e6


def test_a_log_is_read_once(long: SessionRecorder, tmp_path: Path) -> None:
    """Reading takes the memory of the log, not of two."""
    columns = long.columns(SOURCE)
    assert columns is not None
    write_landmarks(tmp_path / "a.npz", columns)
    size = sum(array.nbytes for array in arrays_of_log(columns.log()).values())
    assert size < taken_by(lambda: read_landmarks(tmp_path / "a.npz")) < 1.4 * size


def test_a_view_of_a_writable_array_is_copied() -> None:
    """A log never changes, also where only the view that was given cannot be written to."""
    log = LandmarkLog.of(SOURCE, "full", [(number / 30, pose(number)) for number in range(4)])
    mine = log.world.copy()
    given = mine[:]
    given.setflags(write=False)
    made = replace(log, world=given)
    mine[:] = 0
    assert np.array_equal(made.world, log.world)
    assert np.shares_memory(log.part(slice(1, 3)).world, log.world)


def test_a_pose_with_nan_is_not_written(tmp_path: Path) -> None:
    """The message names the array, and no file is left, however far back the pose lies."""
    growing = StreamLog()
    for number in range(2600):
        wrong = replace(pose(number), score=np.nan) if number == 20 else None
        growing.add(number / 30, wrong, [])
    with pytest.raises(ValueError, match="score holds values that are not finite"):
        write_landmarks(tmp_path / "a.npz", growing.columns(SOURCE, "full"))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """If no temporary file can be created, everything stays in memory."""

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    growing = StreamLog()
    for number in range(2900):
        growing.add(*frame(number))
    monkeypatch.undo()  # there is room again
    for number in range(2900, 3000):
        growing.add(*frame(number))
    assert growing.columns(SOURCE, "full").log().t.tolist() == [number / 30 for number in range(3000)]
