"""The real server under abuse: huge messages, many clients, half a handshake. Others are still served."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from fitness.apps.web.dependencies import Limits
from fitness.apps.web.live_inbox import Inbox
from fitness.types import Frame, Pose
from tests.support.waiting import LIMIT_S
from tests.support.web_cases import GreyTracker, make_services, message
from tests.support.web_server import serving


@contextmanager
def begun(address: str) -> Iterator[ClientConnection]:
    with connect(f"ws://{address}/ws/live", proxy=None) as one:
        one.send(json.dumps({"type": "start"}))
        assert json.loads(one.recv(LIMIT_S))["type"] == "started"
        yield one


def reps(one: ClientConnection) -> int:
    """Do one rep and return the count after it."""
    answer = {}
    for i, grey in enumerate((250, 20, 20, 250)):
        one.send(message(i * 100.0, grey))
        answer = json.loads(one.recv(LIMIT_S))
    return int(answer["state"]["reps"])


def test_other_clients_continue_under_abuse(tmp_path: Path) -> None:
    """100 MB at once, 50 clients, a wrong origin, half a handshake: each is refused, and a well-behaved client
    still counts.
    """
    with serving(make_services(tmp_path), Limits(clients=8)) as address, begun(address) as good:
        host, port = address.split(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(b"GET /ws/live HTTP/1.1\r\nHost: ")
            with begun(address) as bad, pytest.raises(ConnectionClosed) as closed:
                bad.send(b"\0" * 100_000_000)
                bad.recv(LIMIT_S)
            assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
            evil = Origin("http://evil.example")
            with (
                pytest.raises(InvalidStatus) as refused,
                connect(f"ws://{address}/ws/live", origin=evil, proxy=None),
            ):
                pass
            assert refused.value.response.status_code == 403
            with ExitStack() as stack:
                crowd = [
                    stack.enter_context(connect(f"ws://{address}/ws/live", proxy=None)) for _ in range(50)
                ]
                late = 0
                for one in crowd[7:]:
                    with pytest.raises(ConnectionClosed) as closed:
                        one.recv(LIMIT_S)
                    late += closed.value.rcvd is not None and closed.value.rcvd.code == 1013
                assert late == 43
                assert reps(good) == 1
        assert reps(good) == 2


def test_silent_clients_are_disconnected(tmp_path: Path) -> None:
    """A connection that starts and then stays silent is closed; its place is free, and another client still counts."""
    with (
        serving(make_services(tmp_path), Limits(clients=2, silence_s=3.0)) as address,
        begun(address) as good,
    ):
        with begun(address) as silent:
            end = time.monotonic() + LIMIT_S
            while time.monotonic() < end:
                good.send(message(1e3 * time.monotonic(), 250))
                json.loads(good.recv(LIMIT_S))
                with suppress(TimeoutError, ConnectionClosed):
                    silent.recv(0.1)
                if silent.close_code is not None:
                    break
            assert silent.close_code == 1001
        with begun(address):
            pass
        assert reps(good) == 1


class Slow(GreyTracker):
    """A mock model that takes 15 ms per frame."""

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        time.sleep(0.015)
        return super().people(frame)


def test_several_browsers_share_fairly_and_are_informed(tmp_path: Path) -> None:
    """Three clients, one of which sends five frames per answer: all get the same share, and each page shows the number
    of clients.
    """
    made = replace(make_services(tmp_path), tracker=lambda model, static: Slow())
    answered, heard, dropped = [0, 0, 0], set[int](), [0, 0, 0]
    ready = threading.Barrier(3)

    def client(address: str, which: int, at_once: int) -> None:
        with begun(address) as one:
            ready.wait(LIMIT_S)
            while max(answered) < 100:
                for _ in range(at_once):
                    one.send(message(1e3 * time.monotonic(), 250))
                answer = json.loads(one.recv(LIMIT_S))
                assert answer["type"] == "frame" and answer["waited_ms"] >= 0
                answered[which] += 1
                dropped[which] = answer["dropped"]
                heard.add(answer["clients"])

    with serving(made) as address:
        threads = [
            threading.Thread(target=client, args=(address, which, at_once))
            for which, at_once in enumerate((1, 1, 5))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT_S)
    assert min(answered) > 5 and max(answered) <= 1.4 * min(answered) + 2, answered
    assert heard >= {3} and dropped[2] > answered[2] and dropped[:2] == [0, 0]


class Held(GreyTracker):
    """A mock model that works on a frame for as long as the test wants."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Semaphore(0), threading.Semaphore(0)

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        self.begun.release()
        assert self.go.acquire(timeout=LIMIT_S)
        return super().people(frame)


def test_a_slow_model_never_makes_a_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If many frames arrive during an inference, the newest is processed next and the others are dropped. So an answered
    frame is at most two inferences old.
    """
    held, answered, arrived = Held(), list[tuple[float, int]](), threading.Semaphore(0)
    put = Inbox.put_picture

    def noticed(inbox: Any, data: bytes) -> None:
        put(inbox, data)
        arrived.release()

    monkeypatch.setattr(Inbox, "put_picture", noticed)
    made = replace(make_services(tmp_path), tracker=lambda model, static: held)
    with serving(made) as address, begun(address) as one:
        one.send(message(0.0, 250))
        assert arrived.acquire(timeout=LIMIT_S)
        for numbers in (range(1, 31), range(31, 36), range(0)):
            assert held.begun.acquire(timeout=LIMIT_S)
            for number in numbers:
                one.send(message(float(number), 250))
            for _ in numbers:  # the server has them all, while the model is busy
                assert arrived.acquire(timeout=LIMIT_S)
            held.go.release()
            answer = json.loads(one.recv(LIMIT_S))
            answered.append((answer["camera_ms"], answer["dropped"]))
    assert answered == [(0.0, 29), (30.0, 33), (35.0, 33)]
