"""The session store: sessions are read back bit for bit, and edits change only the named values."""

from __future__ import annotations

import json
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from fitness.errors import OptionError, SourceError, StateError
from fitness.media.info import SourceInfo
from fitness.session import Session, SessionRecorder
from fitness.session.store import COMMIT_S, SetEdit, Store, default_store_path
from fitness.session.store.blobs import unpack_poses
from fitness.types import Count
from tests.support.store_cases import SETTINGS, SOURCE, START, recorded, stream


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store.open(tmp_path / "new" / "sessions.sqlite3") as opened:
        yield opened


def assert_same(found: Session, wanted: Session) -> None:
    """Two sessions are equal, arrays bit for bit."""
    assert found.source == wanted.source and found.reps == wanted.reps
    assert [dict(rep.details) for rep in found.reps] == [dict(rep.details) for rep in wanted.reps]
    assert found.totals == wanted.totals and found.settings == wanted.settings
    assert found.warnings == wanted.warnings and found.unmeasurable_s == wanted.unmeasurable_s
    for name in ("exercise", "message", "classes"):
        assert getattr(found.frames, name) == getattr(wanted.frames, name)
    for name in ("t", "found", "phase", "count", "scores"):
        np.testing.assert_array_equal(getattr(found.frames, name), getattr(wanted.frames, name), strict=True)
    assert (found.landmarks is None) == (wanted.landmarks is None)
    if found.landmarks is not None and wanted.landmarks is not None:
        assert found.landmarks.model == wanted.landmarks.model
        for name in ("t", "found", "world", "image", "visibility", "presence", "score"):
            one, other = getattr(found.landmarks, name), getattr(wanted.landmarks, name)
            np.testing.assert_array_equal(one, other, strict=True)


def fill(store: Store, seconds: float = 20.0, start: datetime = START, seed: int = 1) -> int:
    """A finished live session; its id."""
    live = store.begin(SOURCE, SETTINGS, started_at=start, kind="live", model="lite")
    for step in stream(seconds, seed=seed):
        live.add_counted(*step)
    live.end(warnings=["first packet damaged"])
    return live.id


def test_a_live_session_is_read_back_exactly(store: Store) -> None:
    """A session stored frame by frame equals the session of the recorder."""
    assert_same(store.load(fill(store)), recorded(stream()))


def test_a_whole_session_is_read_back_exactly(store: Store) -> None:
    """`load` returns the session that `add` stored, over several chunks (500 frames), with its poses or without."""
    session = recorded(stream(50.0))
    new = store.add(session, started_at=START)
    assert_same(store.load(new), session)
    assert store.load(new, landmarks=False).landmarks is None
    assert store.row(new).finished and store.row(new).kind == "analyze"


def test_a_shared_recorder_gives_the_same_session(store: Store) -> None:
    """`analyze` keeps one recorder: the store reads it along, past the blocks in which the recorder packs frames."""
    recorder = SessionRecorder()
    live = store.begin(SOURCE, SETTINGS, started_at=START, model="lite", recorder=recorder)
    for step in stream(60.0):
        recorder.add_counted(*step)
        live.add_counted(*step)
    live.end(warnings=["first packet damaged"])
    assert recorder.frames == 600 > 2 * 256
    assert_same(store.load(live.id), recorded(stream(60.0)))


