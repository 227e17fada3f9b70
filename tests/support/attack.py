"""Attacks the program with hostile files and clients, and prints the cost of each attack.

scripts/soak attack [--short] [--churn-minutes 15] [NAME...]

Each attack runs against a command or a page in a process of its own. It prints the peak memory of the process with its
children, the time it took, and whether the promises of docs/reference/hostile-input.md were kept.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import psutil

from fitness.recognition.samples import HEADER
from tests.support import hostile
from tests.support.clips import steady, write_clip

ROOT = Path(__file__).parents[2]
COMMAND_BYTES = 1_500_000_000
"""Memory limit of a command for any input, bytes."""

SECONDS = 90.0
"""Time limit of one attack, seconds; a busy machine takes twice as long as an idle one."""


@dataclass
class Verdict:
    """The cost of an attack.   bytes: peak memory.   seconds: wall time.   faults: broken promises."""

    name: str
    bytes: int
    seconds: float
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        outcome = "held" if not self.faults else "; ".join(self.faults)
        return f"{self.name:34} {self.bytes / 1e6:6.0f} MB {self.seconds:6.1f} s  {outcome}"


class Watch:
    """Measures the peak memory of a process with its children, twenty times a second."""

    def __init__(self, process_id: int) -> None:
        self.bytes = 0
        self._process = psutil.Process(process_id)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._measure, daemon=True)
        self._thread.start()

    def _measure(self) -> None:
        while not self._over.wait(0.05):
            self._sample()

    def _sample(self) -> None:
        with suppress(psutil.Error):  # one of them has just ended
            family = [self._process, *self._process.children(recursive=True)]
            self.bytes = max(self.bytes, sum(one.memory_info().rss for one in family))

    def close(self) -> int:
        """Stop measuring; returns the peak memory, bytes."""
        self._over.set()
        self._thread.join()
        self._sample()
        return self.bytes


def command(name: str, folder: Path, *argv: str | Path, refused: str | None = None) -> Verdict:
    """Run `fitness` with these arguments.   refused: text of the expected error, or None if it should succeed."""
    full = [sys.executable, "-m", "fitness", *map(str, argv)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FITNESS_STORE": str(folder / "store.db")}
    start = time.monotonic()
    with subprocess.Popen(
        full,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        watch = Watch(process.pid)
        try:
            _, errors = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
            errors += "HANGS"
    verdict = Verdict(name, watch.close(), time.monotonic() - start)
    if "Traceback" in errors:
        verdict.faults.append("a traceback: " + errors.strip().splitlines()[-1])
    if "HANGS" in errors:
        verdict.faults.append(f"takes more than {SECONDS:.0f} s")
    if (process.returncode == 0) != (refused is None):
        verdict.faults.append(f"exit code {process.returncode}: {errors.strip()[-100:]}")
    if refused is not None and refused not in errors:
        verdict.faults.append(f"not told: {errors.strip()[-100:]}")
    if verdict.bytes > COMMAND_BYTES:
        verdict.faults.append("too much memory")
    return verdict


def files(folder: Path, *, short: bool) -> Iterator[Verdict]:
    """Hostile files for the commands."""
    analyse = ("analyze", "--model", "lite", "--no-store")
    for kind in ("stsz", "ctts", "trun"):
        lies = hostile.lying_mp4(folder / f"{kind}.mp4", 60_000_000, kind=kind)
        yield command(f"60 million frames in {kind}", folder, *analyse, lies, refused="more frames")
        if short:
            break
    names = 100_000 if short else 14_000_000
    (folder / "list.mp4").write_bytes(b"ffconcat version 1.0\n" + b"file a\n" * names)
    yield command(f"a list of {names} files", folder, *analyse, "list.mp4", refused="not a video")
    if short:
        return
    for name, text in hostile.LISTS.items():
        (folder / "upload").write_bytes(text)
        yield command(f"a list: {name}", folder, *analyse, "upload", refused="not a video")
    (folder / "a.gif").write_bytes(hostile.gif(16384, 6080))
    yield command("a GIF of 99 megapixels", folder, *analyse, "a.gif", refused="too large")
    write_clip(
        folder / "big.mp4", steady(2), size=(16384, 6080), images=[np.zeros((6080, 16384, 3), np.uint8)] * 2
    )
    yield command("H.264 of 99 megapixels", folder, *analyse, "big.mp4", refused="too large")
    write_clip(
        folder / "6k.mp4", steady(20), size=(6144, 3456), images=[np.zeros((3456, 6144, 3), np.uint8)] * 20
    )
    yield command("H.264 of 6K", folder, *analyse, "6k.mp4")
    (folder / "deep.png").write_bytes(hostile.png(8200, 6080))
    yield command("a PNG of 50 MP in 16-bit RGBA", folder, "image", "--model", "lite", "deep.png")
    (folder / "scans.jpg").write_bytes(hostile.many_scans(640, 480, 130_000))
    yield command("a JPEG of 130,000 scans", folder, "image", "--model", "lite", "scans.jpg", refused="scans")
    (folder / "scans.jpg").write_bytes(hostile.many_scans(10_000, 10_000, 60))
    yield command("a JPEG of 100 MP in 60 scans", folder, "image", "--model", "lite", "scans.jpg")
    (folder / "samples").mkdir()
    row = ",".join(["x", *["0.12345"] * (len(HEADER) - 1)]) + "\n"
    with (folder / "samples" / "squat_up.csv").open("w") as file:
        file.write("# fitness pose samples; space=world-metres\n" + ",".join(HEADER) + "\n" + row * 60_000)
    (folder / "a.jpg").write_bytes(cv2.imencode(".jpg", np.zeros((64, 64, 3), np.uint8))[1].tobytes())
    yield command(
        "pose samples of 48 MB", folder, "image", "a.jpg", "--samples", "samples", refused="more than"
    )
    yield log_at_the_limit(folder)


# long: the program of a child process
def log_at_the_limit(folder: Path) -> Verdict:
    """A landmark log of zeros with the maximum length: a small archive."""
    import zipfile

    from numpy.lib.format import dtype_to_descr, write_array, write_array_header_1_0

    from fitness.session.landmark_file import LOG_VERSION, MAX_FRAMES
    from fitness.session.landmarks import COLUMNS

    single = {
        "version": LOG_VERSION,
        "name": "x",
        "model": "lite",
        "width": 9,
        "height": 9,
        "fps": 30.0,
        "duration_s": 1.0,
    }
    with zipfile.ZipFile(
        folder / "long.landmarks.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        for name, value in single.items():
            with archive.open(f"{name}.npy", "w") as member:
                write_array(member, np.asarray(value))
        for name, (kind, shape) in COLUMNS.items():
            rows = 0 if name.startswith("other_") else MAX_FRAMES - 20_000
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                head = {
                    "descr": dtype_to_descr(np.dtype(kind)),
                    "fortran_order": False,
                    "shape": (rows, *shape),
                }
                write_array_header_1_0(member, head)
                for first in range(0, rows, 1000):
                    block = np.zeros((min(1000, rows - first), *shape), kind)
                    if name == "t":
                        block = np.arange(first, first + len(block)) / 30
                    member.write(block.astype(kind).tobytes())
    with zipfile.ZipFile(
        folder / "long.landmarks.npz"
    ) as archive:  # a part is missing: it is read and not counted
        kept = {name: archive.read(name) for name in archive.namelist() if name != "other_person.npy"}
    with zipfile.ZipFile(folder / "cut.landmarks.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in kept.items():
            archive.writestr(name, data)
    return command(
        "a landmark log at the limit", folder, "replay", "cut.landmarks.npz", refused="not a landmark log"
    )


def workers(folder: Path) -> Verdict:
    """Kill `analyze --workers 2`: no worker may remain."""
    for name in ("a", "b", "c"):
        write_clip(folder / f"{name}.mp4", steady(3000))
    argv = [
        "analyze",
        "a.mp4",
        "b.mp4",
        "c.mp4",
        "--out",
        "out",
        "--workers",
        "2",
        "--model",
        "lite",
        "--no-store",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.monotonic()
    faults = []
    for name in ("SIGTERM", "SIGHUP", "SIGKILL"):
        process = subprocess.Popen(
            [sys.executable, "-m", "fitness", *argv], cwd=folder, env=environment, stderr=subprocess.DEVNULL
        )
        parent = psutil.Process(process.pid)
        while len(parent.children()) < 2 and process.poll() is None:
            time.sleep(0.1)
        time.sleep(1.0)
        children = parent.children(recursive=True)
        process.send_signal(getattr(signal, name))
        process.wait(60)
        _, alive = psutil.wait_procs(children, timeout=20)
        if alive:
            faults.append(f"{len(alive)} workers stay after {name}")
    return Verdict("workers of a run that is killed", 0, time.monotonic() - start, faults)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one attack."""
    with tempfile.TemporaryDirectory(prefix="attack-") as name:
        yield Path(name)


def main() -> int:
    """Run the attacks that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="files, workers, page; all without one")
    parser.add_argument("--short", action="store_true", help="the attacks that take seconds")
    parser.add_argument("--churn-minutes", type=float, default=0.0, help="clients that come and go, so long")
    chosen = parser.parse_args()
    from tests.support import page_attack

    groups: dict[str, Callable[[Path], Iterator[Verdict]]] = {
        "files": lambda folder: files(folder, short=chosen.short),
        "workers": lambda folder: iter([workers(folder)]),
        "page": lambda folder: page_attack.page(folder, short=chosen.short),
    }
    if chosen.churn_minutes:
        groups = {"churn": lambda folder: iter([page_attack.churn(folder, 60 * chosen.churn_minutes)])}
    faults = 0
    for name, attack in groups.items():
        if chosen.names and name not in chosen.names:
            continue
        with scratch() as folder:
            for verdict in attack(folder):
                print(verdict, flush=True)
                faults += bool(verdict.faults)
    print(json.dumps({"broken": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
