"""A workout on the page, with its buttons and its end: one session is stored, with the numbers of the screen."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fitness.apps.web.app import create_app
from fitness.apps.web.dependencies import Limits
from tests.support.web_cases import HERE, LIVE, begin, dips, make_services
from tests.support.web_client import TestClient, WebSocketDisconnect


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_services(tmp_path), limits=Limits()), base_url=HERE) as one:
        yield one


def press(socket: Any, kind: str, **more: Any) -> dict[str, Any]:
    socket.send_text(json.dumps({"type": kind, **more}))
    answer: dict[str, Any] = socket.receive_json()
    return answer


def sets(client: TestClient) -> list[tuple[str, int, int]]:
    (session,) = client.get("/api/sessions").json()
    return [(one["exercise"], one["reps"], one["counted"]) for one in session["sets"]]


def test_a_workout_of_two_exercises(client: TestClient) -> None:
    """Squats with a correction, then push-ups chosen on the page: the screen, the history and the export agree."""
    with client.websocket_connect(LIVE) as socket:
        begin(socket)
        dips(socket, 3)
        assert press(socket, "correct", delta=1)["state"]["reps"] == 4
        state = press(socket, "change", exercise="push-up")["state"]
        assert (state["exercise"], state["stage"], state["done"][0]["title"]) == (
            "push-up", "ready", "Set 1: 4 squats",
        )  # fmt: skip
        dips(socket, 2, t_ms=9000.0)
        end = press(socket, "finish")
    assert (end["type"], end["total"], end["streak"]) == ("finished", 6, 1)
    assert [(one["exercise"], one["reps"]) for one in end["sets"]] == [("squat", 4), ("push-up", 2)]
    assert sets(client) == [("squat", 4, 3), ("push-up", 2, 2)]
    (session,) = client.get("/api/sessions").json()
    assert session["totals"] == {"squat": 4, "push-up": 2} and session["finished"]
    table = client.get("/api/export/strong").text
    assert [row["Reps"] for row in csv.DictReader(table.splitlines())] == ["4", "2"]


def test_a_reconnect_with_another_exercise_goes_on_in_the_same_session(client: TestClient) -> None:
    """Older pages reconnect to change the exercise; this created a second, empty session."""
    with client.websocket_connect(LIVE) as socket:
        name = begin(socket)
        dips(socket, 2)
    with client.websocket_connect(LIVE) as socket:
        assert begin(socket, session=name, exercise="push-up") == name
        assert dips(socket, 1, t_ms=9000.0)["state"]["total"] == 3
        press(socket, "finish")
    assert sets(client) == [("squat", 2, 2), ("push-up", 1, 1)]


def test_a_plan_leads_and_can_be_repeated(client: TestClient) -> None:
    """The plan sets the exercise; the page offers the same plan next time."""
    plan = "push-up 1x2 rest 5, squat 2x1"
    with client.websocket_connect(LIVE) as socket:
        begin(socket, plan=plan)
        state = dips(socket, 2)["state"]
        assert (state["exercise"], state["reps"], state["target"], state["stage"]) == (
            "push-up", 2, 2, "resting",
        )  # fmt: skip
        assert state["next"]["text"] == "Next: set 1 of 2 - squat" and state["plan"] == plan
        state = press(socket, "skip")["state"]
        assert (state["exercise"], state["stage"], state["dots"]) == ("squat", "ready", ["now", "todo"])
        press(socket, "finish")
    assert client.get("/api/info").json()["last_plan"] == f"{plan} rest 60"
    assert sets(client) == [("push-up", 2, 2)]


@pytest.mark.parametrize(
    ("choice", "counted"),
    [
        ({}, "auto"),
        ({"plan": "push-up 1x2, squat 1x2"}, "push-up"),
        ({"exercise": "squat", "target": "2x3"}, "squat"),
    ],
)
def test_the_start_names_the_exercise_that_is_counted(
    client: TestClient, choice: dict[str, str], counted: str
) -> None:
    """With a plan, it is that of the plan, so the page does not say that the exercise is recognised."""
    with client.websocket_connect(LIVE) as socket:
        socket.send_text(json.dumps({"type": "start", "exercise": "auto", "model": "full", **choice}))
        assert socket.receive_json()["exercise"] == counted


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"plan": "swim 3x8"}, "there is no exercise"),
        ({"plan": "squat"}, "not an exercise with sets"),
        ({"plan": 7}, "must be text"),
        ({"target": "many"}, "must be SETSxREPS"),
    ],
)
def test_a_wrong_plan_is_reported(client: TestClient, more: dict[str, Any], words: str) -> None:
    """At the start a wrong choice closes the connection with a reason; later it is answered, and the workout continues."""
    with client.websocket_connect(LIVE) as socket:
        socket.send_text(json.dumps({"type": "start", "exercise": "auto", "model": "full", **more}))
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert words in closed.value.reason
    with client.websocket_connect(LIVE) as socket:
        begin(socket)
        dips(socket, 1)
        answer = press(socket, "change", **more)
        assert answer["type"] == "error" and words in answer["message"]
        assert dips(socket, 1, t_ms=9000.0)["state"]["total"] == 2


def test_the_history_has_streak_week_records_and_trend(client: TestClient) -> None:
    """After one workout today: one week in a row, one day of three, the best set, one point."""
    with client.websocket_connect(LIVE) as socket:
        begin(socket)
        dips(socket, 3)
        press(socket, "finish")
    (session,) = client.get("/api/sessions").json()
    day = session["started_at"][:10]
    overview = client.get(f"/api/overview?today={day}").json()
    assert overview["streak"] == {"weeks": 1, "best": 1}
    assert overview["week"]["days"] == [day] and not overview["week"]["reached"]
    assert [(one["kind"], one["value"]) for one in overview["records"]["squat"]] == [
        ("set", 3),
        ("workout", 3),
    ]
    (point,) = client.get("/api/trend/squat").json()
    assert (point["day"], point["reps"], point["best"]) == (day, 3, 3)
    assert session["heading"].startswith("Squat - ")


def test_the_end_says_which_records_were_broken(client: TestClient) -> None:
    """The first workout sets no record. The second has more reps, one added by hand; a third with as many sets none."""
    printed = []
    for reps in (2, 3, 4):
        with client.websocket_connect(LIVE) as socket:
            begin(socket)
            dips(socket, reps)
            if reps == 3:
                press(socket, "correct", delta=1)
            printed.append(press(socket, "finish")["records"])
    assert printed == [[], ["Squat: 4\u00a0reps in a set", "Squat: 4\u00a0reps in a workout"], []]
