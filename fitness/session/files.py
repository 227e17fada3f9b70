"""The files of a session: reps, frames, summary, landmarks, and partial reps if there are any."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fitness.session.document import write_summary
from fitness.session.landmark_file import write_landmarks
from fitness.session.landmarks import LandmarkColumns
from fitness.session.output import prepare_out_dir
from fitness.session.session import Session
from fitness.session.tables import write_frames_csv, write_reps_csv


@dataclass(frozen=True, slots=True)
class SessionPaths:
    """Paths of the files of one session.

    `landmarks` is written only if the poses were kept, `partials` only if there are partial reps that were not counted.
    """

    reps: Path
    frames: Path
    summary: Path
    landmarks: Path
    partials: Path

    @classmethod
    def of(cls, out_dir: str | os.PathLike[str], stem: str) -> SessionPaths:
        """<out_dir>/<stem>.reps.csv, .frames.csv, .summary.json, .landmarks.npz and .partials.csv."""
        folder = Path(out_dir)
        return cls(
            folder / f"{stem}.reps.csv",
            folder / f"{stem}.frames.csv",
            folder / f"{stem}.summary.json",
            folder / f"{stem}.landmarks.npz",
            folder / f"{stem}.partials.csv",
        )


def write_session(
    session: Session,
    out_dir: str | os.PathLike[str],
    stem: str,
    *,
    landmarks: LandmarkColumns | None = None,
) -> SessionPaths:
    """Write all files of the session. The summary comes last: if it exists, the others are complete.

    Args:
        session: what to write.
        out_dir: the folder; it is created if it is missing.
        stem: how the files' names begin, usually the source's name without its ending.
        landmarks: the poses, if they are not in the session.

    Raises:
        OutputError: the folder cannot be created or written to.
    """
    paths = SessionPaths.of(prepare_out_dir(out_dir), stem)
    write_reps_csv(paths.reps, session.reps)
    if session.partials:
        write_reps_csv(paths.partials, session.partials)
    else:
        with suppress(OSError):
            paths.partials.unlink(missing_ok=True)
    write_frames_csv(paths.frames, session.frames)
    log = landmarks if session.landmarks is None else session.landmarks
    if log is not None:
        write_landmarks(paths.landmarks, log)
    write_summary(paths.summary, session)
    return paths
