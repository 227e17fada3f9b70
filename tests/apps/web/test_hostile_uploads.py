"""Harmful uploads: hostile pictures and videos, huge numbers, uploads that stop."""

from __future__ import annotations

import errno
import io
import logging
import multiprocessing
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fitness.apps.web.access import host_name
from fitness.apps.web.app import create_app
from fitness.apps.web.decoding import Decoder, decoder
from fitness.apps.web.dependencies import Limits
from fitness.apps.web.pictures import decode_jpeg
from fitness.apps.web.state import State
from fitness.errors import SourceError
from fitness.session.store import Store
from tests.support import hostile
from tests.support.clips import steady, write_clip
from tests.support.web_cases import HERE, LIVE, begin, jpeg, make_services
from tests.support.web_client import TestClient
from tests.support.web_server import serving


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_services(tmp_path)), base_url=HERE) as one:
        yield one


def counted(client: TestClient, data: bytes) -> dict[str, Any]:
    """The final state of an uploaded video."""
    one = client.post("/api/recordings?name=x", content=data)
    assert one.status_code == 201, one.text
    deadline = time.monotonic() + 300
    while (found := client.get(f"/api/recordings/{one.json()['id']}").json())["state"] in (
        "waiting",
        "running",
    ):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return dict(found)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (hostile.gif(16384, 6080), "too large"),
        (hostile.png(8, 8).replace(struct.pack(">II", 8, 8), struct.pack(">II", 7000, 4200)), "too large"),
        (hostile.many_scans(64, 64, 500), "501 scans"),
    ],
    ids=["gif", "16-bit png", "scans"],
)
def test_a_picture_that_needs_too_much_memory_is_refused(client: TestClient, data: bytes, words: str) -> None:
    """The error is a sentence without a file name of the server; an ordinary picture can be read afterwards."""
    answer = client.post("/api/pictures", content=data)
    assert answer.status_code == 422 and words in answer.text and "picture-" not in answer.text
    assert client.post("/api/pictures", content=jpeg(100)).status_code == 200


@pytest.mark.parametrize("name", ["names itself", "names many", "endless"])
def test_an_upload_that_names_other_files_is_refused(client: TestClient, name: str) -> None:
    """A list that names itself used to open itself until descriptors or the stack were exhausted."""
    found = counted(client, hostile.LISTS[name])
    assert found["state"] == "failed" and "not a video" in found["error"]


def test_a_video_above_the_limits_of_the_page_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused by its header, in the decoder's process; no file stays on the disk."""
    app = create_app(make_services(tmp_path), limits=Limits(video_pixels=64 * 48 - 1))
    with TestClient(app, base_url=HERE) as client:
        found = counted(client, write_clip(tmp_path / "a.mp4", steady(5)).read_bytes())
        assert found["state"] == "failed" and "too large (64 x 48 pixels)" in found["error"]
        lies = counted(client, hostile.lying_mp4(tmp_path / "b.mp4", 60_000_000).read_bytes())
        assert lies["state"] == "failed" and "more frames than a video can have" in lies["error"]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="only POSIX systems can stop a process")
def test_a_decoder_that_hangs_or_dies_is_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender of the file gets an error; the next picture is decoded."""
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(100))
    others = multiprocessing.active_children()
    one = Decoder(limit_s=300.0)
    try:
        assert one.picture(path, 10_000).shape == (32, 32, 3)
        (child,) = (each for each in multiprocessing.active_children() if each not in others)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGSTOP)
        with monkeypatch.context() as patch, pytest.raises(SourceError, match="takes too long"):
            patch.setattr(one, "_limit_s", 0.5)  # only here, because a busy machine may be slow
            one.picture(path, 10_000)
        assert one.picture(path, 10_000).shape == (32, 32, 3)
        (child,) = (each for each in multiprocessing.active_children() if each not in others)
        child.kill()
        child.join()
        assert one.picture(path, 10_000).shape == (32, 32, 3)
    finally:
        one.close()


def test_the_decoder_has_a_limit_of_memory(tmp_path: Path) -> None:
    """A picture that takes 300 MB is decoded; the process may not take a gigabyte."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(100))
    decoder().picture(path, 10_000)
    child = next(one for one in multiprocessing.active_children() if one.name == "decoder")
    assert child.pid is not None
    if not hasattr(resource, "prlimit"):
        pytest.skip("only Linux tells the limits of another process")
    data = int(Path(f"/proc/{child.pid}/statm").read_text().split()[5]) * resource.getpagesize()
    assert resource.prlimit(child.pid, resource.RLIMIT_DATA)[0] < data + 700_000_000
    assert resource.prlimit(child.pid, resource.RLIMIT_CPU)[0] < 100


