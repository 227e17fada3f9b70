"""A finished table of `scripts/bench counting`, as JSON values and as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scripts.benchmarks import tables
from scripts.benchmarks.faults import faults_of, reasons
from scripts.benchmarks.scores import ClipResult

if TYPE_CHECKING:
    from fitness.types import JsonDict


@dataclass(frozen=True, slots=True)
class Made:
    """A finished table.   rows: see `tables`.   sums: figures of all clips.   results: of each clip.   notes: for stderr."""

    rows: list[JsonDict]
    results: list[ClipResult] = field(default_factory=list)
    sums: JsonDict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)

    def document(self) -> JsonDict:
        """The table as JSON values."""
        clips = [_clip_json(result) for result in self.results]
        return {"rows": self.rows, "sums": self.sums, "notes": self.notes, "clips": clips}

    def lines(self, each: bool) -> Iterator[str]:
        """The lines below the table: figures of all clips, then each clip with a fault (with `each`: every clip)."""
        if self.sums:
            yield "phantom reps {phantom}, doubled {doubled}, wrong name {wrong}".format(**self.sums)
            yield (
                "latency of a named rep {latency_s} s in the median, {latency_p90_s} s in 9 of 10; "
                "recognition {ms_a_frame} ms a frame".format(**self.sums)
            )
        for result in self.results:
            if each or not tables.good(result):
                truth = result.truth
                true = f"{_accepted(truth.accept)} {truth.exercise}"
                yield f"  {truth.file}: true {true}, counted {_counts(result)}"
                yield from (f"      {line}" for line in reasons(result))
        yield from (f"  {line}" for line in self.more)


def difference(name: str, alone: ClipResult, after: ClipResult) -> str:
    """One line about a clip whose counts differ.   name: of the way in which it was counted the second time."""
    return f"{alone.truth.file}: {_counts(alone)} alone, {_counts(after)} {name}"


def _counts(result: ClipResult) -> str:
    return ", ".join(f"{n} {name}" for name, n in result.totals.items() if n) or "nothing"


def _accepted(accept: tuple[int, int]) -> str:
    return str(accept[0]) if accept[0] == accept[1] else f"{accept[0]} to {accept[1]}"


def _clip_json(result: ClipResult) -> JsonDict:
    truth, faults = result.truth, faults_of(result)
    return {
        "file": truth.file,
        "exercise": truth.exercise,
        "true": truth.reps,
        "accept": list(truth.accept),
        "counted": result.count,
        "right": tables.good(result),
        "totals": dict(result.totals),
        "phantom": faults.phantom,
        "doubled": faults.doubled,
        "wrong": faults.wrong,
        "reasons": reasons(result),
        "reps": [
            [one.exercise, *(round(t, 3) for t in (one.t_start, one.t_peak, one.t_end))]
            for one in result.reps
        ],
    }
