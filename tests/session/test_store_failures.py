"""The store after failures: killed programs, full disk, read-only folder, damage, two writers, other versions."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fitness.errors import FitnessError, OutputError, SourceError
from fitness.session.store import COMMIT_S, SCHEMA_VERSION, Store, connection, schema
from fitness.types import Count, Renamed, Rep, RepAmended, RepCounted, RepRecord
from tests.support.store_cases import SETTINGS, SOURCE, START, limit_pages, recorded, stream

ROOT = Path(__file__).parents[2]

TESTS = Path(__file__).parents[1]
WRITER = TESTS / "support" / "store_writer.py"
NOBODY = 65534


def writer(path: Path, sessions: int, seconds: float, seed: int) -> subprocess.Popen[bytes]:
    """`store_writer.py` in a separate process."""
    arguments = [sys.executable, str(WRITER), str(path), str(sessions), str(seconds), str(seed)]
    search = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    return subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": search, "OPENBLAS_NUM_THREADS": "1"},
    )


def kill_once(path: Path, chance: random.Random, seed: int) -> float:
    """Kill a writer at a random frame of an endless session; returns the lost seconds of the stream."""
    process = writer(path, 1, 1e4, seed)
    assert process.stdout is not None
    for _ in range(chance.randrange(1, 400)):
        line = process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split(b"\n")
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    given = float(([line.strip()] + [text for text in rest if text])[-1])
    with Store.open(path) as store:
        store.check()
        rows = [row for row in store.sessions() if row.title == str(seed)]
        if not rows:  # killed before the first commit
            return given
        session = store.load(rows[0].id)
        count = len(session.frames)
        whole = recorded(stream(given + 1, fps=30.0, seed=seed))
        np.testing.assert_array_equal(session.frames.t, whole.frames.t[:count])
        assert session.landmarks is None or len(session.landmarks) == count
        assert session.reps == tuple(rep for rep in whole.reps if count and rep.t_end <= session.frames.t[-1])
        assert not rows[0].finished and sum(session.totals.values()) == len(session.reps)
        return given - rows[0].last_s if count else given


def kill_often(path: Path, times: int) -> list[float]:
    """Kill some writers of one store, one after the other; returns the loss of each."""
    chance = random.Random(7)
    lost = [kill_once(path, chance, seed) for seed in range(times)]
    with Store.open(path) as store:
        assert store.check() is None and len(store.sessions()) >= times - 1
    return lost


def test_a_killed_program_loses_less_than_a_second(tmp_path: Path) -> None:
    """Ten times kill -9 at a random frame: the file can be opened, is intact, and lacks at most one second."""
    lost = kill_often(tmp_path / "s.sqlite3", 10)
    assert max(lost) <= 1.0


@pytest.mark.slow
def test_two_hundred_kills(tmp_path: Path) -> None:
    """The same two hundred times, in one store that keeps all of the sessions."""
    lost = kill_often(tmp_path / "s.sqlite3", 200)
    assert max(lost) <= 1.0
    print(f"lost: mean {np.mean(lost):.3f} s, most {max(lost):.3f} s")


def test_two_programs_write_at_once(tmp_path: Path) -> None:
    """Two programs make the store and write into it at the same time: every session of both is complete."""
    path = tmp_path / "s.sqlite3"
    both = [writer(path, 2, 5.0, seed) for seed in (100, 200)]
    for process in both:
        process.communicate(timeout=300)
        assert process.returncode == 0
    with Store.open(path, readonly=True) as store:
        store.check()
        rows = store.sessions()
        assert {row.title for row in rows} == {"100", "101", "200", "201"} and all(
            row.finished for row in rows
        )
        for row in rows:
            whole = recorded(stream(5.0, fps=30.0, seed=int(row.title)))
            session = store.load(row.id)
            assert session.reps == whole.reps
            assert session.landmarks is not None and whole.landmarks is not None
            np.testing.assert_array_equal(session.landmarks.world, whole.landmarks.world)


def test_a_process_that_keeps_the_lock_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If another program has locked the file, the error says so; the frames wait and are stored afterwards."""
    monkeypatch.setattr(connection, "BUSY_S", 0.0)
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store:
        live = store.begin(SOURCE, started_at=START)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = 0
        for step in stream(2.0):
            try:
                live.add_counted(*step)
            except OutputError as error:
                assert "another program" in one_line(error)
                refused += 1
        other.execute("ROLLBACK")
        other.close()
        live.end()
        assert refused == 3 and len(store.load(live.id).frames) == 20


