"""The page of all commands says what the program's help says."""

from __future__ import annotations

import pytest

from scripts.make_command_reference import PAGE, page


def test_the_command_reference_equals_the_help(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change of a command: python scripts/make_command_reference.py"""
    monkeypatch.delenv("FITNESS_STORE", raising=False)
    assert PAGE.read_text("utf-8") == page()
