"""The store holds personal data: only its user may read it."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fitness.session.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX systems")


@pytest.fixture(autouse=True)
def _usual_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_store_and_its_folders_are_private(tmp_path: Path) -> None:
    """The files that SQLite writes beside it, too; an existing folder keeps its permissions."""
    place = tmp_path / "a" / "b" / "sessions.sqlite3"
    with Store.open(place):
        assert {rights(path) for path in place.parent.iterdir()} == {0o600}
    assert rights(place.parent) == rights(tmp_path / "a") == 0o700
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    with Store.open(shared / "s.db"):
        assert rights(shared) == 0o755 and rights(shared / "s.db") == 0o600


def test_an_older_store_loses_the_rights_of_others(tmp_path: Path) -> None:
    """An older version left it readable by all users."""
    place = tmp_path / "s.db"
    with Store.open(place):
        pass
    place.chmod(0o644)
    with Store.open(place):
        assert rights(place) == 0o600
