"""Many recordings: finished ones are skipped, bad ones are reported, dead workers lose nothing, results are always
the same.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from fitness.apps.cli import main
from fitness.errors import OptionError, SourceError
from fitness.media.source import expand_sources
from fitness.pipeline.batch import (
    Outcome,
    Task,
    combine,
    content_sha256,
    is_done,
    mark_done,
    marker_path,
    result_key,
    run,
)
from fitness.pipeline.batch.worker import CountRecording, dask, identity_of, processes, tasks_of
from fitness.pipeline.settings import Settings
from fitness.session import write_session
from fitness.session.store import Store
from tests.support.batch_clips import clips
from tests.support.report_cases import session


class Slow:
    """A mock that does the first task at once and takes ten minutes for the others."""

    def __call__(self, task: Task) -> Outcome:
        time.sleep(600 * (task.index > 0))
        return Outcome(task)


@dataclass(frozen=True)
class Write:
    """A mock that records its runs and does what the name of the recording says. "killer": dies every time.
    "unlucky": dies the first time. "bug": raises. "bad": raises a user's error.
    """

    folder: Path

    def __call__(self, task: Task) -> Outcome:
        with open(self.folder / f"{task.stem}.runs", "a") as file:
            file.write("x")
        runs = (self.folder / f"{task.stem}.runs").stat().st_size
        if task.stem == "killer" or (task.stem == "unlucky" and runs == 1):
            os.kill(os.getpid(), signal.SIGKILL)
        if task.stem == "bug":
            raise ValueError("two\nlines")
        if task.stem == "bad":
            return Outcome(task, error="damaged")
        return Outcome(task, f"sha of {task.stem}")


def tasks(*names: str) -> list[Task]:
    """A task for each name."""
    return [Task(i, Path(name), name, name) for i, name in enumerate(names)]


def in_order(outcomes: Iterator[Outcome]) -> list[Outcome]:
    """The outcomes in the order of their tasks."""
    return sorted(outcomes, key=lambda one: one.task.index)


def threads(workers: int) -> Executor:
    """An executor that starts at once."""
    return ThreadPoolExecutor(workers)


@pytest.mark.parametrize("workers", [1, 3])
def test_every_task_has_one_outcome(tmp_path: Path, workers: int) -> None:
    """For any number of workers, each task runs once; an error or a bug is the outcome of its own task only."""
    names = ["a", "bad", "b", "bug", *(f"n{i}" for i in range(20))]
    outcomes = in_order(run(tasks(*names), Write(tmp_path), threads, workers))
    assert [one.task.stem for one in outcomes] == names
    assert {one.task.stem: one.error for one in outcomes if one.error} == {
        "bad": "damaged", "bug": "ValueError: two lines",
    }  # fmt: skip
    assert all(path.read_text() == "x" for path in tmp_path.glob("*.runs"))


def test_a_dead_worker_loses_nothing_and_only_the_fatal_recording_fails(tmp_path: Path) -> None:
    """One task kills its worker each time, another only once: all others have results, and so has the unlucky one."""
    names = ["a", "b", "killer", "c", "unlucky", "d"]
    outcomes = in_order(run(tasks(*names), Write(tmp_path), processes, 2))
    assert [one.task.stem for one in outcomes] == names
    (failed,) = (one for one in outcomes if one.error is not None)
    assert failed.task.stem == "killer" and "died" in (failed.error or "")


def test_a_stopped_run_lets_go_of_its_executor(tmp_path: Path) -> None:
    """If the caller stops after the first outcome, no task stays in the pool."""
    opened: list[Executor] = []

    def open_one(workers: int) -> Executor:
        opened.append(threads(workers))
        return opened[-1]

    outcomes = run(tasks("a", "b", "c", "d", "e", "f"), Write(tmp_path), open_one, 1)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="after shutdown"):
        opened[0].submit(print)


_POOL = """
import multiprocessing
import time
from fitness.pipeline.batch.worker import processes
if __name__ == "__main__":
    pool = processes(2)
    waiting = [pool.submit(time.sleep, 600) for _ in range(2)]
    print(*(one.pid for one in multiprocessing.active_children()), flush=True)
    time.sleep(600)
