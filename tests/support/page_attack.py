"""Hostile clients of the page: eight uploads at a time, slow and idle connections, costly live images."""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.support import hostile
from tests.support.attack import ROOT, SECONDS, Verdict, Watch
from tests.support.clips import steady, write_clip

PAGE_BYTES = 1_000_000_000
"""Memory limit of the page with its children, whatever eight clients send, bytes."""

CLIENTS = 8

_WARM_UP = 300
"""Visits until memory is steady: by then, 64 workouts wait for their browser to come back."""


@dataclass
class Page:
    """A running page.   address: host and port.   process: the server's."""

    address: str
    process: psutil.Process

    def post(self, path: str, data: bytes | Path, method: str = "POST") -> tuple[int, str]:
        """Status and text of the answer to an upload."""
        body = data if isinstance(data, bytes) else data.open("rb")
        headers = {} if isinstance(data, bytes) else {"Content-Length": str(data.stat().st_size)}
        request = urllib.request.Request(f"http://{self.address}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace")
        except OSError as error:
            return 0, str(error)
        finally:
            if not isinstance(body, bytes):
                body.close()

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=30) as answer:
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""
        except OSError as error:
            return 0, str(error)

    @contextmanager
    def camera(self) -> Iterator[ClientConnection]:
        """A live session."""
        with connect(f"ws://{self.address}/ws/live", proxy=None, ping_timeout=None) as one:
            one.send(json.dumps({"type": "start", "exercise": "auto", "model": "lite"}))
            one.recv(60)
            yield one


