"""A store of version 2, from before reps had ids, is read and migrated without loss."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from fitness.session import Session
from fitness.session.store import Store

FOLDER = Path(__file__).parents[1] / "data" / "old_store"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A copy, as opening a store for writing brings its tables up to date."""
    return Path(shutil.copy(FOLDER / "sessions.sqlite3", tmp_path))


def assert_as_written(session: Session, number: int) -> None:
    """The reps, sets and totals are those of the summary that was written then; every pose is there."""
    written = json.loads((FOLDER / f"{number}.summary.json").read_text("utf-8"))
    assert session.totals == written["totals"]
    assert [
        (rep.exercise, rep.set, rep.number, *(round(t, 3) for t in (rep.t_start, rep.t_peak, rep.t_end)))
        for rep in session.reps
    ] == [
        (one["exercise"], one["set"], one["rep"], one["start_s"], one["peak_s"], one["end_s"])
        for one in written["reps"]
    ]
    for rep, one in zip(session.reps, written["reps"], strict=True):
        assert (rep.side, list(rep.cues), rep.partial) == (one["side"], one["cues"], one["partial"])
        assert rep.record.range_deg == pytest.approx(one["range_deg"], abs=0.051)
    log = session.landmarks
    assert log is not None and len(log) == len(session.frames) == written["source"]["frames"]
    assert np.array_equal(log.t, session.frames.t) and log.found.any()
    assert len(list(log.people())) == len(log)


@pytest.mark.parametrize("readonly", [True, False])
def test_an_old_store_is_read(store: Path, readonly: bool) -> None:
    """Three sessions, with the notes of a set, from a writable and a read-only file."""
    with Store.open(store, readonly=readonly) as opened:
        rows = opened.sessions()
        assert [row.name for row in rows] == ["workout", "lunges", "sit-ups"]
        for row in rows:
            assert_as_written(opened.load(row.id), row.id)
        first = opened.workout(1).sets[0]
        assert (first.weight_kg, first.rpe, first.kind, first.note) == (12.5, 8.0, "warmup", "-slow")


def test_an_old_store_takes_new_sessions(store: Path) -> None:
    """An old session can be stored again beside itself, and both stay readable."""
    with Store.open(store) as opened:
        row = opened.row(2)
        number = opened.add(opened.load(2), started_at=row.started_at, title="again")
        for one in (2, number):
            assert_as_written(opened.load(one), 2)
