"""Fuzzes every reader guided by coverage (atheris): inputs that reach new code are kept and changed further.

    scripts/soak guided [--seconds 60] [KIND ...]

Each kind runs in a process of its own, with the inputs of `fuzz_targets` to start from. A reader may raise its
expected errors. Any other error, a hang of 30 s, or memory above 1 GB stops that kind and is shown with its place.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
GUIDED = (
    "samples", "log", "summary", "manifest", "reps", "truth", "series", "image", "message", "query", "task",
)  # fmt: skip
"""Readers whose own code is Python. Native decoders of videos and models cannot be instrumented; `fuzz` tests them."""

_COUNTED = ("number_of_executed_units", "peak_rss_mb")


def child(kind: str, folder: Path, seconds: int) -> None:
    """Fuzz one kind; ends the process, with a status that is not 0 after a fault."""
    import atheris

    with atheris.instrument_imports(include=["fitness"]):
        from tests.support.fuzz_targets import TARGETS

        seeds, read, allowed = TARGETS[kind](folder / "work")
        found = seeds()
        read(found[0])  # everything is loaded, and so instrumented
    corpus = folder / "corpus"
    corpus.mkdir()
    for i, seed in enumerate(found):
        (corpus / f"seed{i}").write_bytes(seed)

    def once(data: bytes) -> None:
        with contextlib.suppress(*allowed):
            read(data)

    limits = [f"-max_total_time={seconds}", "-timeout=30", "-rss_limit_mb=1024"]
    shown = [f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *limits, *shown, str(corpus)], once)
    atheris.Fuzz()


def fuzz(kind: str, seconds: int) -> bool:
    """Fuzz one kind and print its row; returns whether it had no fault."""
    with tempfile.TemporaryDirectory(prefix="fitness-guided-") as name:
        (Path(name) / "work").mkdir()
        paths = os.pathsep.join((str(HERE.parents[1]), str(HERE), os.environ.get("PYTHONPATH", "")))
        done = subprocess.run(
            [sys.executable, __file__, "--child", kind, name, str(seconds)],
            capture_output=True,
            text=True,
            errors="replace",
            env=os.environ | {"PYTHONPATH": paths},
        )
        lines = [line.split(":") for line in done.stderr.splitlines() if line.startswith("stat::")]
        printed = {line[2]: line[3].strip() for line in lines if len(line) == 4}
        runs, memory = (printed.get(one, "?") for one in _COUNTED)
        kept = len(list((Path(name) / "corpus").glob("*")))
    held = done.returncode == 0
    print(f"| {kind} | {runs} | {kept} | {memory} MB | {'held' if held else 'FAULT'} |", flush=True)
    if not held:
        print(done.stdout[-2000:], done.stderr[-4000:], sep="\n")
    return held


def main() -> int:
    """Fuzz as the command line says; 1 when there was a fault."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return 0
    parser = argparse.ArgumentParser(prog="scripts/soak guided", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(GUIDED)} (all)")
    parser.add_argument("--seconds", type=int, default=60, help="for each kind (60)")
    given = parser.parse_args()
    if unknown := set(given.kinds) - set(GUIDED):
        parser.error(f"unknown kind {', '.join(sorted(unknown))}")
    print("| kind | inputs | kept | most memory | |\n|---|---|---|---|---|")
    held = [fuzz(kind, given.seconds) for kind in given.kinds or GUIDED]
    return 0 if all(held) else 1


if __name__ == "__main__":
    raise SystemExit(main())