@contextmanager
def serving(folder: Path) -> Iterator[Page]:
    """`fitness serve` with the lite model, in a process of its own."""
    command = [sys.executable, "-m", "fitness", "serve", "--port", "0", "--model", "lite", "--no-store"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    log = (folder / "log").open("w")
    with (
        log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            found = None
            while found is None:
                line = process.stdout.readline()
                assert line, (folder / "log").read_text()
                found = re.search(r"http://(\S+?)/", line)
            page = Page(found[1], psutil.Process(process.pid))
            while page.get("/api/info")[0] != 200:
                time.sleep(0.1)
            yield page
        finally:
            process.terminate()
            process.wait(60)


def page(folder: Path, *, short: bool) -> Iterator[Verdict]:
    """All attacks on one page, one after the other."""
    with serving(folder) as served:
        with served.camera() as one:
            one.send(picture())
            one.recv(60)
        for name, attack in attacks(folder, served, short=short):
            watch, start = Watch(served.process.pid), time.monotonic()
            faults = attack()
            verdict = Verdict(name, watch.close(), time.monotonic() - start, faults)
            if verdict.bytes > PAGE_BYTES:
                verdict.faults.append("too much memory")
            if served.get("/api/info")[0] != 200:
                verdict.faults.append("the page answers no more")
            yield verdict
    if "Traceback" in (folder / "log").read_text():
        yield Verdict("the log of the page", 0, 0, ["a traceback: " + str(folder / "log")])


Attack = Callable[[], list[str]]


def attacks(folder: Path, page: Page, *, short: bool) -> Iterator[tuple[str, Attack]]:
    """Name and function of each attack."""
    yield (
        "GIF of 50 bytes, 99 megapixels",
        lambda: together(page, "/api/pictures", hostile.gif(16384, 6080), 422),
    )
    yield (
        "JPEG of many scans as a picture",
        lambda: together(page, "/api/pictures", hostile.many_scans(640, 480, 20_000), 422),
    )
    yield "a list that names itself", lambda: recording(page, hostile.LISTS["names itself"])
    lies = hostile.lying_mp4(folder / "lies.mp4", 60_000_000).read_bytes()
    yield "MP4 of 60 million frames", lambda: recording(page, lies)
    yield "a rest of 400 digits", lambda: rest(page)
    scans = 10_000 if short else 130_000
    yield f"live picture of {scans} scans", lambda: other_camera(page, hostile.many_scans(640, 480, scans))
    yield "live pictures of 60 scans", lambda: other_camera(page, hostile.many_scans(1900, 1080, 60))
    yield "230 idle connections", lambda: idle(page)
    if short:
        return
    yield "ten uploads that stop", lambda: half_open(page)
    yield "PNG of 50 MP in 16-bit RGBA", lambda: together(page, "/api/pictures", hostile.png(8200, 6080), 422)
    yield "PNG of 26 MP in 16-bit RGBA", lambda: together(page, "/api/pictures", hostile.png(5100, 5100), 200)
    yield (
        "progressive JPEG of 33 MP",
        lambda: together(page, "/api/pictures", hostile.many_scans(5700, 5700, 10), 200),
    )
    whole = cv2.imencode(".jpg", np.zeros((7000, 7100, 3), np.uint8))[1].tobytes()
    yield "JPEG of 50 MP", lambda: together(page, "/api/pictures", whole, 200)
    listed = folder / "list"
    listed.write_bytes(b"ffconcat version 1.0\n" + b"file a\n" * 14_000_000)
    yield "a list of 14 million files", lambda: recording(page, listed)
    noise = np.random.default_rng(0).integers(0, 255, (3, 2160, 3840, 3), dtype=np.uint8)
    large = write_clip(
        folder / "4k.mp4", steady(24), size=(3840, 2160), images=[noise[i % 3] for i in range(24)]
    )
    yield "a recording of 4K beside pictures of 50 MP", lambda: beside(page, large, whole)
    yield (
        "a 4K clip to teach, a 4K recording, 50 MP pictures",
        lambda: beside(page, large, whole, teaching=True),
    )


def beside(page: Page, video: Path, data: bytes, *, teaching: bool = False) -> list[str]:
    """A recording is counted while eight clients send pictures; with `teaching`, another one teaches by a clip."""
    with ThreadPoolExecutor(2) as pool:
        counted = pool.submit(recording, page, video, "done")
        taught = pool.submit(lesson, page, video) if teaching else None
        faults = [*together(page, "/api/pictures", data, 200), *counted.result()]
        return faults if taught is None else [*faults, *taught.result()]


def lesson(page: Page, video: Path) -> list[str]:
    """Upload a clip to teach by. It shows no person, so the page must refuse it in words."""
    number = json.loads(page.post("/api/lessons", b"")[1])["id"]
    status, text = page.post(f"/api/lessons/{number}/clip?reps=1&model=lite", video, "PUT")
    return [] if status == 422 else [f"a clip without people: {status}: {text[:80]}"]


def picture() -> bytes:
    """A live message."""
    return (
        struct.pack("<d", time.monotonic() * 1e3)
        + cv2.imencode(".jpg", np.zeros((480, 640, 3), np.uint8))[1].tobytes()
    )


def together(page: Page, path: str, data: bytes, expected: int) -> list[str]:
    """The same upload by eight clients at once."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _: page.post(path, data), range(CLIENTS)))
    return [f"{status}: {text[:80]}" for status, text in answers if status != expected][:1]


def recording(page: Page, data: bytes | Path, expected: str = "failed") -> list[str]:
    """Upload a video; returns its result."""
    status, text = page.post("/api/recordings?name=x&model=lite", data)
    if status != 201:
        return [f"{status}: {text[:80]}"]
    number, deadline = json.loads(text)["id"], time.monotonic() + SECONDS
    found: dict[str, Any] = {"state": "waiting"}
    while found["state"] in ("waiting", "running") and time.monotonic() < deadline:
        time.sleep(0.2)
        found = json.loads(page.get(f"/api/recordings/{number}")[1])
    request = urllib.request.Request(f"http://{page.address}/api/recordings/{number}", method="DELETE")
    urllib.request.urlopen(request, timeout=30).close()
    return [] if found["state"] == expected else [f"{found['state']}: {found.get('error')}"]


def rest(page: Page) -> list[str]:
    """A start message with a number that no float holds."""
    with connect(f"ws://{page.address}/ws/live", proxy=None) as one:
        one.send('{"type":"start","rest_s":1' + "0" * 400 + "}")
        try:
            one.recv(10)
        except WebSocketException as error:
            return [] if "rest_s" in str(error) else [str(error)]
    return ["taken"]


def other_camera(page: Page, data: bytes) -> list[str]:
    """One camera counts while another sends hostile pictures; the longest wait of the first one."""
    longest = 0.0
    with page.camera() as good, page.camera() as bad:
        for turn in range(6):
            with suppress(WebSocketException):
                bad.send(struct.pack("<d", turn * 100.0) + data)
            start = time.monotonic()
            good.send(picture())
            good.recv(SECONDS)
            longest = max(longest, time.monotonic() - start)
    return [] if longest < 2.0 else [f"the other camera waited {longest:.1f} s"]


def half_open(page: Page) -> list[str]:
    """Ten uploads that stop after their beginning, and a normal one at the same time."""
    begun = (
        f"POST /api/recordings HTTP/1.1\r\nHost: {page.address}\r\nContent-Length: 1000000\r\n\r\nx".encode()
    )
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(opened(page)).sendall(begun)
        time.sleep(0.5)
        return recording(page, b"no video, but an upload")


def idle(page: Page) -> list[str]:
    """Connections that send no request."""
    with ExitStack() as stack:
        for _ in range(230):
            stack.enter_context(opened(page))
        answers = [page.get("/api/info")[0] for _ in range(5)]
    return [] if answers == [200] * 5 else [f"answers {answers}"]


def opened(page: Page) -> socket.socket:
    """A connection to the page."""
    host, _, port = page.address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def churn(folder: Path, seconds: float) -> Verdict:
    """Clients that connect and leave: memory, descriptors and seats at the end are as after `_WARM_UP` visits."""
    with serving(folder) as served:
        watch, start = Watch(served.process.pid), time.monotonic()
        early: tuple[int, int] | None = None
        visits = 0
        while time.monotonic() - start < seconds:
            with served.camera() as one:
                for _ in range(3):
                    one.send(picture())
                    one.recv(60)
            half_open_one(served)
            together(served, "/api/pictures", picture()[8:], 200)
            visits += 1
            if early is None and visits == _WARM_UP:
                early = held(served)
        time.sleep(12)  # until the server gives up waiting for connections
        late = held(served)
        faults = []
        if early is not None and late[0] > early[0] + 30_000_000:
            faults.append(f"memory grew from {early[0] / 1e6:.0f} to {late[0] / 1e6:.0f} MB")
        if early is not None and late[1] > early[1] + 5:
            faults.append(f"descriptors grew from {early[1]} to {late[1]}")
        if json.loads(served.get("/api/info")[1])["clients"]:
            faults.append("seats are taken by clients that have gone")
        before = (early or late)[0] / 1e6
        reported = f"{visits} visits, {before:.0f} MB, then {late[0] / 1e6:.0f}, {late[1]} descriptors"
        return Verdict(reported, watch.close(), time.monotonic() - start, faults)


def half_open_one(page: Page) -> None:
    """An aborted upload."""
    with opened(page) as one:
        one.sendall(
            f"POST /api/pictures HTTP/1.1\r\nHost: {page.address}\r\nContent-Length: 99\r\n\r\nx".encode()
        )


def held(page: Page) -> tuple[int, int]:
    """Memory and descriptors of the page's process."""
    return page.process.memory_info().rss, page.process.num_fds()