"""


def is_there(process_id: int) -> bool:
    """Whether the process runs; zombies do not count."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(process_ids: Sequence[int], within_s: float = 20.0) -> bool:
    """Whether all of them end within that time."""
    deadline = time.monotonic() + within_s
    while any(map(is_there, process_ids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(is_there, process_ids))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_workers_end_with_the_program_even_if_it_is_killed(tmp_path: Path) -> None:
    """Without this, workers would wait for their next task forever, with 170 MB each."""
    script = tmp_path / "pool.py"
    script.write_text(_POOL)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        workers = [int(word) for word in parent.stdout.readline().split()]
        assert len(workers) == 2 and all(map(is_there, workers))
        parent.kill()
    assert gone(workers)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_a_stopped_run_ends_its_workers() -> None:
    """Ctrl-C and `kill` reach only the main process; its workers end with it."""
    started: list[int] = []

    def opened(workers: int) -> Executor:
        pool = processes(workers)
        pool.submit(os.getpid).result()
        started.extend(one.pid for one in multiprocessing.active_children() if one.pid is not None)
        return pool

    outcomes = run([Task(k, Path(f"{k}"), f"{k}", f"{k}") for k in range(3)], Slow(), opened, 1)
    assert next(outcomes).task.index == 0
    outcomes.close()
    assert started and gone(started)


def test_workers_must_be_positive(tmp_path: Path) -> None:
    """A number of workers below 1 is refused."""
    with pytest.raises(OptionError, match="workers must be at least 1"):
        list(run(tasks("a"), Write(tmp_path), threads, 0))


def test_a_recording_is_done_only_with_same_content_settings_and_complete_files(tmp_path: Path) -> None:
    """Changed content or settings, a truncated or missing file, or a damaged marker: the recording is not finished."""
    result = tmp_path / "a.summary.json"
    result.write_text("whole")
    key = result_key("content", {"model": "full", "start": None})
    assert not is_done(tmp_path, "a", key)
    mark_done(tmp_path, "a", key, [result])
    assert is_done(tmp_path, "a", key)
    assert key == result_key("content", {"start": None, "model": "full"})
    assert not is_done(tmp_path, "a", result_key("other", {"model": "full", "start": None}))
    assert not is_done(tmp_path, "a", result_key("content", {"model": "lite", "start": None}))
    result.write_text("who")
    assert not is_done(tmp_path, "a", key)
    result.unlink()
    assert not is_done(tmp_path, "a", key)
    result.write_text("whole")
    for broken in ("", "[]", '{"version": 1}', '{"version": 9, "key": "", "files": {}}'):
        marker_path(tmp_path, "a").write_text(broken)
        assert not is_done(tmp_path, "a", key)


def test_the_identity_depends_on_the_samples_not_on_their_path(tmp_path: Path) -> None:
    """The same samples in another folder have the same identity; another row, model or exercise has another."""
    places = [tmp_path / "x", tmp_path / "y"]
    for place in places:
        place.mkdir()
        (place / "a.csv").write_text("1,2\n")
    one, other = (identity_of(Settings(samples=place)) for place in places)
    assert one == other
    settings = Settings(samples=places[0])
    assert one == identity_of(replace(settings, cache_dir=tmp_path))
    assert one != identity_of(replace(settings, model="lite"))
    assert one != identity_of(settings.with_exercise("squat"))
    (places[1] / "a.csv").write_text("1,2\n3,4\n")
    assert one != identity_of(Settings(samples=places[1]))


def test_content_is_hashed_as_sha256(tmp_path: Path) -> None:
    """The published digest of "abc" (FIPS 180-2, B.1); a missing file is a one-line error."""
    (tmp_path / "a").write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert content_sha256(tmp_path / "a") == digest
    with pytest.raises(SourceError, match="no such file"):
        content_sha256(tmp_path / "b")


def test_a_pipe_in_a_batch_is_refused(tmp_path: Path) -> None:
    """Reading it would wait for a writer that never comes."""
    os.mkfifo(tmp_path / "p.mp4")
    with pytest.raises(SourceError, match="is a pipe or device"):
        content_sha256(tmp_path / "p.mp4")


def finished(folder: Path, names: Sequence[str]) -> list[Outcome]:
    """Outcomes whose summaries are in `folder`."""
    outcomes = []
    for one in tasks(*names):
        write_session(session(reps=one.index + 1, sets=1, name=one.name), folder, one.stem)
        outcomes.append(Outcome(one, "sha"))
    return outcomes


def test_tables_are_in_the_order_of_the_run_and_cells_are_no_formulas(tmp_path: Path) -> None:
    """Any order of outcomes gives the same bytes. Failures have a row. Names that a spreadsheet would run are quoted."""
    outcomes = finished(tmp_path, ["=a", "b"])
    outcomes.append(Outcome(Task(2, Path("c"), "c", "c"), error="not a video"))
    paths = combine(outcomes, tmp_path)
    before = paths.recordings.read_bytes(), paths.reps.read_bytes()
    combine([replace(one, resumed=True) for one in reversed(outcomes)], tmp_path)
    assert (paths.recordings.read_bytes(), paths.reps.read_bytes()) == before
    rows = list(csv.DictReader(before[0].decode().splitlines()))
    assert [(row["file"], row["reps"], row["error"]) for row in rows] == [
        ("'=a", "1", ""), ("b", "2", ""), ("c", "", "not a video"),
    ]  # fmt: skip
    reps = list(csv.DictReader(before[1].decode().splitlines()))
    assert [(row["file"], row["rep"], row["start_s"]) for row in reps] == [
        ("'=a", "1", "6.000"), ("b", "1", "6.000"), ("b", "2", "8.000"),
    ]  # fmt: skip


def test_parquet_holds_the_same_with_types(tmp_path: Path) -> None:
    """pandas reads back names unchanged, whole numbers as integers, and missing values as missing."""
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    outcomes = finished(tmp_path, ["=a", "b"])
    outcomes.append(Outcome(Task(2, Path("c"), "c", "c"), error="not a video"))
    paths = combine(outcomes, tmp_path, parquet=True)
    reps = pandas.read_parquet(paths.reps_parquet)
    assert reps["file"].tolist() == ["=a", "b", "b"]
    assert reps["rep"].tolist() == [1, 1, 2] and str(reps["rep"].dtype) == "int64"
    recordings = pandas.read_parquet(paths.recordings_parquet)
    assert recordings["reps"].isna().tolist() == [False, False, True]


def test_stems_and_names_of_tasks(tmp_path: Path) -> None:
    """Two recordings of the same name in different folders have different stems; workers get absolute paths."""
    made = tasks_of([Path("x/a.mp4"), Path("y/a.mp4")])
    assert [one.name for one in made] == ["x/a.mp4", "y/a.mp4"]
    assert made[0].stem != made[1].stem and all(one.path.is_absolute() for one in made)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["b.mp4", "--workers", "2"], "need --out"),
        (["--cluster", "tcp://x:1", "--workers", "2", "--out", "o"], "not both"),
        (["--parquet"], "needs --workers"),
        (["--workers", "0", "--out", "o"], "0"),
    ],
)
def test_wrong_usage_is_reported(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit code 2, and nothing is started."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"x")
    assert main(["analyze", "a.mp4", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]


def contents(folder: Path) -> dict[str, bytes]:
    """Name -> bytes of all files in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_recordings_are_counted_once_with_equal_results(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One worker or two give the same bytes. A second run counts nothing; with a new recording, only that one."""
    place = clips(tmp_path / "in", 2)
    base = ["analyze", str(place), "--model", "lite", "--no-annotate"]
    assert main([*base, "--out", str(tmp_path / "one"), "--workers", "1"]) == 1
    assert "3 recordings: 2 counted, 0 finished before, 1 failed" in capsys.readouterr().out
    (place / "zz.mp4").write_bytes((place / "clip0.mp4").read_bytes())
    assert main([*base, "--out", str(tmp_path / "two"), "--workers", "2"]) == 1
    assert "4 recordings: 3 counted, 0 finished before, 1 failed" in capsys.readouterr().out
    assert main([*base, "--out", str(tmp_path / "one"), "--workers", "1"]) == 1
    assert "4 recordings: 1 counted, 2 finished before, 1 failed" in capsys.readouterr().out
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    failures = list(csv.DictReader((tmp_path / "one" / "recordings.csv").read_text("utf-8").splitlines()))
    assert [Path(row["file"]).name for row in failures if row["error"]] == ["bad.mp4"]


def test_a_batch_keeps_its_sessions_in_the_store(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each recording is stored once, exactly as by a run without workers; resumed ones are not stored again."""
    place, file = clips(tmp_path / "in", 2), str(tmp_path / "s.sqlite3")
    base = ["analyze", str(place), "--model", "lite", "--no-annotate"]
    alone = str(tmp_path / "alone.sqlite3")
    assert main([*base, "--store", alone]) == 1
    for _ in range(2):
        assert main([*base, "--out", str(tmp_path / "out"), "--workers", "2", "--store", file]) == 1
    assert main([*base, "--out", str(tmp_path / "none"), "--workers", "1", "--no-store"]) == 1
    with Store.open(file) as kept, Store.open(alone) as expected:
        rows, others = kept.sessions(), expected.sessions()
        assert sorted(row.name for row in rows) == sorted(row.name for row in others) and len(rows) == 2
        for row in rows:
            other = next(each for each in others if each.name == row.name)
            one, two = kept.load(row.id), expected.load(other.id)
            assert row.finished and row.kind == "analyze" and row.model == "lite"
            assert (one.reps, dict(one.totals)) == (two.reps, dict(two.totals))
            assert one.landmarks is not None and two.landmarks is not None
            assert np.array_equal(one.landmarks.world, two.landmarks.world)
            assert np.array_equal(one.frames.t, two.frames.t)


def test_a_store_that_fails_stops_no_batch(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One error is printed, the results are in the folder, and the exit code is not 0."""
    place = clips(tmp_path / "in", 1)
    (place / "bad.mp4").unlink()
    out, file = tmp_path / "out", tmp_path / "s.sqlite3"
    Store.open(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(FAIL, 'no'); END"
        )
    connection.close()
    arguments = [
        "--model",
        "lite",
        "--no-annotate",
        "--out",
        str(out),
        "--workers",
        "1",
        "--store",
        str(file),
    ]
    assert main(["analyze", str(place), *arguments]) == 1
    assert capsys.readouterr().err.count("not stored") == 1
    assert (out / "clip0.reps.csv").exists() and (out / "recordings.csv").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bytes_even_when_a_worker_dies(models: Path, tmp_path: Path) -> None:
    """Two Dask workers, one of them killed after the first result: every file is as with one process."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    place = clips(tmp_path / "in", 6)
    base = ["analyze", str(place), "--model", "lite", "--no-annotate"]
    main([*base, "--out", str(tmp_path / "one"), "--workers", "1"])
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, scheduler_port=0
    ) as cluster:
        main([*base, "--out", str(tmp_path / "cluster"), "--cluster", cluster.scheduler_address])
        assert contents(tmp_path / "cluster") == contents(tmp_path / "one")
        work = CountRecording(
            Settings(model="lite"), tmp_path / "killed", identity_of(Settings(model="lite"))
        )
        (tmp_path / "killed").mkdir()
        made = tasks_of(expand_sources([place]))
        with dask(cluster.scheduler_address) as (executor, workers):
            outcomes = run(made, work, lambda _: executor, workers)
            first = next(outcomes)
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            found = [first, *outcomes]
    assert sorted(one.task.index for one in found) == list(range(7))
    assert [one.task.path.name for one in found if one.error] == ["bad.mp4"]
    combine(found, tmp_path / "killed")
    assert contents(tmp_path / "killed") == contents(tmp_path / "one")


def test_a_missing_cluster_gives_a_one_line_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the package the line says what to install."""
    import fitness.pipeline.batch.worker

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(fitness.pipeline.batch.worker, "import_module", missing)
    (tmp_path / "a.mp4").write_bytes(b"x")
    arguments = ["--cluster", "tcp://127.0.0.1:1", "--out", str(tmp_path / "o")]
    assert main(["analyze", str(tmp_path / "a.mp4"), *arguments]) == 1
    assert "pip install distributed" in capsys.readouterr().err
