"""VideoWriter: its files can be played, have the right times, and are complete or absent."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from fitness.errors import OptionError, OutputError, StateError
from fitness.media.video_file import VideoFile
from fitness.media.writer import VideoWriter
from tests.support.clips import number_of, picture

UNEVEN = [0.0, 0.033, 0.066, 0.2, 0.25, 0.4, 0.41, 0.9, 1.3]


def write(
    path: Path, times_s: list[float], width: int = 64, height: int = 48, **options: object
) -> VideoWriter:
    with VideoWriter(path, width, height, **options) as writer:  # type: ignore[arg-type]
        for number, t in enumerate(times_s):
            writer.write(picture(number, width, height), t)
    return writer


def encode_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("encode ")]


@pytest.mark.parametrize("name", ["a.mp4", "a.m4v", "a.mov", "a.mkv"])
def test_times_and_frames_are_read_back(tmp_path: Path, name: str) -> None:
    """Uneven times are kept (Matroska: to a millisecond), counted from the first frame; frames are in order."""
    writer = write(tmp_path / name, [7 + t for t in UNEVEN])
    with VideoFile(tmp_path / name) as video:
        frames = list(video)
    np.testing.assert_allclose([f.t for f in frames], UNEVEN, atol=6e-4 if name == "a.mkv" else 2e-5)
    np.testing.assert_allclose([number_of(f.image) for f in frames], range(len(UNEVEN)), atol=1)
    assert writer.frames == len(UNEVEN) and writer.note is None
    assert video.warnings == [] and not encode_threads()


def test_browsers_can_play_it(tmp_path: Path) -> None:
    """H.264, 4:2:0, BT.601 matrix in the narrow range, one index for the whole file, no B-frames, one track."""
    write(tmp_path / "a.mp4", UNEVEN)
    data, boxes, at = (tmp_path / "a.mp4").read_bytes(), [], 0
    while at < len(data):
        boxes.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    assert sorted(set(boxes) - {b"free"}) == [b"ftyp", b"mdat", b"moov"]
    with av.open(str(tmp_path / "a.mp4")) as file:
        [stream] = file.streams
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.codec_context.colorspace, stream.codec_context.color_range) == (6, 1)
        packets = [packet for packet in file.demux(stream) if packet.size]
        assert [p.pts for p in packets] == [p.dts for p in packets]


def test_colours_survive(tmp_path: Path) -> None:
    """Saturated colours are read back within a few levels, so matrix and range are tagged correctly."""
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 138, 0), (255, 255, 255), (0, 0, 0)]
    image = np.repeat(np.repeat(np.array([colours], np.uint8), 32, axis=0), 32, axis=1)
    with VideoWriter(tmp_path / "a.mp4", image.shape[1], 32) as writer:
        writer.write(image, 0.0)
    with VideoFile(tmp_path / "a.mp4") as video:
        back = next(iter(video)).image
    for place, colour in enumerate(colours):
        np.testing.assert_allclose(back[16, 32 * place + 16].astype(int), colour, atol=10)


@pytest.mark.parametrize(("width", "height"), [(63, 48), (64, 47), (63, 47), (1, 1), (2, 2)])
def test_odd_sizes_are_padded(tmp_path: Path, width: int, height: int) -> None:
    """The file is at most one column and row larger; the frame is at its top left, and its edge is repeated."""
    image = np.full((height, width, 3), (200, 30, 30), np.uint8)
    with VideoWriter(tmp_path / "a.mp4", width, height) as writer:
        writer.write(image, 0.0)
        writer.write(image, 0.1)
    with VideoFile(tmp_path / "a.mp4") as video:
        back = next(iter(video)).image
    assert back.shape == (height + height % 2, width + width % 2, 3)
    np.testing.assert_allclose(back[-1, -1].astype(int), (200, 30, 30), atol=12)


@pytest.mark.parametrize("height", [88, 90])
def test_the_last_rows_are_written(tmp_path: Path, height: int) -> None:
    """All rows are in their places, whether or not the height is a multiple of 4."""
    image = np.full((height, 64, 3), (200, 30, 30), np.uint8)
    image[height // 2 :] = (30, 30, 200)
    with VideoWriter(tmp_path / "a.mp4", 64, height) as writer:
        writer.write(image, 0.0)
        writer.write(image, 0.1)
    with VideoFile(tmp_path / "a.mp4") as video:
        back = next(iter(video)).image
    assert back.shape == image.shape
    for row in (0, height // 2 - 3, height // 2 + 2, height - 1):
        np.testing.assert_allclose(back[row, 32].astype(int), image[row, 32], atol=12)


def test_times_closer_than_the_clock_still_increase(tmp_path: Path) -> None:
    """Frames a microsecond apart are all kept."""
    write(tmp_path / "a.mp4", [0.0, 1e-6, 2e-6, 0.1])
    with VideoFile(tmp_path / "a.mp4") as video:
        assert len(list(video)) == 4 and video.warnings == []


_KILLED = """
import os, sys
from fitness.media.writer import VideoWriter
from tests.support.clips import picture
writer = VideoWriter(sys.argv[1], 64, 48, 10.0)
for number in range(100):
    writer.write(picture(number), number / 10)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only POSIX systems can kill so")
