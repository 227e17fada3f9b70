"""Measures runs over many recordings (one worker, two, a Dask cluster) and the report of a session of two hours.

    python scripts/measure_runs.py [--clips 100] [--out FOLDER] [workers] [report]

workers: renders short clips of the figure (six different ones, copied). Counts them with one worker and two, in turn, and on
a Dask cluster of two processes. Each run is a new process, start-up included. Prints seconds, the ratio, and whether all
results are identical. report: stores a session of two hours of landmarks and times `fitness report` as a whole process.
Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.media.writer import VideoWriter
from scripts.figure import Camera, Clip, Idle, Motion, Reps

ROOT = Path(__file__).parents[1]
FPS, SIZE = 15, (240, 180)
REPORTS = 5


def render(folder: Path, clips: int) -> None:
    """Short clips: squats or push-ups from three sides."""
    made = []
    for exercise, yaw in ((e, y) for e in ("squat", "push-up") for y in (30.0, 60.0, 90.0)):
        motion = Motion(Idle(0.5), Reps(exercise, 2, seconds=2.4), Idle(0.6))
        clip = Clip(
            motion,
            camera=Camera(yaw_deg=yaw),
            fps=FPS,
            width=SIZE[0],
            height=SIZE[1],
            fit=True,
            supersample=1,
        )
        made.append(folder / f"clip{len(made):03}.mp4")
        with VideoWriter(made[-1], *SIZE, FPS) as writer:
            for frame in clip.frames():
                writer.write(frame.image, frame.t)
    for i in range(len(made), clips):
        shutil.copy(made[i % len(made)], folder / f"clip{i:03}.mp4")


def run(clips: Path, out: Path, *options: str) -> float:
    """Seconds of one whole run of the command."""
    command = [
        sys.executable,
        "-m",
        "fitness",
        "-q",
        "analyze",
        str(clips),
        "--out",
        str(out),
        "--no-annotate",
        "--no-store",
    ]
    started = time.perf_counter()
    subprocess.run([*command, *options], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def digest(folder: Path) -> str:
    """One hash over the names and bytes of all results."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(
                path.relative_to(folder).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest()
            )
    return total.hexdigest()


def measure_workers(place: Path, clips: int) -> None:
    """Time one worker, two workers and a cluster; compare the bytes of the results."""
    videos = place / "videos"
    videos.mkdir()
    render(videos, clips)
    seconds: dict[str, list[float]] = {"1": [], "2": []}
    hashes = {}
    for i, workers in enumerate("12" if clips > 40 else "1221"):
        out = place / f"run{i}"
        seconds[workers].append(run(videos, out, "--workers", workers))
        hashes[f"{workers} workers"] = digest(out)
    one, two = median(seconds["1"]), median(seconds["2"])
    print(
        f"{clips} clips: one worker {one:.1f} s, two workers {two:.1f} s, ratio {one / two:.2f}", flush=True
    )
    try:
        from distributed import LocalCluster
    except ImportError:
        print("no Dask cluster: pip install distributed")
        return
    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        took = run(videos, place / "dask", "--cluster", cluster.scheduler_address)
    hashes["cluster"] = digest(place / "dask")
    same = "the same bytes" if len(set(hashes.values())) == 1 else f"different: {hashes}"
    print(f"Dask cluster of two: {took:.1f} s; all runs: {same}")


def measure_report(place: Path) -> None:
    """Time the report of a session of two hours, in today's format and in the format before reps had records."""
    from dataclasses import replace
    from datetime import datetime, timezone

    sys.path.insert(0, str(ROOT / "tests"))
    from fitness.report.measures import measure
    from fitness.session.store import Store
    from tests.support.report_cases import session

    path, page = place / "store.sqlite3", place / "report.html"
    old = session(sets=120, reps=9, rep_s=2.5, rest_s=38.0, fps=30.0)
    today = replace(old, reps=tuple(one.rep for one in measure(old).reps))
    for name, whole in (("today's", today), ("without records", old)):
        with Store.open(path) as store:
            number = store.add(whole, started_at=datetime(2026, 3, 1, tzinfo=timezone.utc))
        command = [
            sys.executable,
            "-m",
            "fitness",
            "report",
            str(number),
            "--store",
            str(path),
            "--out",
            str(page),
        ]
        seconds = []
        for _ in range(REPORTS):
            started = time.perf_counter()
            subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - started)
        hours, size = whole.source.duration_s / 3600, page.stat().st_size / 1e6
        print(
            f"report of {hours:.2f} h, {len(whole.reps)} reps, {name}: {median(seconds):.2f} s"
            f" (median of {REPORTS}), {size:.2f} MB",
            flush=True,
        )


def main() -> None:
    """Run the requested measurements in a folder that is emptied first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="*", choices=["workers", "report", []], default=["workers", "report"])
    parser.add_argument("--clips", type=int, default=100)
    chosen = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        if "report" in chosen.what:
            measure_report(Path(folder))
        if "workers" in chosen.what:
            measure_workers(Path(folder), chosen.clips)


if __name__ == "__main__":
    main()
