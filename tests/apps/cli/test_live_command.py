"""`fitness live` and `fitness cameras` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from fitness.apps.cli import main
from fitness.apps.cli.planning import plan_from
from fitness.apps.window.app import check_display
from fitness.errors import OptionError, StateError
from fitness.media.writer import VideoWriter
from fitness.session.store import Store
from fitness.types import Count, Rep, RepCounted
from tests.support.store_cases import SOURCE, START


def test_a_wrong_target_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong value ends with exit code 1 and the allowed values, before anything is loaded."""
    assert main(["live", "--target", "lots", "--headless"]) == 1
    assert capsys.readouterr().err.startswith("error: --target must be")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["live", "--rest", "-5", "--headless"], "--rest must be between 0 and 3600 seconds, got -5.0"),
        (["live", "--threads", "0", "--headless"], "--threads must be a whole number of at least 1, got 0"),
        (
            ["sessions", "edit", "1", "--set", "1", "--weight", "9999"],
            "--weight must be at most 4095 kg, got 9999.0",
        ),
        (["sessions", "edit", "1", "--set", "1", "--rpe", "11"], "--rpe must be between 1 and 10, got 11.0"),
    ],
)
def test_a_wrong_value_names_the_option(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message has the option as it was typed, not the name of a field in the program."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path):
        pass
    assert main([*options, "--store", str(path)]) == 1
    assert capsys.readouterr().err.strip() == f"error: {words}"


def test_without_a_display_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a display, the error suggests --headless and the page."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(StateError, match=r"--headless.*fitness serve"):
        check_display()


def test_cameras_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints one document, also without a camera."""
    assert main(["cameras", "--json"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), list)


def test_the_session_knows_the_latency(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The percentiles of each stage and of the whole latency are in the stored session and on the terminal."""
    clip, store = tmp_path / "grey.mp4", tmp_path / "sessions.db"
    with VideoWriter(clip, 96, 64, 10) as writer:
        for i in range(10):
            writer.write(np.full((64, 96, 3), 90, np.uint8), i / 10)
    argv = ["live", "--headless", "--camera", str(clip), "--model", "lite", "--store", str(store)]
    assert main([*argv, "--no-sound"]) == 0
    assert re.search(r"camera to count: p50 \d+ ms, p95 \d+ ms, p99 \d+ ms", capsys.readouterr().err)
    with Store.open(store) as opened:
        latency = opened.sessions()[0].settings["latency"]
    assert {"pose", "recognition", "camera to count"} <= latency.keys()
    assert all(each["p50_ms"] <= each["p95_ms"] <= each["p99_ms"] for each in latency.values())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--plan", "squats 3x8, swim 2x5"], "there is no exercise 'swim'"),
        (["--plan", "sqat 3x8"], "did you mean squat?"),
        (["--plan", "squat"], "is not an exercise with sets and reps"),
        (["--plan", "nowhere.toml"], "nowhere.toml: no such file"),
        (["--plan", "squat 3x8", "--target", "3x8"], "give only one of --target, --plan and --again"),
        (["--again"], "no stored workout has reps"),
    ],
)
def test_a_wrong_plan_is_one_line(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong plan is refused before a camera or a model is opened, with what to do."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path):
        pass
    assert main(["live", *options, "--headless", "--store", str(path)]) == 1
    printed = capsys.readouterr().err.strip()
    assert words in printed and "\n" not in printed


def test_plans_from_text_file_and_the_last_workout(tmp_path: Path) -> None:
    """Plural names are accepted; --again repeats the plan of the last workout."""
    assert str(plan_from(None, "Squats 3x8 rest 60", None, again=False)) == "squat 3x8 rest 60"
    file = tmp_path / "p.toml"
    file.write_text('[[exercise]]\nname = "push ups"\nsets = 2\nreps = 5\n')
    assert str(plan_from(None, str(file), None, again=False)) == "push-up 2x5"
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store, store.begin(SOURCE, {}, started_at=START) as live:
        live.add_counted(0.1, None, None, Count({}))
        live.end(settings={"plan": "lunge 2x6"})
    assert str(plan_from(None, None, path, again=True)) == "lunge 2x6"
    assert plan_from(None, None, None, again=False) is None


@pytest.mark.parametrize(
    ("settings", "rest_s", "plan"),
    [
        (
            {"plan": "lunge 2x6, squat 1x5 rest 90", "rest_s": 2.0},
            None,
            "lunge 2x6 rest 2, squat 1x5 rest 90",
        ),
        ({"plan": "lunge 2x6", "rest_s": 2.0}, 30.0, "lunge 2x6 rest 30"),
        ({"plan": "2x3", "rest_s": 2.0}, None, "squat 1x1 rest 2"),
        ({"rest_s": 0.0}, None, "squat 1x1 rest 0"),
    ],
)
def test_the_last_workout_is_repeated_with_its_rest(
    settings: dict[str, object], rest_s: float | None, plan: str, tmp_path: Path
) -> None:
    """--again uses the rest of that workout; a --rest that is given has priority over it."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store, store.begin(SOURCE, {}, started_at=START) as live:
        rep = Rep("squat", 1, 1, 0.0, 0.5, 1.0, 0.9, id=1)
        live.add_counted(1.0, None, None, Count({"squat": 1}, events=(RepCounted(rep),)))
        live.end(settings=settings)
    assert str(plan_from(None, None, path, again=True, rest_s=rest_s)) == plan


def test_a_plan_may_have_taught_exercises(tmp_path: Path) -> None:
    """Taught exercises are named as built-in ones, in text and in a file; names may have digits."""
    taught = ("chin", "curl-21")
    text = "Chins 1x2, squat 3x8, curl-21 2x5 @ 10kg rest 30"
    assert str(plan_from(None, text, None, again=False, taught=taught)) == text.replace("Chins", "chin")
    file = tmp_path / "p.toml"
    file.write_text('[[exercise]]\nname = "chin"\nreps = 2\n')
    assert str(plan_from(None, str(file), None, again=False, taught=taught)) == "chin 1x2"
    with pytest.raises(OptionError, match="there is no exercise 'chin'"):
        plan_from(None, "chin 1x2", None, again=False)
