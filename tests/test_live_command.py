"""`fitness live` and `fitness cameras` on the command line."""

from __future__ import annotations

import json

import pytest

from fitness.cli import main
from fitness.errors import StateError
from fitness.window.app import check_display


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
