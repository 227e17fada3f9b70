"""Numbers with a noun."""

from __future__ import annotations

import pytest

from fitness.plural import some


@pytest.mark.parametrize(("number", "text"), [(0, "0 reps"), (1, "1 rep"), (2, "2 reps")])
def test_singular_and_plural(number: int, text: str) -> None:
    """Only 1 has the singular."""
    assert some(number, "rep") == text
