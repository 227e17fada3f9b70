"""Small files that need much memory are refused before anything large is decoded or allocated."""

from __future__ import annotations

import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import cv2
import pytest

import fitness.media.container
import fitness.media.mp4_tables
from fitness.errors import SourceError
from fitness.media.camera_open import AddressCapture
from fitness.media.images import load_image
from fitness.media.mp4_tables import check_tables
from fitness.media.source import VideoFile
from tests.support import hostile
from tests.support.clips import steady, write_clip


@pytest.mark.parametrize("kind", ["stsz", "ctts", "trun"])
def test_an_mp4_that_claims_more_frames_than_it_holds_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """FFmpeg would allocate 40 bytes for each of 60 million samples, so it never opens the file."""
    path = hostile.lying_mp4(tmp_path / "lies.mp4", 60_000_000, kind=kind)
    monkeypatch.setattr(av, "open", None)
    with pytest.raises(SourceError, match="more frames than a video can have"):
        VideoFile(path)


def test_valid_mp4_tables_pass(tmp_path: Path) -> None:
    """Ordinary and fragmented MP4, MOV, other and damaged files are accepted; a tighter limit is respected."""
    for name in ("a.mp4", "a.mov", "a.mkv", "a.avi"):
        check_tables(write_clip(tmp_path / name, steady(30)))
    whole = (tmp_path / "a.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    check_tables(tmp_path / "cut.mp4")
    check_tables(tmp_path / "a.mp4", most=30)
    with pytest.raises(SourceError, match="more frames"):
        check_tables(tmp_path / "a.mp4", most=29)


def test_endlessly_nested_boxes_are_refused(tmp_path: Path) -> None:
    """Nested boxes cannot exhaust the stack."""
    depth = 5000
    nested = b"".join((8 * (depth - i)).to_bytes(4, "big") + b"moov" for i in range(depth))
    (tmp_path / "deep.mp4").write_bytes(nested)
    with pytest.raises(SourceError, match="damaged"):
        VideoFile(tmp_path / "deep.mp4")


@pytest.mark.parametrize("name", hostile.LISTS)
def test_a_text_file_that_names_other_files_is_not_a_video(tmp_path: Path, name: str) -> None:
    """Lists of files are not read, so a file cannot open other files."""
    write_clip(tmp_path / "segment.ts", steady(5))
    write_clip(tmp_path / "secret.ts", steady(5))
    path = tmp_path / "upload"
    path.write_bytes(hostile.LISTS[name])
    with pytest.raises(SourceError, match="not a video"):
        VideoFile(path)


def test_a_large_frame_is_refused_by_its_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's limit is checked before the first frame is decoded."""
    path = write_clip(tmp_path / "a.mp4", steady(3))
    monkeypatch.setattr(fitness.media.video_file, "decoded_frames", None)
    with pytest.raises(SourceError, match=r"too large \(64 x 48 pixels\)"):
        VideoFile(path, max_pixels=64 * 48 - 1)


def test_a_frame_that_grows_within_a_file_is_not_decoded(tmp_path: Path) -> None:
    """The decoder has the limit too, so a false header does not help."""
    small, large = write_clip(tmp_path / "a.h264", steady(5)), tmp_path / "large.h264"
    write_clip(large, steady(5), size=(128, 96))
    both = tmp_path / "both.h264"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    with VideoFile(both, max_pixels=64 * 48) as video:
        assert {frame.image.shape for frame in video} == {(48, 64, 3)}
        assert any("damaged" in text for text in video.warnings)


def test_large_frames_can_be_made_smaller(tmp_path: Path) -> None:
    """Large frames are reduced, as the page does for 4K, which takes a quarter of the memory; smaller ones are not
    changed.
    """
    path = write_clip(tmp_path / "a.mp4", steady(3), size=(128, 96))
    with VideoFile(path, shrink_to=64 * 48) as video:
        assert (video.info.width, video.info.height) == (64, 48)
        assert {frame.image.shape for frame in video} == {(48, 64, 3)}
    with VideoFile(path, shrink_to=128 * 96) as video:
        assert {frame.image.shape for frame in video} == {(96, 128, 3)}


def test_pictures_are_refused_by_their_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A GIF of 50 bytes, a PNG of 16-bit RGBA and a JPEG of very many scans are refused without decoding."""
    monkeypatch.setattr(cv2, "imdecode", None)
    monkeypatch.setattr(av, "open", None)
    path = tmp_path / "picture"
    for data, words in (
        (hostile.gif(16384, 6080), "too large"),
        (hostile.png(640, 480), "the way it is stored"),
        (hostile.many_scans(64, 64, 65), "has 66 scans"),
    ):
        path.write_bytes(data)
        with pytest.raises(SourceError, match=words):
            load_image(path, max_bytes=640 * 480 * 10)


def test_pictures_within_the_limits_are_read(tmp_path: Path) -> None:
    """The same formats in ordinary sizes are accepted."""
    path = tmp_path / "picture"
    for data, size in (
        (hostile.gif(32, 16), (16, 32)), (hostile.png(64, 48), (48, 64)), (hostile.many_scans(64, 64, 8), (64, 64)),
    ):  # fmt: skip
        path.write_bytes(data)
        assert load_image(path).shape[:2] == size


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of POSIX systems")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    """Opening a pipe without a writer would block forever, so pipes are refused."""
    os.mkfifo(tmp_path / "pipe.mp4")
    for read in (VideoFile, load_image):
        with pytest.raises(SourceError, match="pipe or device"):
            read(tmp_path / "pipe.mp4")


@pytest.mark.parametrize(("name", "read"), [("names itself", False), ("endless", True)])
def test_an_address_may_be_a_playlist_and_no_other_list(tmp_path: Path, name: str, read: bool) -> None:
    """Network cameras send HLS, which is allowed; ffconcat would let the other side open any file or address."""
    write_clip(tmp_path / "segment.ts", steady(90))
    (tmp_path / "list.m3u8").write_bytes(hostile.LISTS[name])

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/list.m3u8"
        try:
            if read:
                capture = AddressCapture(address)
                assert capture.read() is not None
                capture.close()
            else:
                with pytest.raises(SourceError, match="cannot be opened"):
                    AddressCapture(address)
        finally:
            server.shutdown()
