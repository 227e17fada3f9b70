"""The page's server within the test process: access, live WebSocket, uploads, teaching, history; with mock models."""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness.apps.web.access import Access, host_name, is_loopback
from fitness.apps.web.app import create_app
from fitness.apps.web.dependencies import Limits
from fitness.apps.web.live import StreamTime
from fitness.apps.web.pictures import decode_jpeg
from fitness.apps.web.recordings import Recording, Recordings, shown_title
from fitness.errors import OptionError, SourceError
from fitness.media.writer import VideoWriter
from fitness.recognition.taught import load_taught
from fitness.session.store import Store
from tests.support.web_cases import HERE, LIVE, begin, dips, jpeg, make_services, message
from tests.support.web_client import TestClient, WebSocketDisconnect


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(make_services(tmp_path), limits=Limits(clients=3, recordings=2, picture_bytes=1_000_000))
    with TestClient(app, base_url=HERE) as one:
        yield one


def test_the_live_socket_counts_and_is_recorded(client: TestClient) -> None:
    """Three dips are three reps, each frame is answered, and the session is in the history when the server stops."""
    with client.websocket_connect(LIVE, headers={"origin": HERE}) as socket:
        begin(socket)
        answer = dips(socket, 3)
        socket.send_text(json.dumps({"type": "pause"}))
        socket.receive_json()  # its turn comes after the last picture was written down
    assert answer["state"]["reps"] == 3
    assert answer["pose"]["visibility"] and len(answer["pose"]["world"]) == 33
    (session,) = client.get("/api/sessions").json()
    assert session["totals"] == {"squat": 3}
    assert client.get("/api/progress").json()["squat"][0]["reps"] == 3


def test_a_lost_connection_keeps_the_count(client: TestClient) -> None:
    """The session continues after a reconnect, also if the browser's clock starts again."""
    with client.websocket_connect(LIVE) as socket:
        name = begin(socket)
        dips(socket, 2, t_ms=50_000)
    with client.websocket_connect(LIVE) as socket:
        assert begin(socket, session=name) == name
        assert dips(socket, 1, t_ms=0)["state"]["reps"] == 3


def test_buttons_of_the_page(client: TestClient) -> None:
    """Corrections, next set and reset change the count; invalid messages are answered with an error."""
    with client.websocket_connect(LIVE) as socket:
        begin(socket, target="2x5")
        dips(socket, 1)
        for sent, reps in (({"type": "correct", "delta": 1}, 2), ({"type": "correct", "delta": -1}, 1)):
            socket.send_text(json.dumps(sent))
            assert socket.receive_json()["state"]["reps"] == reps
        socket.send_text(json.dumps({"type": "correct", "delta": 1000}))
        assert socket.receive_json()["type"] == "error"
        socket.send_text(json.dumps({"type": "next"}))
        assert socket.receive_json()["state"]["stage"] == "resting"
        socket.send_text(json.dumps({"type": "ping"}))
        assert socket.receive_json() == {"type": "pong"}
        socket.send_text(json.dumps({"type": "pause", "paused": True}))
        assert socket.receive_json()["state"]["paused"]
        assert dips(socket, 2, 9000.0)["state"]["paused"]  # pictures that were on their way
        socket.send_text(json.dumps({"type": "pause", "paused": False}))
        assert socket.receive_json()["state"]["total"] == 1


def test_a_black_frame_keeps_the_count(client: TestClient) -> None:
    """If nobody is in the frame, the count stays and the reason is sent."""
    with client.websocket_connect(LIVE) as socket:
        begin(socket)
        dips(socket, 1)
        socket.send_bytes(message(500, 0))
        state = socket.receive_json()["state"]
    assert (state["reps"], state["reason"]) == (1, "Step into view")


@pytest.mark.parametrize(
    "garbage", [b"", b"x" * 5, b"\xff\xd8\xff" * 50, struct.pack("<d", 1.0) + b"no jpeg"]
)
def test_garbage_frames_get_an_error_answer(client: TestClient, garbage: bytes) -> None:
    """Bytes that are no JPEG get an error, and the connection continues."""
    with client.websocket_connect(LIVE) as socket:
        begin(socket)
        socket.send_bytes(garbage)
        assert socket.receive_json()["type"] == "error"
        assert dips(socket, 1)["state"]["reps"] == 1


