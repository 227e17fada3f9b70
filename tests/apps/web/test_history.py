"""The page's history: a session opens, its sets are corrected, two sessions are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from fitness.apps.web.app import create_app
from fitness.session.store import Store
from tests.support.report_cases import session
from tests.support.web_cases import HERE, make_services
from tests.support.web_client import TestClient

BEGUN = datetime(2026, 3, 2, 18, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A server with two stored sessions: 1 on a Monday, 2 two days later with longer sets."""
    made = make_services(tmp_path)
    assert made.store is not None
    made.store.parent.mkdir(parents=True)
    with Store.open(made.store) as store:
        store.add(session(), started_at=BEGUN)
        store.add(session(reps=6), started_at=BEGUN + timedelta(days=2))
    with TestClient(create_app(made), base_url=HERE) as one:
        yield one


def test_a_session_opens_with_its_report(client: TestClient) -> None:
    """The title is exercises and date; the report comes as a complete page, or as a body without scripts."""
    one = client.get("/api/sessions/1").json()
    assert one["heading"] == "Squat, push-up - 2 Mar 2026" and [s["reps"] for s in one["sets"]] == [4, 4]
    body = client.get("/api/sessions/1/report?part=body").text
    assert "<script" not in body and "data-chart" in body and "Monday, 2 March 2026" in body
    page = client.get("/api/sessions/1/report")
    assert page.text.count("<script>") == 3 and "Squat, push-up</title>" in page.text
    hashes = re.findall(r"'sha256-[^']+'", page.headers["content-security-policy"])
    assert len(hashes) == 3 and "default-src 'none'" in page.headers["content-security-policy"]


def test_corrections_are_the_same_everywhere(client: TestClient) -> None:
    """A set's reps, weight, RPE and note are in list, report, progress and every export; the counted reps stay."""
    change = {"exercise": "squat", "reps": 7, "weight_kg": 20, "rpe": 8.5, "note": "heavy"}
    answer = client.patch("/api/sessions/1/sets/1", json=change).json()
    assert (answer["reps"], answer["counted"], answer["weight_kg"], answer["rpe"]) == (7, 4, 20, 8.5)
    assert client.patch("/api/sessions/1", json={"title": "Legs", "note": "sunny"}).json()["title"] == "Legs"
    newest_first = client.get("/api/sessions").json()
    assert newest_first[1]["totals"] == {"squat": 7, "push-up": 4}
    assert client.get("/api/progress").json()["squat"][0]["reps"] == 7
    assert client.get("/api/trend/squat").json()[0] | {"tempo_s": 0, "range_deg": 0} == {
        "day": "2026-03-02", "reps": 7, "sets": 1, "best": 7, "weight_kg": 20.0, "tempo_s": 0, "range_deg": 0,
    }  # fmt: skip
    report = client.get("/api/sessions/1/report").text
    assert "<title>Legs</title>" in report and "7 (4 counted)</td>" in report
    assert "20 kg, RPE 8.5, heavy</td>" in report
    assert client.get("/api/export/json?session=1").json()["sessions"][0]["totals"]["squat"] == 7
    for form in ("strong", "hevy", "fitnotes"):
        rows = client.get(f"/api/export/{form}?session=1").text.splitlines()
        assert any("Squat" in row and re.search(r"\b7\b", row) for row in rows), form
    assert client.patch("/api/sessions/1/sets/1", json={"exercise": "squat", "reps": -1}).json()["reps"] == 4


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        ("/api/sessions/1/sets/9", {"reps": 3}, "has no set 9"),
        ("/api/sessions/1/sets/1", {"rpe": 11}, "rpe must be between 1 and 10"),
        ("/api/sessions/1/sets/1", {"kind": "odd"}, "kind must be one of"),
        ("/api/sessions/9", {"title": "x"}, "no session 9"),
    ],
)
def test_a_wrong_change_gives_a_one_sentence_error(
    client: TestClient, path: str, change: dict[str, object], words: str
) -> None:
    """A refused change changes nothing."""
    answer = client.patch(path, json=change)
    assert answer.status_code == 422 and words in answer.json()["detail"]
    assert [one["reps"] for one in client.get("/api/sessions/1").json()["sets"]] == [4, 4]


def test_two_sessions_are_compared(client: TestClient) -> None:
    """The differences are those of the second session to the first, figure by figure."""
    text = client.get("/api/compare?one=1&other=2").text
    assert re.search(r'<td>Squats</td><td class="n">4</td><td class="n">6</td><td class="n">\+2</td>', text)
    assert client.get("/api/compare?one=1&other=9").status_code == 422


def test_without_a_store_there_is_nothing_to_change(tmp_path: Path) -> None:
    """Each wrong request is answered with one sentence."""
    with TestClient(create_app(make_services(tmp_path)), base_url=HERE) as one:
        assert one.get("/api/sessions").json() == []
        for path in ("/api/sessions/1", "/api/sessions/1/report", "/api/compare?one=1&other=2"):
            answer = one.get(path)
            assert answer.status_code == 422 and answer.json()["detail"] == "there is no history"


def test_the_weekly_goal_is_kept_by_the_server(client: TestClient, tmp_path: Path) -> None:
    """The goal is stored for every browser and later starts; a wrong goal is refused."""
    assert client.put("/api/goal", json={"days": 2}).status_code == 204
    assert client.put("/api/goal", json={"days": 9}).status_code == 422
    with TestClient(create_app(make_services(tmp_path)), base_url=HERE) as later:
        week = later.get("/api/overview?today=2026-03-06").json()["week"]
    assert (week["goal"], week["reached"]) == (2, True)


def test_the_video_of_a_session_is_played(client: TestClient, tmp_path: Path) -> None:
    """The annotated video is sent in parts, as players ask for it; a missing video is reported."""
    film = tmp_path / "squat.annotated.mp4"
    film.write_bytes(bytes(range(200)))
    with Store.open(tmp_path / "store" / "sessions.sqlite3") as store:
        store.add(session(), started_at=BEGUN, video=film)
        store.add(session(), started_at=BEGUN, video=tmp_path / "missing.mp4")
    assert [client.get(f"/api/sessions/{one}").json()["video"] for one in (1, 3, 4)] == [False, True, False]
    part = client.get("/api/sessions/3/video", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content, part.headers["content-type"]) == (
        206,
        bytes(range(10, 20)),
        "video/mp4",
    )
    film.unlink()
    for one in (1, 3):
        answer = client.get(f"/api/sessions/{one}/video")
        assert answer.status_code == 422 and "has no video" in answer.json()["detail"]
