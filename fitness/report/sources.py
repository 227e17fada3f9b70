"""Reads sessions for reports from the files that `fitness analyze --out` wrote."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import SourceError
from fitness.media.info import SourceInfo
from fitness.session import FrameTable, Session, SessionPaths, read_landmarks, read_summary, rep_of, reps_of

_ENDINGS: Final = (".summary.json", ".landmarks.npz", ".reps.csv", ".frames.csv", ".annotated.mp4")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A session for a report.

    name: to display.   stem: common beginning of the names of its files.   video: its annotated video, or None.
    """

    name: str
    stem: str
    session: Session
    video: Path | None = None


def read_source(path: Path) -> Source:
    """Read a session.   path: one of its files, or their common STEM.

    Times are rounded to milliseconds, as in the files. Scores of pose classes are not read.

    Raises:
        SourceError: the summary or the frames are missing or damaged.
    """
    stem = next((path.name[: -len(end)] for end in _ENDINGS if path.name.endswith(end)), path.name)
    paths = SessionPaths.of(path.parent, stem)
    if stem == path.name and not paths.summary.exists():
        what = "is not a result of `fitness analyze --out`" if path.exists() else "no such session or file"
        raise SourceError(
            f"{path}: {what}; give a number from `fitness sessions list`, or a .summary.json file"
        )
    document = read_summary(paths.summary)
    try:
        reps = reps_of(document["reps"])
        partials = tuple(rep_of(one) for one in document.get("partials", ()))
        source = SourceInfo(**document["source"])
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"{paths.summary}: damaged summary ({error}); analyze the recording again"
        ) from error
    frames = _frames(paths.frames)
    log = read_landmarks(paths.landmarks) if paths.landmarks.exists() else None
    session = Session(
        source=source,
        frames=frames,
        reps=reps,
        totals=document["totals"],
        unmeasurable_s=document["unmeasurable_s"],
        landmarks=log if log is not None and len(log) == len(frames) else None,
        warnings=tuple(document["warnings"]),
        settings=document["settings"],
        partials=partials,
    )
    video = path.parent / f"{stem}.annotated.mp4"
    return Source(source.name, stem, session, video if video.exists() else None)


def _frames(path: Path) -> FrameTable:
    """The table of frames without its scores. SourceError if it is missing or damaged."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            place = [
                header.index(name) for name in ("time_s", "found", "exercise", "phase", "count", "message")
            ]
            rows = [[row[i] for i in place] for row in reader]
        t, found, exercise, phase, count, message = zip(*rows, strict=True) if rows else ((),) * 6
        return FrameTable(
            t=np.array(t, np.float64),
            found=np.array(found, np.int64).astype(np.bool_),
            exercise=tuple(name or None for name in exercise),
            phase=np.array([value or "nan" for value in phase], np.float64),
            count=np.array(count, np.int64),
            message=tuple(text or None for text in message),
            classes=(),
            scores=np.zeros((len(rows), 0)),
        )
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); analyze the recording again") from error
    except (ValueError, IndexError, csv.Error) as error:
        raise SourceError(f"{path}: not a table of frames, or damaged ({error})") from error
