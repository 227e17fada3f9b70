"""The truth about benchmark recordings: exercise, true count, times of the turning points, and the person."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fitness.errors import SourceError

_COLUMNS: Final = ("file", "exercise", "true_reps", "rep_bottom_times_s", "accept_min", "accept_max")
_PERSON: Final = re.compile(r"_([a-z]\d+)[a-z]?$")
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class ClipTruth:
    """One recording.

    file: its name.   exercise: the exercise in it; "none" if there is no named exercise.
    reps: the true count.   accept: smallest and largest acceptable count.
    peaks_s: times of the turning points, seconds; may be empty.   origin: source of the file, or "".
    """

    file: str
    exercise: str
    reps: int
    accept: tuple[int, int]
    peaks_s: tuple[float, ...]
    origin: str = ""

    def accepts(self, count: int) -> bool:
        """Whether `count` is acceptable."""
        return self.accept[0] <= count <= self.accept[1]


def read_truth(path: Path) -> list[ClipTruth]:
    """Read the rows of a truth CSV, with at least the columns in `_COLUMNS`. SourceError names file and line."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise SourceError(f"{path}: the truth table lacks the columns {', '.join(missing)}")
            return [_row(path, number, row) for number, row in enumerate(reader, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path}: the truth table cannot be read ({error})") from error


def _row(path: Path, line: int, row: dict[str, str]) -> ClipTruth:
    try:
        origin = "/".join(part for part in (row.get("source_repo"), row.get("source_path")) if part)
        return ClipTruth(
            file=row["file"],
            exercise=row["exercise"],
            reps=int(row["true_reps"]),
            accept=(int(row["accept_min"]), int(row["accept_max"])),
            peaks_s=tuple(float(t) for t in row["rep_bottom_times_s"].split(";") if t),
            origin=origin,
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"{path}, line {line}: {error}") from None


def people(clips: list[ClipTruth]) -> dict[str, str]:
    """File name -> a name for the person in it.

    Two clips show the same person if their names end in the same letter and number (`..._m1.mp4`, `..._m1b.mp4`) or if
    they were made from the same original file. Any other clip is treated as a separate person.
    """
    person = {clip.file: _suffix(clip.file) for clip in clips}
    first_clip: dict[str, str] = {}
    for clip in clips:
        if clip.origin:
            first, other = person[first_clip.setdefault(clip.origin, clip.file)], person[clip.file]
            person = {file: first if name == other else name for file, name in person.items()}
    return person


def _suffix(file: str) -> str:
    match = _PERSON.search(Path(file).stem)
    return match.group(1) if match else Path(file).stem
