"""The headline figure, guarded: 59 real recordings give the counts, reps and sets that they gave before.

After a change of recognition that is meant to change counts, run `python scripts/make_recordings_net.py counts`; the
difference in `counts.json` is what the change did.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts.benchmarks import recordings
from scripts.benchmarks.scores import ClipResult, summarise
from scripts.benchmarks.truth import ClipTruth

TRUTHS = recordings.recordings()
MOST_BYTES = 6_000_000


def kept() -> dict[str, Any]:
    """What was counted when `counts.json` was written."""
    document: dict[str, Any] = json.loads(recordings.COUNTS.read_text("utf-8"))
    return document


@pytest.mark.parametrize("truth", TRUTHS, ids=[one.file for one in TRUTHS])
def test_a_recording_is_counted_as_before(truth: ClipTruth) -> None:
    """Totals, sets, and the times of each rep, counted without samples of the person in it."""
    session = recordings.count(truth)
    assert json.loads(json.dumps(recordings.row_of(session))) == kept()[truth.file]


def test_the_counts_are_as_good_as_the_readme_says() -> None:
    """35 of 36 recordings of squats and push-ups are exact, and nothing is counted where neither is done."""
    results = [
        ClipResult(
            one,
            row["totals"],
            {name: tuple(rep[4] for rep in row["reps"] if rep[0] == name) for name in row["totals"]},
            row["seconds"],
        )
        for one in TRUTHS
        for row in [kept()[one.file]]
    ]
    figures = summarise(results, ("squat", "push-up"))
    assert figures["n"] == 36 and figures["negatives"] == 23
    assert figures["exact"] >= 0.97 and figures["false_reps"] == 0 and figures["cross"] == 0


def test_the_recordings_are_numbers_alone_and_small() -> None:
    """59 logs with truth, source and licence; at most 6 MB."""
    files = {path.name for path in recordings.FOLDER.iterdir()}
    assert files == {f"{one.file}.landmarks.npz" for one in TRUTHS} | {
        "truth.csv",
        "sources.csv",
        "counts.json",
    }
    assert len(TRUTHS) == 59
    assert sum(path.stat().st_size for path in recordings.FOLDER.iterdir()) <= MOST_BYTES