def one_line(error: FitnessError) -> str:
    """The error's text, which is one line."""
    text = str(error)
    assert "\n" not in text and text
    return text


def edit(path: Path, *statements: str) -> list[tuple[object, ...]]:
    """Run SQL in the file of a store with a connection of our own; returns the rows of the last statement."""
    rows: list[tuple[object, ...]] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            rows = database.execute(statement).fetchall()
    return rows


def test_a_full_disk_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    """The disk becomes full: an error says so, and what was stored can be read. With space again, all is stored."""
    path = tmp_path / "s.sqlite3"
    database = connection.open_connection(path)
    with Store(database, path) as store:
        live = store.begin(SOURCE, SETTINGS, started_at=START, model="lite")
        limit_pages(database, 25)
        errors = []
        for i, step in enumerate(stream()):
            if i == 180:
                limit_pages(database, 100_000)
            try:
                live.add_counted(*step)
            except OutputError as error:
                errors.append(one_line(error))
                before = store.row(live.id)
                assert live.frames == before.source.frames and live.frames + live.pending == i + 1
                assert len(store.load(live.id).frames) == before.source.frames > 0
                store.check()
        live.end(warnings=["first packet damaged"])
        assert len(errors) >= 3 and all(
            "disk is full" in text and "free some space" in text for text in errors
        )
        session = store.load(live.id)
    whole = recorded(stream())
    assert session.reps == whole.reps and len(session.frames) == 200
    assert session.landmarks is not None and whole.landmarks is not None
    np.testing.assert_array_equal(session.landmarks.image, whole.landmarks.image)


FULL_DISK = """
import sys
from tests.support.store_cases import SOURCE, START, stream
from fitness.errors import OutputError
from fitness.session.store import Store
with Store.open(sys.argv[1]) as store:
    live = store.begin(SOURCE, started_at=START)
    try:
        for step in stream(600.0, fps=30.0):
            live.add_counted(*step)
    except OutputError as error:
        print(error)
    given = step[0]
with Store.open(sys.argv[1], readonly=True) as store:
    store.check()
    row = store.row(live.id)
    assert len(store.load(live.id).frames) == row.source.frames > 0
    print(given - row.last_s)
"""


@pytest.mark.slow
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """A file system of 1 MB: the error is one line, the file opens and lacks less than a second."""
    if os.geteuid() or shutil.which("unshare") is None:
        pytest.skip("needs root and unshare for a file system of its own")
    script = 'mount -t tmpfs -o size=1M none "$0" && exec "$1" -c "$2" "$0/s.sqlite3"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, str(tmp_path), sys.executable, FULL_DISK],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    message, lost = done.stdout.splitlines()
    assert "disk is full" in message and float(lost) <= 1.0


@contextmanager
def readonly_folder() -> Iterator[Path]:
    """A folder with a finished store in it, where the running user may only read."""
    folder = Path(tempfile.mkdtemp())
    try:
        with Store.open(folder / "s.sqlite3") as store:
            store.add(recorded(stream(2.0)), started_at=START)
        (folder / "s.sqlite3").chmod(0o444)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:  # whom no permission stops
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_can_be_read() -> None:
    """Reading works, writing is refused with a line that suggests another place, and no file is left."""
    with readonly_folder() as folder:
        with Store.open(folder / "s.sqlite3", readonly=True) as store:
            assert len(store.load(store.sessions()[0].id).frames) == 20
        for name in ("s.sqlite3", "new.sqlite3", "deeper/new.sqlite3"):
            with pytest.raises(OutputError, match="choose another place") as caught:  # noqa: SIM117
                with Store.open(folder / name) as store:
                    store.begin(SOURCE, started_at=START)
            one_line(caught.value)
        assert [path.name for path in folder.iterdir()] == ["s.sqlite3"]


