"""Progress bars on standard error: while landmark logs are counted again, and while a clip teaches."""

from __future__ import annotations

import sys

import pytest

from fitness.apps.cli import Settings
from fitness.apps.cli.progress import frames_progress


def _bar(capsys: pytest.CaptureFixture[str], steps: int, frames: int | None, **settings: bool) -> str:
    """What is drawn for a log of `frames` frames after some steps."""
    with (
        frames_progress(Settings(**settings)) as progress,
        progress.steps("squats [1].npz", frames) as advance,
    ):
        for _ in range(steps):
            advance()
        refresh = getattr(getattr(progress, "_progress", None), "refresh", None)
        if refresh is not None:
            refresh()
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_each_frame_of_a_log_moves_the_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    drawn = _bar(capsys, 30, 120)
    assert "squats [1].npz" in drawn
    assert "25%" in drawn


def test_nothing_is_drawn_in_a_file_or_if_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _bar(capsys, 3, 3) == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert _bar(capsys, 3, 3, quiet=True) == ""
