"""The short form of `scripts/soak attack`: hostile files, and hostile clients of a real page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import page_attack
from tests.support.attack import files

pytestmark = [
    pytest.mark.usefixtures("models"),
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is looked up as Linux has it"),
]


def test_small_files_take_neither_memory_nor_time(tmp_path: Path) -> None:
    """A command takes at most 1.5 GB, ends by itself and reports the fault."""
    assert [str(one) for one in files(tmp_path, short=True) if one.faults] == []


def test_no_client_harms_the_page_or_others(tmp_path: Path) -> None:
    """The page with its child processes takes at most 1 GB, and other clients are served."""
    assert [str(one) for one in page_attack.page(tmp_path, short=True) if one.faults] == []