@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
def test_the_video_of_a_killed_program_is_playable(tmp_path: Path, name: str) -> None:
    """A killed program leaves all frames except those since the last key frame, which comes every two seconds."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path / name)], cwd=root, timeout=300)
    assert done.returncode == -signal.SIGKILL
    (part,) = tmp_path.iterdir()
    assert part.name == f"a.part{part.suffix}"
    with VideoFile(part) as video:
        assert 60 <= sum(1 for _ in video) <= 100


def test_the_name_appears_only_when_the_file_is_complete(tmp_path: Path) -> None:
    """While it is written, the file has another name (part); an older file stays until the end."""
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    with VideoWriter(path, 64, 48) as writer:
        writer.write(picture(0), 0.0)
        assert path.read_bytes() == b"old" and writer.part.exists()
    assert path.read_bytes()[4:8] == b"ftyp" and not writer.part.exists()


def test_an_error_in_the_block_leaves_nothing(tmp_path: Path) -> None:
    """The error is raised, no new file and no part remain, the older file stays, and the thread has ended."""
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), VideoWriter(path, 64, 48) as writer:
        writer.write(picture(0), 0.0)
        _ = 1 / 0
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"] and path.read_bytes() == b"old"
    assert not encode_threads()


def test_ctrl_c_keeps_what_was_written(tmp_path: Path) -> None:
    """After KeyboardInterrupt, the file holds the frames so far and can be played."""
    with pytest.raises(KeyboardInterrupt), VideoWriter(tmp_path / "a.mp4", 64, 48) as writer:
        for number in range(20):
            writer.write(picture(number), number / 30)
        raise KeyboardInterrupt
    with VideoFile(tmp_path / "a.mp4") as video:
        assert len(list(video)) == 20 and video.warnings == []
    assert not writer.part.exists() and not encode_threads()


def test_ctrl_c_while_the_file_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C during close is raised after the file was finished."""
    writer = VideoWriter(tmp_path / "a.mp4", 64, 48)
    for number in range(5):
        writer.write(picture(number), number / 30)
    join, calls = threading.Thread.join, []

    def impatient(self: threading.Thread, timeout: float | None = None) -> None:
        calls.append(self)
        if len(calls) == 1:
            raise KeyboardInterrupt
        join(self, timeout)

    monkeypatch.setattr(threading.Thread, "join", impatient)
    with pytest.raises(KeyboardInterrupt):
        writer.close()
    monkeypatch.undo()
    with VideoFile(tmp_path / "a.mp4") as video:
        assert len(list(video)) == 5
    assert not writer.part.exists() and not encode_threads()


def test_ctrl_c_before_the_first_frame_leaves_nothing(tmp_path: Path) -> None:
    """A video without frames is deleted."""
    with pytest.raises(KeyboardInterrupt), VideoWriter(tmp_path / "a.mp4", 64, 48):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_an_encoding_error_reaches_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure in the thread is raised by write, which never blocks forever, and no file remains."""

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cv2, "cvtColor", broken)  # the first step of encoding
    with pytest.raises(OutputError, match=r"a\.mp4 cannot be written: No space left"):
        write(tmp_path / "a.mp4", [i / 30 for i in range(200)])
    assert list(tmp_path.iterdir()) == [] and not encode_threads()


def test_an_encoding_error_at_the_last_frame_is_raised_by_close(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors after the last write are not lost."""
    broken = threading.Event()

    def late(*_: object) -> None:
        broken.wait(300)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(cv2, "cvtColor", late)  # the first step of encoding
    writer = VideoWriter(tmp_path / "a.mp4", 64, 48)
    writer.write(picture(0), 0.0)
    broken.set()
    with pytest.raises(OutputError, match="Input/output error"):
        writer.close()
    assert list(tmp_path.iterdir()) == []
    writer.close()


