"""Makes the data in `tests/data/recordings/` and `tests/data/session/`, with which tests detect changed counts and files.

    python scripts/make_recordings_net.py logs --videos-table TABLE --landmarks LOGS   landmark logs, truth and sources
    python scripts/make_recordings_net.py counts                                       what is counted in them today
    python scripts/make_recordings_net.py session                                      a store, its exports, report, replay

`logs` needs the landmark logs of the recordings (`scripts/bench counting --landmarks LOGS`); the others need no other data.
Run `counts` after a change of recognition and read the difference: it is the effect of the change.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from fitness.session import read_landmarks, write_landmarks
from scripts.benchmarks import recordings, session_net
from scripts.benchmarks.truth import ClipTruth, people, read_truth

RECORDINGS = 59


def make_logs(table: Path, logs: Path) -> None:
    """Write the compact logs of the first recordings of `table`, their truth and their sources."""
    truths = read_truth(table)[:RECORDINGS]
    recordings.FOLDER.mkdir(parents=True, exist_ok=True)
    for one in truths:
        stem = Path(one.file).stem
        log = recordings.compact(read_landmarks(logs / f"{stem}.landmarks.npz"))
        write_landmarks(recordings.FOLDER / f"{stem}.landmarks.npz", log)
    with table.open(newline="", encoding="utf-8") as file:
        found = [
            {"file": Path(row["file"]).stem, "source": row["source_repo"], "licence": row["licence"]}
            for row in csv.DictReader(file)
        ]
    write_table(recordings.TRUTH, recordings.truth_rows(truths, people(truths)))
    write_table(recordings.SOURCES, found[:RECORDINGS])


def write_table(path: Path, rows: Iterable[dict[str, object]]) -> None:
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def counted(truth: ClipTruth) -> dict[str, Any]:
    return recordings.row_of(recordings.count(truth))


def make_counts() -> None:
    """Count every stored recording and write the counts, one line each."""
    truths = recordings.recordings()
    with ProcessPoolExecutor(2) as pool:
        rows = dict(zip((one.file for one in truths), pool.map(counted, truths), strict=True))
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
    recordings.COUNTS.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(dest="part", required=True)
    logs = parts.add_parser("logs")
    logs.add_argument("--videos-table", type=Path, required=True)
    logs.add_argument("--landmarks", type=Path, required=True)
    parts.add_parser("counts")
    parts.add_parser("session")
    chosen = parser.parse_args()
    if chosen.part == "logs":
        make_logs(chosen.videos_table, chosen.landmarks)
    elif chosen.part == "counts":
        make_counts()
    else:
        session_net.make()


if __name__ == "__main__":
    main()