def test_a_missing_store_is_not_an_empty_store(tmp_path: Path) -> None:
    """Reading, or editing existing sessions, creates no file."""
    for how in ({"readonly": True}, {"create": False}):
        with pytest.raises(SourceError, match="no sessions are stored there"):
            Store.open(tmp_path / "none.sqlite3", **how)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("readonly", [True, False])
def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path, readonly: bool) -> None:
    """It is refused in one line that says what to do, and its content stays."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store:
        store.add(recorded(stream(2.0)), started_at=START)
    edit(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(SourceError, match=f"version {SCHEMA_VERSION + 1}.*use a newer version"):
        Store.open(path, readonly=readonly)
    assert path.read_bytes() == before


@pytest.mark.parametrize("readonly", [True, False])
def test_a_file_that_is_not_a_store_is_left_alone(tmp_path: Path, readonly: bool) -> None:
    """A text file, a folder and another program's database are refused and stay as they are."""
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite3"
    text.write_text("not a database, but long enough to look at" * 30)
    database = sqlite3.connect(other)
    database.execute("CREATE TABLE sessions (id)")
    database.commit()
    database.close()
    for path, words in ((text, "not a session store"), (other, "another program")):
        before = path.read_bytes()
        with pytest.raises(SourceError, match=words) as caught:
            Store.open(path, readonly=readonly)
        one_line(caught.value)
        assert path.read_bytes() == before
    with pytest.raises(FitnessError):
        Store.open(tmp_path, readonly=readonly)


def test_damage_is_reported(tmp_path: Path) -> None:
    """A page overwritten with noise is found by `check`; a damaged chunk by `load`, which names the session."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store:
        new = store.add(recorded(stream(30.0)), started_at=START)
        edit(path, "UPDATE frame_chunks SET data = x'00'")
        with pytest.raises(SourceError, match=f"session {new} is damaged"):
            store.load(new)
    octets = bytearray(path.read_bytes())
    octets[4096 * 2 : 4096 * 8] = random.Random(1).randbytes(4096 * 6)
    path.write_bytes(octets)
    with pytest.raises(SourceError, match="damaged") as caught, Store.open(path) as store:
        store.check()
    one_line(caught.value)


def test_a_session_deleted_while_it_runs(tmp_path: Path) -> None:
    """The writer gets an error that its session was deleted; no part of it is left."""
    with Store.open(tmp_path / "s.sqlite3") as store, Store.open(tmp_path / "s.sqlite3") as other:
        live = store.begin(SOURCE, started_at=START)
        steps = list(stream(4.0))
        for step in steps[:20]:
            live.add_counted(*step)
        other.delete(live.id)
        with pytest.raises(OutputError, match="deleted meanwhile"):
            for step in steps[20:]:
                live.add_counted(*step)
        assert store.sessions() == ()
        assert edit(store.path, "SELECT count(*) FROM frame_chunks") == [(0,)]


def test_an_older_store_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later program adds its change once and keeps the sessions; the earlier program then refuses the file."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store:
        new = store.add(recorded(stream(2.0)), started_at=START)
    later = (*schema.STEPS, ("ALTER TABLE sessions ADD COLUMN weather TEXT",))
    with monkeypatch.context() as patched:
        patched.setattr(schema, "STEPS", later)
        for module in (schema, connection):
            patched.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
        for readonly in (True, False):
            with Store.open(path, readonly=readonly) as store:
                columns = edit(path, "SELECT name FROM pragma_table_info('sessions')")
                assert columns[-1] == ("weather",) and len(store.load(new).frames) == 20
    with pytest.raises(SourceError, match="newer"):
        Store.open(path)


def test_stores_without_rep_records_are_migrated(tmp_path: Path) -> None:
    """A file of the first version keeps its reps; they have no record, are not partial, and new ones may have one."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store:
        old = store.add(recorded(stream(6.0)), started_at=START)
        reps = store.load(old).reps
    edit(
        path,
        *(
            f"ALTER TABLE reps DROP COLUMN {name}"
            for name in ("counted", "partial", "side", "cues", "record")
        ),
        *(f"ALTER TABLE sessions DROP COLUMN {name}" for name in ("first_s", "video")),
        "DROP TABLE sets",
        "DROP TABLE preferences",
        "CREATE TABLE _sqlite_migrations (name TEXT)",  # left by a library that was used then
        "PRAGMA user_version = 1",
    )
    better = replace(
        reps[0],
        partial=True,
        side="left",
        cues=("deeper",),
        record=RepRecord(depth_deg=71.0, speed_loss=0.25),
    )
    with Store.open(path) as store:
        assert store.load(old).reps == reps and len(reps) == 2
        assert all(rep.record == RepRecord() and not rep.partial for rep in store.workout(old).reps)
        new = store.add(replace(store.load(old), reps=(better,), partials=(reps[1],)), started_at=START)
        assert store.load(new).reps == (better,) == store.workout(new).reps
        assert store.load(new).partials == (reps[1],) == store.workout(new).partials


