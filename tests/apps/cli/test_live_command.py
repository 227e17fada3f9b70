"""`fitness live` and `fitness cameras` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from fitness.apps.cli import main
from fitness.apps.window.app import check_display
from fitness.errors import StateError
from fitness.media.writer import VideoWriter
from fitness.session.store import Store


def test_a_wrong_target_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 and what is allowed, before anything is loaded."""
    assert main(["live", "--target", "lots", "--headless"]) == 1
    assert capsys.readouterr().err.startswith("error: option target must be")


def test_without_a_display_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """--headless and the page are named."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(StateError, match=r"--headless.*fitness serve"):
        check_display()


def test_cameras_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON document, also where there is no camera."""
    assert main(["cameras", "--json"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), list)


def test_the_session_knows_the_latency(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Percentiles of each stage and from camera to count, in the settings of the stored session and on the terminal."""
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