def test_a_live_jpeg_with_many_scans_is_refused_undecoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A JPEG of 130,000 scans in 1.5 MB used to stop every camera of the page for 85 s."""
    import cv2

    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(SourceError, match="scans"):
        decode_jpeg(hostile.many_scans(64, 64, 130_000), 2_100_000)


def test_a_number_of_400_digits_is_reported(client: TestClient) -> None:
    """The number is too large for a float; the connection is closed with a reason."""
    with client.websocket_connect(LIVE) as one:
        one.send_text('{"type":"start","exercise":"auto","rest_s":1' + "0" * 400 + "}")
        closed = one.receive()
        assert closed["type"] == "websocket.close" and "rest_s must be a number" in closed["reason"]


def test_a_client_that_leaves_in_mid_upload_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No error is logged, no file stays, and the next upload is accepted."""
    with serving(make_services(tmp_path)) as address, caplog.at_level(logging.WARNING):
        host, _, port = address.rpartition(":")
        for path in ("recordings", "pictures"):
            with socket.create_connection((host, int(port))) as one:
                one.sendall(
                    f"POST /api/{path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 99\r\n\r\nx".encode()
                )
                time.sleep(0.2)
        time.sleep(0.3)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_full_disk_leaves_nothing_and_is_reported(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upload that does not fit on the disk is deleted."""
    state_folder: list[Path] = []
    opened = Path.open

    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def opening(self: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if mode != "xb":
            return opened(self, mode, *more, **options)
        state_folder.append(self.parent)
        self.touch()
        return Full()

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opening)
        for path in ("/api/recordings", "/api/pictures"):
            answer = client.post(path, content=b"x" * 1000)
            assert answer.status_code == 500 and "No space left" in answer.json()["detail"]
    assert not state_folder[0].exists() and not list(state_folder[1].glob("picture-*"))


def test_workouts_of_closed_browsers_end_automatically(tmp_path: Path) -> None:
    """The workout ends even if no other browser connects."""
    services = make_services(tmp_path)
    app = create_app(services, limits=Limits(keep_s=0.2))
    with TestClient(app, base_url=HERE) as client:
        with client.websocket_connect(LIVE) as one:
            begin(one)
            one.send_bytes(b"\0" * 8 + jpeg(100))
            assert one.receive_json()["type"] == "frame"
        deadline = time.monotonic() + 300
        finished = False
        while not finished and time.monotonic() < deadline:
            time.sleep(0.1)
            assert services.store is not None
            with Store.open(services.store, readonly=True) as store:
                finished = all(row.finished for row in store.sessions())
        assert finished


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("[::1]:8000", "[::1]"),
        ("[::1].evil.example", ""),
        ("[::1]evil.example:80", ""),
        ("127.0.0.1:80:80", ""),
        ("user@127.0.0.1", ""),
        ("127.0.0.1:8000", "127.0.0.1"),
    ],
)
def test_only_a_complete_host_header_is_accepted(header: str, name: str) -> None:
    """After the bracket of an IPv6 address, only a port is allowed."""
    assert host_name(header) == name


def test_large_videos_take_turns(tmp_path: Path) -> None:
    """A 4K clip to teach beside a 4K recording took 1.3 GB; small videos never wait for large ones."""
    large = write_clip(tmp_path / "large.mp4", steady(2), size=(2560, 1440))
    small = write_clip(tmp_path / "small.mp4", steady(2))
    recordings = State(make_services(tmp_path)).recordings
    order = []

    def second() -> None:
        with recordings.opened(large):
            order.append("second large one")

    with recordings.opened(large):
        thread = threading.Thread(target=second)
        thread.start()
        with recordings.opened(small):
            order.append("small one")
        thread.join(2.0)
        order.append("end of the first large one")
    thread.join()
    assert order == ["small one", "end of the first large one", "second large one"]