def test_a_record_that_is_completed_later_is_kept(tmp_path: Path) -> None:
    """Also if the rep is already on the disk."""
    with Store.open(tmp_path / "s.sqlite3") as store:
        live = store.begin(SOURCE, started_at=START)
        rep = Rep("lunge", 1, 1, 0.0, 0.5, 1.0, 0.9, id=7)
        better = replace(rep, side="right", record=RepRecord(concentric_s=0.7))
        live.add_counted(1.0, None, None, Count({"lunge": 1}, events=(RepCounted(rep),)))
        assert live.pending == 0 and store.load(live.id).reps == (rep,)
        live.add_counted(1.1, None, None, Count({"lunge": 1}, events=(RepAmended(better),)))
        live.end()
        assert store.load(live.id).reps == (better,)


def test_renamed_reps_are_changed_in_memory_and_on_disk(tmp_path: Path) -> None:
    """One rep is on the disk already, one comes in the same frame as the rename, one keeps its name."""
    reps = [Rep("unknown-exercise", 1, n, n - 1.0, n - 0.5, float(n), 0.9, id=n) for n in (1, 2, 3)]
    with Store.open(tmp_path / "s.sqlite3") as store:
        live = store.begin(SOURCE, started_at=START)
        for rep in reps[:2]:
            live.add_counted(rep.t_end, None, None, Count({}, events=(RepCounted(rep),)))
        events = (
            RepCounted(reps[2]),
            Renamed((1, 3, 99), "squat"),
            RepAmended(replace(reps[1], side="both")),
        )
        live.add_counted(3.0, None, None, Count({"squat": 2, "unknown-exercise": 1}, events=events))
        live.end()
        found = store.load(live.id)
        assert [rep.exercise for rep in found.reps] == ["squat", "unknown-exercise", "squat"]
        assert found.reps[1].side == "both" and found.totals == {"squat": 2, "unknown-exercise": 1}


def test_a_new_store_is_made_without_a_table_library(tmp_path: Path) -> None:
    """Making it imports no pandas, which takes a second and 70 MB of the first analysis."""
    code = "from fitness.session.store import Store; Store.open(Path(sys.argv[1])).close()"
    code = f"import sys; from pathlib import Path; {code}; sys.exit('pandas' in sys.modules)"
    command = [sys.executable, "-c", code, str(tmp_path / "s.sqlite3")]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_a_failed_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If one statement fails, all others are undone; the next program creates the tables."""
    path = tmp_path / "s.sqlite3"
    with monkeypatch.context() as patched:
        patched.setattr(schema, "STEPS", (*schema.STEPS, ("CREATE NONSENSE",)))
        with pytest.raises(OutputError, match="store failed"):
            Store.open(path)
    database = sqlite3.connect(path)
    assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    database.close()
    with Store.open(path) as store:
        assert store.sessions() == ()


def test_the_flush_interval_is_below_the_permitted_loss() -> None:
    """Commits are due at half of the permitted loss; the other half is for the commit itself."""
    assert COMMIT_S <= 0.5


def test_a_store_in_a_folder_that_must_not_be_read_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *_: object, **__: object) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refused)
    monkeypatch.setattr(Path, "exists", refused)
    monkeypatch.setattr(Path, "is_dir", refused)
    for create, kind in ((False, SourceError), (True, OutputError)):
        with pytest.raises(kind, match=r"Permission denied\); choose another place with --store"):
            connection.open_connection(tmp_path / "s.sqlite3", create=create)