@pytest.mark.parametrize(
    ("first", "code"),
    [("[]", 1003), ("not json", 1003), ('{"type": "start", "exercise": "../etc"}', 1003), ("[" * 5000, 1003)],
)
def test_a_wrong_start_is_refused(client: TestClient, first: str, code: int) -> None:
    """A first message that is no start message, or has unknown values, closes the connection with a reason."""
    with client.websocket_connect(LIVE) as socket:
        socket.send_text(first)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == code and closed.value.reason


def test_too_large_messages_and_too_many_mistakes_end_only_their_own_connection(client: TestClient) -> None:
    """A message that is too large is closed with 1009, ten invalid ones with 1003; another client continues."""
    with client.websocket_connect(LIVE) as good:
        begin(good)
        for sent, code in ((b"\0" * 2_000_001, 1009), (None, 1003)):
            with client.websocket_connect(LIVE) as bad:
                begin(bad)
                if sent is not None:
                    bad.send_bytes(sent)
                for _ in range(10 if sent is None else 0):
                    bad.send_text("nonsense")
                with pytest.raises(WebSocketDisconnect) as closed:
                    bad.receive_json()
            assert closed.value.code == code
        assert dips(good, 1)["state"]["reps"] == 1


def test_too_many_clients_are_asked_to_retry_later(client: TestClient) -> None:
    """With three places, the fourth client is closed with 1013, and each of the three has its own count."""
    with (
        client.websocket_connect(LIVE) as a,
        client.websocket_connect(LIVE) as b,
        client.websocket_connect(LIVE) as c,
    ):
        for socket in (a, b, c):
            begin(socket)
        with client.websocket_connect(LIVE) as late, pytest.raises(WebSocketDisconnect) as closed:
            late.receive_json()
        assert closed.value.code == 1013
        assert [dips(socket, n)["state"]["reps"] for socket, n in ((a, 1), (b, 2), (c, 3))] == [1, 2, 3]
        assert a is not c


def test_a_second_window_takes_the_session_over(client: TestClient) -> None:
    """Two connections never feed one session: the older one is closed."""
    with client.websocket_connect(LIVE) as first:
        name = begin(first)
        with client.websocket_connect(LIVE) as second:
            assert begin(second, session=name) == name
            with pytest.raises(WebSocketDisconnect):
                first.receive_json()
            assert dips(second, 1)["state"]["reps"] == 1


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8000"]
)
def test_other_origins_are_refused(client: TestClient, origin: str) -> None:
    """A page of another origin can neither open the socket nor change anything."""
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LIVE, headers={"origin": origin}):
        pass
    assert client.post("/api/lessons", headers={"origin": origin}).status_code == 403
    assert client.get("/api/info", headers={"host": "evil.example"}).status_code == 421


def test_a_token_is_required(tmp_path: Path) -> None:
    """With a token, nothing is served without it; the page's address sets a cookie, which is then enough."""
    access = Access(frozenset({"127.0.0.1"}), "s" * 20)
    with TestClient(
        create_app(make_services(tmp_path), access), base_url=HERE, follow_redirects=False
    ) as one:
        assert one.get("/").status_code == one.get("/api/info?token=wrong").status_code == 401
        with pytest.raises(WebSocketDisconnect), one.websocket_connect(LIVE):
            pass
        assert one.get("/api/info", headers={"authorization": "Bearer " + "s" * 20}).status_code == 200
        answer = one.get(f"/?token={'s' * 20}&autostart=1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/?autostart=1")
        assert "httponly" in answer.headers["set-cookie"].lower()
        assert one.get("/").status_code == 200
        with one.websocket_connect(LIVE) as socket:
            assert begin(socket)


def test_every_response_has_the_security_headers(client: TestClient) -> None:
    """The headers allow the page to load only from this server; the page itself names no other host."""
    for path in ("/", "/static/app.js", "/api/info", "/nothing"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    files = (Path(__file__).parents[3] / "fitness" / "apps" / "web" / "static").iterdir()
    for file in (one for one in files if one.suffix != ".png"):
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text and "https://" not in text, file.name


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/api/recordings/..%2f..%2fetc"],
)
def test_upload_names_are_never_used_as_paths(client: TestClient, path: str) -> None:
    """No address leads out of the folder of static files."""
    assert client.get(path).status_code in (404, 422)