def test_no_frame_is_an_error(tmp_path: Path) -> None:
    """Closing without a frame is an error, and no file remains."""
    with pytest.raises(OutputError, match="no frame was given"), VideoWriter(tmp_path / "a.mp4", 64, 48):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing/a.mp4", "cannot be written"),
        ("a.avi", r"written as \.mp4"),
        ("a", r"written as \.mp4"),
        ("dir.mp4", "is a folder"),
    ],
)
def test_unwritable_paths_are_refused(tmp_path: Path, name: str, words: str) -> None:
    """A missing folder, an unknown ending or a folder of that name is a one-line error at the start."""
    (tmp_path / "dir.mp4").mkdir()
    with pytest.raises(OutputError, match=words) as caught:
        VideoWriter(tmp_path / name, 64, 48)
    assert "\n" not in str(caught.value)
    assert not encode_threads()


def test_without_h264_the_file_is_mpeg4_with_a_warning(tmp_path: Path) -> None:
    """An encoder that does not exist or does not work is skipped; a note gives the reason."""
    writer = write(tmp_path / "a.mp4", UNEVEN, encoders=("no_such_encoder", "h264_v4l2m2m", "mpeg4"))
    assert writer.encoder == "mpeg4" and writer.note is not None and "MPEG-4 part 2" in writer.note
    with VideoFile(tmp_path / "a.mp4") as video:
        np.testing.assert_allclose([f.t for f in video], UNEVEN, atol=2e-3)


def test_a_missing_encoder_is_an_error(tmp_path: Path) -> None:
    """If no encoder works, no file remains, and the error lists the encoders that were tried."""
    with pytest.raises(OutputError, match="no video encoder works"):
        VideoWriter(tmp_path / "a.mp4", 64, 48, encoders=("no_such_encoder",))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options", [{"width": 0}, {"height": 20000}, {"fps_hint": 0.0}, {"fps_hint": float("inf")}]
)
def test_options_are_checked(tmp_path: Path, options: dict[str, float]) -> None:
    """Sizes and rates out of range are OptionErrors that name the option."""
    arguments = {"width": 64, "height": 48, **options}
    with pytest.raises(OptionError, match=f"option {next(iter(options))} must be"):
        VideoWriter(tmp_path / "a.mp4", **arguments)  # type: ignore[arg-type]


def test_wrong_frames_are_refused_and_the_rest_is_kept(tmp_path: Path) -> None:
    """Another size, a time that does not increase, or writing after close are errors; the file is still valid."""
    with VideoWriter(tmp_path / "a.mp4", 64, 48) as writer:
        writer.write(picture(0), 0.5)
        with pytest.raises(OptionError, match="option image must be"):
            writer.write(picture(1, 48, 64), 0.6)
        for t in (0.5, 0.4, float("nan")):
            with pytest.raises(StateError, match="times must increase"):
                writer.write(picture(1), t)
        writer.write(picture(1), 0.6)
    with pytest.raises(StateError, match="is closed"):
        writer.write(picture(2), 0.7)
    with VideoFile(tmp_path / "a.mp4") as video:
        assert len(list(video)) == 2


def test_abort_leaves_nothing(tmp_path: Path) -> None:
    """abort deletes the part and may be called after close."""
    writer = VideoWriter(tmp_path / "a.mp4", 64, 48)
    writer.write(picture(0), 0.0)
    writer.abort()
    writer.abort()
    assert list(tmp_path.iterdir()) == []
    kept = write(tmp_path / "b.mp4", UNEVEN)
    kept.abort()
    assert (tmp_path / "b.mp4").exists()


def test_ctrl_c_at_any_moment_lets_the_file_be_finished(tmp_path: Path) -> None:
    """Interrupted 200 times while a frame is handed over: closing always returns, and the file can be read."""

    def finish(writer: VideoWriter) -> None:
        with suppress(OutputError):  # where not one picture was handed over
            writer.close()

    random = np.random.default_rng(5)
    black = np.zeros((16, 16, 3), np.uint8)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for _ in range(200):
            writer = VideoWriter(tmp_path / "a.mp4", 16, 16, 30)
            with suppress(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0005, 0.004))
                for k in count():
                    writer.write(black, k / 30)
            closing = threading.Thread(target=finish, args=(writer,), daemon=True)
            closing.start()
            closing.join(300)
            assert not closing.is_alive(), "the encoder was never told to end"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
