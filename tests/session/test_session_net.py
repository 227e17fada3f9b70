"""Files made of stored sessions stay as they are: exports, session files, report data, replay, and the store itself.

After a change that is meant to change one of them, run `python scripts/make_recordings_net.py session` and read the
difference.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fitness.session import Session
from fitness.session.store import Store, Workout
from fitness.types import RECORD_FIELDS, Rep
from scripts.benchmarks import session_net

NAMES = sorted(path.name for path in session_net.FOLDER.iterdir() if path != session_net.STORE)


@pytest.fixture(scope="module")
def kept_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the stored test data, because SQLite writes files beside a store that it reads."""
    return Path(shutil.copy(session_net.STORE, tmp_path_factory.mktemp("kept")))


@pytest.fixture(scope="module")
def files(kept_store: Path) -> dict[str, bytes]:
    """The files of the kept store, made now."""
    return session_net.files(kept_store)


def test_all_files_are_made(files: dict[str, bytes]) -> None:
    """The kinds of files are the same."""
    assert sorted(files) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_as_before(files: dict[str, bytes], name: str) -> None:
    """Each file is equal byte for byte."""
    assert files[name].decode("latin-1") == (session_net.FOLDER / name).read_bytes().decode("latin-1")


def test_the_store_is_written_as_before(kept_store: Path, tmp_path: Path) -> None:
    """The same recordings, counted and stored anew, frame by frame and at once, give the same rows."""
    session_net.fill(tmp_path / "new.sqlite3")
    with Store.open(kept_store, readonly=True) as old, Store.open(tmp_path / "new.sqlite3") as new:
        assert [row.id for row in new.sessions()] == [row.id for row in old.sessions()]
        for row in old.sessions():
            assert_same(new.load(row.id), old.load(row.id))
            assert_same_workout(new.workout(row.id), old.workout(row.id))


def assert_same(found: Session, wanted: Session) -> None:
    assert found.source == wanted.source and found.totals == wanted.totals
    assert (found.settings, found.warnings) == (wanted.settings, wanted.warnings)
    for name in ("exercise", "message", "classes"):
        assert getattr(found.frames, name) == getattr(wanted.frames, name)
    for name in ("t", "found", "phase", "count", "scores"):
        np.testing.assert_allclose(getattr(found.frames, name), getattr(wanted.frames, name), atol=1e-9)
    assert found.landmarks is not None and wanted.landmarks is not None
    for name in ("t", "found", "world", "image", "visibility", "presence", "score", "person"):
        np.testing.assert_array_equal(getattr(found.landmarks, name), getattr(wanted.landmarks, name))
    for name, array in wanted.landmarks.others.items():
        np.testing.assert_array_equal(found.landmarks.others[name], array)


def assert_same_workout(found: Workout, wanted: Workout) -> None:
    assert found.row == wanted.row and found.sets == wanted.sets
    for mine, theirs in ((found.reps, wanted.reps), (found.partials, wanted.partials)):
        assert [rounded(rep) for rep in mine] == [rounded(rep) for rep in theirs]


def rounded(rep: Rep) -> Rep:
    """A rep whose numbers do not show the last bits of another processor."""
    numbers = {name: getattr(rep.record, name) for name in RECORD_FIELDS}
    record = replace(rep.record, **{name: n if n is None else round(n, 6) for name, n in numbers.items()})
    return replace(rep, record=record, confidence=round(rep.confidence, 6))