def test_a_shared_recorder_loses_nothing_while_the_disk_is_full(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frames of a minute wait, then are written as one chunk, packed and unpacked ones."""
    recorder = SessionRecorder()
    live = store.begin(SOURCE, SETTINGS, started_at=START, model="lite", recorder=recorder)
    with monkeypatch.context() as patched:
        patched.setattr(live, "commit", lambda: None)
        for step in stream(60.0):
            recorder.add_counted(*step)
            live.add_counted(*step)
        assert live.pending == 600
    live.end(warnings=["first packet damaged"])
    assert live.pending == 0
    assert_same(store.load(live.id), recorded(stream(60.0)))


def test_chunks_from_before_people_had_ids_are_read() -> None:
    """Their header has no `people`, and they have neither ids nor bystanders."""
    log = recorded(stream(3.0)).landmarks
    assert log is not None
    kinds = {"world": "<f4", "image": "<f4", "visibility": "<f4", "presence": "<f4", "score": "<f8"}
    arrays = [log.t.astype("<f8"), log.found.astype("<u1")]
    arrays += [getattr(log, name)[log.found].astype(kind) for name, kind in kinds.items()]
    header = json.dumps({"n": len(log), "found": int(log.found.sum())}).encode()
    body = b"".join(
        np.frombuffer(one.tobytes(), np.uint8).reshape(-1, one.dtype.itemsize).T.tobytes() for one in arrays
    )
    chunk = zlib.compress(struct.pack("<I", len(header)) + header + body)
    back = unpack_poses([chunk], SOURCE, "lite")
    for name in (*kinds, "t", "found", "person"):
        np.testing.assert_array_equal(getattr(back, name), getattr(log, name), strict=True)
    assert not len(back.others["row"])


def test_rows_have_exercise_and_time(store: Store) -> None:
    """A row has the start with its offset, the end by stream time, totals and the source's numbers."""
    row = store.row(fill(store))
    assert row.started_at == START and row.started_at.utcoffset() == timedelta(hours=5.5)
    assert row.ended_at == START + timedelta(seconds=20.0)
    assert row.totals == {"squat": 6, "push-up": 3} and row.finished and row.model == "lite"
    assert row.source.frames == 200 and row.warnings == ("first packet damaged",)


def test_at_most_half_a_second_waits_for_the_disk(store: Store, tmp_path: Path) -> None:
    """While a session runs, another reader sees all frames except those of the last half second, and every rep."""
    live = store.begin(SOURCE, SETTINGS, started_at=START)
    with Store.open(store.path, readonly=True) as reader:
        for i, step in enumerate(stream(), start=1):
            live.add_counted(*step)
            row = reader.row(live.id)
            stored = row.source.frames
            assert stored + live.pending == i
            if stored:
                assert step[0] - row.last_s < COMMIT_S
            if step[3].new_reps:
                assert stored == i and reader.workout(live.id).reps[-1] == step[3].new_reps[-1]
        assert not reader.row(live.id).finished
    live.end()


def test_a_session_without_frames_leaves_nothing(store: Store) -> None:
    """A camera without any frame makes no empty session."""
    with store.begin(SOURCE, started_at=START):
        pass
    assert store.sessions() == ()


def test_a_session_ends_itself_after_an_error(store: Store) -> None:
    """An exception in the loop still writes the frames that wait."""
    with pytest.raises(KeyboardInterrupt), store.begin(SOURCE, started_at=START) as live:
        live.add_counted(0.0, None, None, Count({}))
        raise KeyboardInterrupt
    assert store.row(live.id).finished and store.row(live.id).source.frames == 1
    with pytest.raises(StateError, match="ended"):
        live.add_counted(1.0, None, None, Count({}))


@pytest.mark.parametrize("t", [1.0, 0.5])
def test_time_must_increase(store: Store, t: float) -> None:
    """A frame that is not later than the last one is refused, also right after a commit."""
    live = store.begin(SOURCE, started_at=START)
    for past in (0.0, 1.0):
        live.add_counted(past, None, None, Count({}))
    with pytest.raises(StateError, match="must increase"):
        live.add_counted(t, None, None, Count({}))
    live.end()


def test_sessions_come_in_order_of_their_start(store: Store) -> None:
    """The oldest first, and `since` and `until` choose by the start, with any offset."""
    late, early = fill(store, 2, START + timedelta(days=1)), fill(store, 2)
    assert [row.id for row in store.sessions()] == [early, late]
    noon = datetime.fromisoformat("2026-03-02T00:00:00+00:00")
    assert [row.id for row in store.sessions(since=noon)] == [late]
    assert [row.id for row in store.sessions(until=noon)] == [early]


def test_a_clock_set_back_loses_nothing(store: Store) -> None:
    """Stream time decides inside a session; a session that starts "before" the last one is stored and merged."""
    first = fill(store, 8)
    second = fill(store, 8, START - timedelta(hours=1), seed=2)
    third = fill(store, 8, START - timedelta(hours=1) + timedelta(seconds=3), seed=3)
    assert {row.id for row in store.sessions()} == {first, second, third}
    merged = store.load(store.merge([second, third]))
    assert (np.diff(merged.frames.t) > 0).all() and len(merged.frames) == 160


def test_delete_takes_one_session_with_all_its_rows(store: Store) -> None:
    """Frames, poses, reps and notes of the session are deleted, other sessions stay; its number is not used again."""
    gone, kept = fill(store), fill(store, seed=2)
    store.edit_set(gone, 1, SetEdit(weight_kg=20))
    store.delete(gone)
    with pytest.raises(SourceError, match=f"no session {gone}"):
        store.load(gone)
    for table in ("frame_chunks", "pose_chunks", "reps", "set_notes"):
        with closing(sqlite3.connect(store.path)) as database:
            left = database.execute(f"SELECT DISTINCT session FROM {table}").fetchall()
        assert {one[0] for one in left} <= {kept}
    store.delete(kept)
    assert fill(store, 2) > kept


def test_merge_joins_time_sets_and_notes(store: Store) -> None:
    """Times keep their distances, sets are numbered consecutively, notes are kept, and the old sessions are deleted on
    request.
    """
    later = fill(store, 8, START + timedelta(minutes=1), seed=2)
    earlier = fill(store, 8)
    store.edit_set(later, 1, SetEdit(weight_kg=12.5))
    parts = [store.load(one) for one in (earlier, later)]
    new = store.merge([later, earlier], replace=True)
    merged, workout = store.load(new), store.workout(new)
    assert [row.id for row in store.sessions()] == [new]
    np.testing.assert_allclose(merged.frames.t[80:], parts[1].frames.t + 60)
    assert merged.landmarks is not None and parts[1].landmarks is not None
    np.testing.assert_array_equal(merged.landmarks.world[80:], parts[1].landmarks.world)
    assert [(rep.set, rep.t_end) for rep in merged.reps] == [
        *((rep.set, rep.t_end) for rep in parts[0].reps),
        *((rep.set + 1, rep.t_end + 60) for rep in parts[1].reps),
    ]
    assert merged.totals == {"squat": 6} and merged.frames.count[-1] == 6
    assert [(one.set, one.weight_kg) for one in workout.sets] == [(1, None), (2, 12.5)]


def test_merge_refuses_what_does_not_fit(store: Store) -> None:
    """One session, the same twice, or different frame sizes: refused, and nothing changes."""
    first = fill(store, 4)
    wide = SourceInfo("wide.mp4", 4.0, 10.0, 1920, 1080, 0)
    other = store.add(recorded(stream(4), wide), started_at=START)
    for chosen in ([first], [first, first], [first, other]):
        with pytest.raises(OptionError, match="sessions must be"):
            store.merge(chosen)
    assert len(store.sessions()) == 2


def test_edit_changes_what_is_named(store: Store) -> None:
    """Title, note and start change one by one; a time without offset is refused."""
    one = fill(store, 2)
    store.edit(one, title="Legs", note="=hard")
    row = store.edit(one, started_at=START + timedelta(days=1))
    assert (row.title, row.note, row.started_at) == ("Legs", "=hard", START + timedelta(days=1))
    assert row.name == "Legs"
    with pytest.raises(OptionError, match="offset"):
        store.edit(one, started_at=datetime(2026, 1, 1))


def test_a_set_keeps_its_counted_reps_when_corrected(store: Store) -> None:
    """The user's number is shown and exported, the counted number stays; a negative number removes the correction."""
    one = fill(store)
    changed = store.edit_set(one, 2, SetEdit(reps=5, weight_kg=10, rpe=8.5, kind="warmup", note="slow"))
    assert (changed.reps, changed.counted, changed.weight_kg, changed.rpe) == (5, 3, 10, 8.5)
    assert (changed.kind, changed.note) == ("warmup", "slow")
    assert store.workout(one).sets[1] == changed
    back = store.edit_set(one, 2, SetEdit(reps=-1, weight_kg=-1))
    assert (back.reps, back.weight_kg, back.rpe) == (3, None, 8.5)
    sets = r"its sets are 1 \(squat\), 2 \(push-up\), 3 \(squat\)"
    with pytest.raises(OptionError, match=f"session {one} has no set 9; {sets}"):
        store.edit_set(one, 9, SetEdit(reps=1))
    with pytest.raises(OptionError, match="has no set 1 of lunge"):
        store.edit_set(one, 1, SetEdit(reps=1), "lunge")


@pytest.mark.parametrize(
    "values",
    [{"reps": 10_001}, {"weight_kg": 4096.0}, {"weight_kg": float("nan")}, {"rpe": 11.0}, {"kind": "x"}],
)
def test_set_values_are_checked(values: dict[str, object]) -> None:
    """Values that no export could hold are refused at once."""
    with pytest.raises(OptionError, match="must be"):
        SetEdit(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("platform", "environ", "end"),
    [
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/fitness/sessions.sqlite3"),
        ("linux", {"XDG_DATA_HOME": "relative"}, ".local/share/fitness/sessions.sqlite3"),
        ("darwin", {}, "Library/Application Support/fitness/sessions.sqlite3"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/fitness/sessions.sqlite3"),
        ("linux", {"FITNESS_STORE": "/tmp/mine.db", "XDG_DATA_HOME": "/data"}, "/tmp/mine.db"),
    ],
)
def test_the_store_path_follows_the_platform(platform: str, environ: dict[str, str], end: str) -> None:
    """The user's data directory by each system's rule; FITNESS_STORE comes first."""
    assert default_store_path(environ, platform).as_posix().endswith(end)


@pytest.fixture(scope="module")
def place_of_a_module() -> Path:
    """The store path for sessions that are counted in a module's fixture."""
    return default_store_path()


def test_no_test_writes_into_the_users_store(place_of_a_module: Path) -> None:
    """In tests and in fixtures that run before them, sessions go to a folder of the test run."""
    assert default_store_path() == place_of_a_module != default_store_path({})
    assert "pytest" in str(place_of_a_module)