def test_a_picture_gets_landmarks_and_class(client: TestClient) -> None:
    """A picture is answered with 33 landmarks and class scores, a black one with nobody, a damaged one with an error."""
    found = client.post("/api/pictures", content=jpeg(200)).json()
    assert len(found["pose"]["image"]) == 33 and sum(found["classes"].values()) == pytest.approx(1)
    assert client.post("/api/pictures", content=jpeg(0)).json()["pose"] is None
    for content in (b"", b"no picture", b"x" * 1_000_001):
        answer = client.post("/api/pictures", content=content)
        assert answer.status_code == 422 and "fitness-page" not in answer.json()["detail"]


def film(path: Path) -> Path:
    """A video of three reps."""
    with VideoWriter(path, 64, 64, 10) as writer:
        for i in range(12):
            writer.write(np.full((64, 64, 3), (250, 20, 20, 250)[i % 4], np.uint8), i * 0.1)
    return path


def test_a_recording_is_counted_and_can_be_fetched(client: TestClient, tmp_path: Path) -> None:
    """Upload, progress, chart, downloads, history, delete."""
    path = film(tmp_path / "clip.mp4")
    answer = client.post("/api/recordings", params={"name": "../../my squats.mp4"}, content=path.read_bytes())
    assert answer.status_code == 201 and answer.json()["title"] == "my squats"
    address = f"/api/recordings/{answer.json()['id']}"
    one = finished(client, address)
    assert one["state"] == "done" and one["summary"]["totals"] == {"squat": 3}
    series = client.get(address + "/series").json()
    assert [rep["duration_s"] for rep in series["reps"]] == [
        rep["duration_s"] for rep in one["summary"]["reps"]
    ]
    assert len(series["reps"]) == 3 and len(series["t"]) == len(series["phase"]) == 12
    for kind in one["files"]:
        assert client.get(f"{address}/files/{kind}").status_code == 200
    assert client.get(address + "/files/video", headers={"range": "bytes=0-9"}).status_code == 206
    assert client.get(address + "/files/..%2fupload").status_code in (404, 422)
    assert client.get("/api/sessions").json()[0]["source"] == "my squats"
    with Store.open(tmp_path / "store" / "sessions.sqlite3") as store:
        log = store.load(store.sessions()[0].id).landmarks
    assert log is not None and len(log) == 12
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 422


