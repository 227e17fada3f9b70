"""A program that writes sessions, for tests that kill it or run two of them at once.

Usage: store_writer.py STORE SESSIONS SECONDS SEED. Before each frame is given to the store, its time is written to
standard output, unbuffered; "stored ID" after each session.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from fitness.session.store import Store
from tests.support.store_cases import SETTINGS, SOURCE, START, stream


def main(path: str, sessions: int, seconds: float, seed: int) -> None:
    with Store.open(path) as store:
        for number in range(sessions):
            live = store.begin(
                SOURCE,
                SETTINGS,
                started_at=START + timedelta(hours=number),
                model="lite",
                title=str(seed + number),
            )
            for step in stream(seconds, fps=30.0, seed=seed + number):
                os.write(1, f"{step[0]!r}\n".encode())
                live.add_counted(*step)
            live.end()
            os.write(1, f"stored {live.id}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
