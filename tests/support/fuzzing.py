"""Damaged files and messages for every reader, in monitored child processes.

scripts/soak fuzz [--scale 1.0] [KIND...]      (`--help` says more)

A mutant is a valid input with bits flipped, pieces removed, doubled, overwritten or put in. Each batch of mutants runs
in a process of its own, so that a crash of native code (OpenCV, FFmpeg, the TFLite interpreter) is detected and reported.
A fault is a crash, a hang (30 s), an exception that is not this program's own, more than 1 GB of memory, a file
opened for writing outside the batch's folder, an attempt to reach the network.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.fuzz_targets import TARGETS

HERE = Path(__file__).parent
HANG_S = 30.0
MAX_BYTES = 1_000_000_000
BATCH = 250

FULL = {
    "image": 3000, "jpeg": 1000, "video": 1200, "samples": 800, "log": 800, "summary": 400, "manifest": 300, "reps": 300,
    "truth": 300, "series": 300, "message": 1500, "query": 1500, "task": 40, "tflite": 120,
}  # fmt: skip
"""Mutants of each kind at scale 1."""

_TOKENS = (
    b"\x00", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"nan", b"-1", b"1e999", b"[" * 3000, b"{}",
    b"null", b"../../../../tmp/evil", b"\n\n", b'"', b",", "\u202e".encode(), b"%00", b"<script>", b"9" * 400,
)  # fmt: skip


def mutant(data: bytes, rng: random.Random) -> bytes:
    """`data`, damaged in one to four places."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        # Headers are short and matter most.
        size = len(out) if rng.random() < 0.5 else min(len(out), 200)
        at = rng.randrange(size) if size else 0
        end = min(len(out), at + rng.choice((1, 2, 4, 16, 200)))
        kind = rng.randrange(7)
        if kind == 0 and out:
            out[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            out[at:end] = rng.randbytes(end - at)
        elif kind == 2:
            del out[at:end]
        elif kind == 3:
            out[at:at] = out[at:end]
        elif kind == 4:
            del out[at if rng.random() < 0.5 else len(out) * at // max(size, 1) :]
        elif kind == 5:
            token = rng.choice(_TOKENS)
            out[at : at + len(token)] = token
        else:
            out[at:at] = rng.choice(_TOKENS)
    return bytes(out)


class Watch:
    """Python's audit events of a process: files opened for writing, name look-ups, connections."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str | bytes):
            path, mode, flags = os.fsdecode(args[0]), args[1], args[2]
            writes = any(c in str(mode or "") for c in "wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
            if writes and not os.path.abspath(path).startswith((self.folder, "/dev/null")):
                self.seen.append(f"writes {path}")
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            self.seen.append(f"asks for {args[0]}")
        elif event == "socket.connect" and isinstance(args[1], tuple):
            self.seen.append(f"connects to {args[1]}")


def child(kind: str, first: int, count: int, folder: Path) -> None:
    """Run mutants `first`.. of a kind in this process; the outcome goes to folder/outcome.json."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    make, read, allowed = TARGETS[kind](folder)
    seeds = make()
    read(seeds[0])  # the valid seed must be read; this also loads everything
    watch = Watch(folder)
    faults: list[str] = []
    for number in range(first, first + count):
        (folder / "at").write_text(str(number))
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        data = mutant(seeds[number % len(seeds)], random.Random(number))
        (folder / "mutant").write_bytes(data)
        try:
            read(data)
        except allowed:
            pass
        except BaseException as error:
            faults.append(f"{kind} {number}: {type(error).__name__}: {str(error)[:200]}")
        faults += [f"{kind} {number}: {what}" for what in watch.seen]
        watch.seen.clear()
    faulthandler.cancel_dump_traceback_later()
    used = most_memory()
    if used > MAX_BYTES:
        faults.append(f"{kind} {first}..{first + count - 1}: {used / 1e6:.0f} MB of memory")
    (folder / "outcome.json").write_text(json.dumps({"faults": faults, "bytes": used}))


def most_memory() -> int:
    """Peak memory of this process, bytes. `ru_maxrss` would include that of the parent process."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * next(
            int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")
        )
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def batch(kind: str, first: int, count: int) -> tuple[list[str], int]:
    """Faults of a batch that runs in a process of its own, and its memory in bytes."""
    with tempfile.TemporaryDirectory(prefix="fitness-fuzz-") as name:
        folder = Path(name)
        command = [sys.executable, __file__, "--child", kind, str(first), str(count), name]
        environ = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (HERE.parents[1], HERE)))}
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environ, check=False)
        if (folder / "outcome.json").is_file():
            outcome = json.loads((folder / "outcome.json").read_text())
            return outcome["faults"], outcome["bytes"]
        at = int((folder / "at").read_text()) if (folder / "at").is_file() else first
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        fault = f"{kind} {at}: the process ended with {done.returncode}: {' | '.join(lines[:3])[:400]}"
        rest, used = batch(kind, at + 1, first + count - at - 1) if at + 1 < first + count else ([], 0)
        return [fault, *rest], used


def fuzz(counts: dict[str, int], tell: Callable[[str], None] = lambda text: None) -> list[str]:
    """Fuzz the given number of mutants of each kind; returns the faults."""
    faults: list[str] = []
    for kind, count in counts.items():
        started, most = time.monotonic(), 0
        found: list[str] = []
        for first in range(0, count, BATCH):
            more, used = batch(kind, first, min(BATCH, count - first))
            found, most = found + more, max(most, used)
        tell(
            f"{kind}: {count} mutants, {len(found)} faults, {most / 1e6:.0f} MB, {time.monotonic() - started:.0f} s"
        )
        faults += found
    return faults


def main() -> int:
    """Fuzz as the command line says; 1 when there was a fault."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
        return 0
    parser = argparse.ArgumentParser(prog="scripts/soak fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(FULL)} (all)")
    parser.add_argument("--scale", type=float, default=1.0, help="times the usual number of mutants")
    given = parser.parse_args()
    if unknown := set(given.kinds) - set(FULL):
        parser.error(f"unknown kind {', '.join(sorted(unknown))}")
    kinds = given.kinds or list(FULL)
    counts = {kind: max(1, round(FULL[kind] * given.scale)) for kind in kinds}
    faults = fuzz(counts, lambda text: print(text, flush=True))
    print("\n".join(faults) if faults else "no fault")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
