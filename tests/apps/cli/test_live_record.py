"""What the page stores of a live session: latencies and corrections, also if the store fails for a while."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fitness.apps.web.app import create_app
from fitness.errors import OutputError
from fitness.session.store import LiveSession, Store
from fitness.types import FrameResult
from tests.support.web_cases import HERE, LIVE, begin, dips, make_services, message
from tests.support.web_client import TestClient


def test_a_session_keeps_how_long_things_took_and_corrections(tmp_path: Path) -> None:
    """Times of the server's stages, and latencies that the browser reports; invalid values are ignored."""
    services = make_services(tmp_path)
    with (
        TestClient(create_app(services), base_url=HERE) as client,
        client.websocket_connect(LIVE) as socket,
    ):
        begin(socket)
        dips(socket, 2)
        for reported in ([20, 30.5], "soon", None, [-1, 1e9, True, "40", [50]]):
            socket.send_text(json.dumps({"type": "ping", "latency_ms": reported}))
            assert socket.receive_json() == {"type": "pong"}
        socket.send_text(json.dumps({"type": "correct", "delta": 1}))
        socket.receive_json()
        socket.send_text(json.dumps({"type": "finish", "latency_ms": [40]}))
        assert socket.receive_json()["total"] == 3
    with Store.open(services.store, readonly=True) as store:
        (row,) = store.sessions()
    latency = row.settings["latency"]
    assert set(latency) == {"pose", "recognition", "decoding", "waiting", "server", "camera to count"}
    assert latency["server"]["frames"] == 8
    assert latency["camera to count"] == {"frames": 3, "p50_ms": 30, "p95_ms": 40, "p99_ms": 40}
    assert "camera to count: p50 30 ms, p95 40 ms, p99 40 ms" in row.warnings
    assert any(text.startswith("set 1: +1 by hand at ") for text in row.warnings)


def test_a_failing_store_is_reported_once_and_retried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for a while: one message is shown, counting continues, and at the end everything is stored."""
    services, commit = make_services(tmp_path), LiveSession.commit
    full = True

    def failing(self: LiveSession) -> None:
        if full:
            raise OutputError("the disk is full")
        commit(self)

    monkeypatch.setattr(LiveSession, "commit", failing)
    with (
        TestClient(create_app(services), base_url=HERE) as client,
        client.websocket_connect(LIVE) as socket,
    ):
        begin(socket)
        reported = []
        for i in range(20):
            socket.send_bytes(message(i * 100, (250, 20, 20, 250)[i % 4]))
            reported.append(socket.receive_json().get("warning"))
        full = False
        socket.send_text(json.dumps({"type": "finish"}))
        assert socket.receive_json()["total"] == 5
        (session,) = client.get("/api/sessions").json()
    assert session["totals"] == {"squat": 5}
    assert [text for text in reported if text] == ["this session is not being recorded: the disk is full"]


def test_a_response_does_not_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is opened before the first frame; the result of a frame is written after its answer is sent."""
    opened, order = list[str](), list[str]()
    open_store, add = Store.open.__func__, LiveSession.add  # type: ignore[attr-defined]

    def noted(cls: type[Store], *args: object, **more: object) -> Store:
        opened.append("open")
        return open_store(cls, *args, **more)

    def kept(self: LiveSession, result: FrameResult) -> None:
        order.append("kept")
        add(self, result)

    monkeypatch.setattr(Store, "open", classmethod(noted))
    monkeypatch.setattr(LiveSession, "add", kept)
    monkeypatch.setattr("fitness.apps.web.live_socket.WebSocket.send_json", _sent(order))
    with (
        TestClient(create_app(make_services(tmp_path)), base_url=HERE) as client,
        client.websocket_connect(LIVE) as socket,
    ):
        begin(socket)
        assert opened == ["open"]
        dips(socket, 1)
    assert order == ["started", *["frame", "kept"] * 4]


def _sent(order: list[str]) -> Callable[..., object]:
    from starlette.websockets import WebSocket

    plain = WebSocket.send_json

    async def send(self: WebSocket, data: dict[str, object]) -> None:
        order.append(str(data["type"]))
        await plain(self, data)

    return send