def test_the_log_of_a_recording_does_not_stay_in_memory(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The landmark log is in a file and in the history, because half an hour would take 59 MB of memory."""
    seen: list[Recording] = []
    get = Recordings.get
    monkeypatch.setattr(Recordings, "get", lambda self, name: seen.append(get(self, name)) or seen[-1])
    answer = client.post("/api/recordings", content=film(tmp_path / "clip.mp4").read_bytes())
    finished(client, f"/api/recordings/{answer.json()['id']}")
    assert seen[-1].analysis is not None and seen[-1].analysis.session.landmarks is None


def finished(client: TestClient, address: str) -> dict[str, Any]:
    """Wait until the recording is counted."""
    for _ in range(20_000):
        one: dict[str, Any] = client.get(address).json()
        if one["state"] in ("done", "failed"):
            return one
    raise AssertionError("the recording was never counted")


def test_broken_and_too_many_recordings(client: TestClient) -> None:
    """A file that is not a video fails with a sentence without a path of the server; a third recording is refused."""
    for _ in range(2):
        answer = client.post("/api/recordings", params={"name": "a.mp4"}, content=b"no video at all")
        one = finished(client, "/api/recordings/" + answer.json()["id"])
        assert one["state"] == "failed" and "/" not in one["error"]
    assert client.post("/api/recordings", content=b"more").status_code == 422


def test_the_private_folder_is_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads are in a folder that only the user can read, which is deleted when the server stops."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    with TestClient(create_app(make_services(tmp_path)), base_url=HERE) as one:
        one.post("/api/recordings", content=b"no video")
        (folder,) = (tmp_path / "tmp").iterdir()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_an_exercise_is_taught_checked_and_counted(client: TestClient) -> None:
    """Pictures of both turning points make an exercise that can be counted at once, and deleted."""
    lesson = client.post("/api/lessons").json()["id"]
    for side, greys in (("up", (235, 245, 255)), ("down", (20, 30, 40))):
        for grey in greys:
            assert client.post(f"/api/lessons/{lesson}/{side}", content=jpeg(grey)).status_code == 201
    assert client.post(f"/api/lessons/{lesson}/up", content=jpeg(0)).status_code == 422
    report = client.get(f"/api/lessons/{lesson}/report", params={"name": "dip"}).json()
    assert (report["checked"], report["right"]) == (6, 6)
    for bad in ("../x", "squat", "A b"):
        assert client.put("/api/exercises/" + bad, params={"lesson_id": lesson}).status_code in (404, 422)
    printed = client.put("/api/exercises/dip", params={"lesson_id": lesson}).json()
    assert "dip" not in printed["exercises"] and printed["confused"]
    kept = client.put("/api/exercises/dip", params={"lesson_id": lesson, "force": True}).json()
    assert "dip" in kept["exercises"] and not kept["confused"]
    with client.websocket_connect(LIVE) as socket:
        begin(socket, exercise="dip")
        answer: dict[str, Any] = {}
        for i, grey in enumerate([250] * 8 + ([30] * 8 + [250] * 8) * 2):
            socket.send_bytes(message(i * 100.0, grey))
            answer = socket.receive_json()
    assert (answer["state"]["exercise"], answer["state"]["reps"]) == ("dip", 2)
    assert client.delete("/api/exercises/dip").status_code == 204
    assert client.get("/api/info").json()["taught"] == []


def dipping(path: Path, reps: int) -> bytes:
    """A video whose brightness falls and rises `reps` times."""
    with VideoWriter(path, 64, 64, 10) as writer:
        for i in range(10 * reps + 10):
            grey = (
                250 - round(110 * (1 - np.cos(2 * np.pi * max(0, i - 5) / 10))) if i < 10 * reps + 5 else 250
            )
            writer.write(np.full((64, 64, 3), grey, np.uint8), i / 10)
    return path.read_bytes()


def test_a_clip_teaches_as_the_command_does(client: TestClient, tmp_path: Path) -> None:
    """The clip gives samples of both turning points, the report counts it, and a wrong number of reps is refused."""
    video = dipping(tmp_path / "clip.mp4", 4)
    lesson = client.post("/api/lessons").json()["id"]
    taken = client.put(f"/api/lessons/{lesson}/clip", params={"reps": 4}, content=video)
    assert taken.status_code == 200, taken.text
    assert len(taken.json()["down"]) == 4 and len(taken.json()["up"]) == 5
    again = client.put(f"/api/lessons/{lesson}/clip", params={"reps": 4}, content=video).json()
    report = client.get(f"/api/lessons/{lesson}/report", params={"name": "dip"}).json()
    assert sum(report["classes"].values()) == taken.json()["samples"] + again["samples"]
    assert (again["source"], again["clips"]) == ("clip-2", 2)
    assert client.delete(f"/api/lessons/{lesson}/clip-2").status_code == 204
    assert client.delete(f"/api/lessons/{lesson}/clip-2").status_code == 422
    report = client.get(f"/api/lessons/{lesson}/report", params={"name": "dip"}).json()
    assert sum(report["classes"].values()) == taken.json()["samples"]
    assert [(one["source"], one["counted"], one["reps"]) for one in report["clips"]] == [("clip-1", 4, 4)]
    assert client.get(f"/api/lessons/{lesson}/clip").json()["total"] == 0
    for reps, body in ((9, video), (4, b"no video"), (0, video)):
        refused = client.put(f"/api/lessons/{lesson}/clip", params={"reps": reps}, content=body)
        assert refused.status_code == 422
    printed = client.put("/api/exercises/dip", params={"lesson_id": lesson}).json()
    assert any(line.startswith("squat: ") for line in printed["confused"])  # the figure squats
    printed = client.put("/api/exercises/dip", params={"lesson_id": lesson, "force": True}).json()
    assert "dip" in printed["exercises"] and not printed["confused"]
    assert load_taught(tmp_path / "taught", "dip").swings is not None
    assert client.get("/api/info").json()["damaged"] == {}
    (tmp_path / "taught" / "dip" / "dip_down.csv").unlink()
    info = client.get("/api/info").json()
    assert "dip" in info["taught"] and "teach it again" in info["damaged"]["dip"]
    assert client.delete("/api/exercises/dip").status_code == 204


def test_an_exercise_that_would_be_confused_is_saved_only_on_request(client: TestClient) -> None:
    """Pictures of a squat would count squats; the answer says so, and `force` saves them all the same."""
    lesson = client.post("/api/lessons").json()["id"]
    for side, grey in (("up", 250), ("up", 245), ("down", 30), ("down", 35)):
        client.post(f"/api/lessons/{lesson}/{side}", content=jpeg(grey))
    printed = client.put("/api/exercises/dip", params={"lesson_id": lesson}).json()
    assert "dip" not in printed["exercises"] and printed["confused"]
    kept = client.put("/api/exercises/dip", params={"lesson_id": lesson, "force": True}).json()
    assert "dip" in kept["exercises"] and not kept["confused"]


def test_a_picture_can_be_taken_out_again(client: TestClient) -> None:
    """A picture is removed by the name in the answer to its upload, once."""
    lesson = client.post("/api/lessons").json()["id"]
    source = client.post(f"/api/lessons/{lesson}/up", content=jpeg(250)).json()["source"]
    client.post(f"/api/lessons/{lesson}/up", content=jpeg(240))
    assert client.delete(f"/api/lessons/{lesson}/{source}").status_code == 204
    assert client.delete(f"/api/lessons/{lesson}/{source}").status_code == 422
    report = client.get(f"/api/lessons/{lesson}/report", params={"name": "dip"}).json()
    assert report["classes"] == {"dip_up": 1}


def test_a_finished_workout_gives_its_summary_and_is_closed(client: TestClient) -> None:
    """The answer has both sets and the total; the record is complete, and the session's number begins another workout."""
    with client.websocket_connect(LIVE) as socket:
        session = begin(socket)
        dips(socket, 2)
        socket.send_text(json.dumps({"type": "next"}))
        socket.receive_json()
        dips(socket, 1, 5000.0)
        socket.send_text(json.dumps({"type": "finish"}))
        answer = socket.receive_json()
    assert answer["type"] == "finished" and answer["total"] == 3
    assert [one["reps"] for one in answer["sets"]] == [2, 1]
    (row,) = client.get("/api/sessions").json()
    assert row["finished"] and row["totals"] == {"squat": 3}
    with client.websocket_connect(LIVE) as socket:
        assert begin(socket, session=session) != session


def test_sessions_are_exported(client: TestClient) -> None:
    """All sessions come as CSV, one as JSON; an unknown format is refused."""
    assert client.get("/api/export/json").status_code == 422
    with client.websocket_connect(LIVE) as socket:
        begin(socket)
        dips(socket, 2)
    assert b"squat" in client.get("/api/export/json").content.lower()
    assert client.get("/api/export/csv").headers["content-disposition"].startswith("attachment")
    assert client.get("/api/export/nothing").status_code == 422


def test_the_api_is_described(client: TestClient) -> None:
    """OpenAPI names every route the page uses; its interactive page, which loads from elsewhere, is off."""
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/pictures", "/api/recordings", "/api/sessions", "/api/export/{form}"} <= set(paths)
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


def test_stream_time_always_increases() -> None:
    """Camera times are used while plausible; if they stop, jump or are invalid, arrival times are used."""
    time = StreamTime()
    camera = [5.0, 5.1, 5.1, 4.0, 4.1, 9e9, float("nan"), 1.0, 1.1]
    out = [time.step(one, i * 0.2) for i, one in enumerate(camera)]
    assert out[:3] == pytest.approx([0.0, 0.1, 0.3])
    assert all(b > a for a, b in itertools.pairwise(out)) and out[-1] < 2


def test_jpeg_bombs_are_not_decoded() -> None:
    """A huge JPEG is refused by the size in its header, even if the file is small."""
    data = bytearray(jpeg(100))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(SourceError, match="too large"):
        decode_jpeg(bytes(data), 1_000_000)


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.mp4", "b"),
        ("", "recording"),
        ("a\nb\x00<.avi", "ab"),
        ("x" * 200, "x" * 80),
    ],
)
def test_titles_are_harmless(given: str, title: str) -> None:
    """A file's name becomes a title without folders, control characters or markup."""
    assert shown_title(given) == title


def test_loopback_addresses_are_recognised() -> None:
    """Only addresses of this machine pass without a token."""
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.2", "localhost.example")))
    assert [host_name(one) for one in ("A:80", "[::1]:80", "b")] == ["a", "[::1]", "b"]


def test_limits_are_checked() -> None:
    """A limit of zero is refused."""
    with pytest.raises(OptionError, match="clients"):
        Limits(clients=0)
