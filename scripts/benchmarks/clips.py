"""Makes landmark logs of a benchmark's recordings, and keeps them for later runs if a folder is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from fitness.engine.tracking.tracker import PoseTracker
from fitness.errors import OptionError
from fitness.media.source import VideoFile
from fitness.session import LandmarkLog, read_landmarks, write_landmarks
from fitness.types import Frame, Pose


def at_rate(frames: Iterable[Frame], rate_hz: float | None) -> Iterator[Frame]:
    """The frames that a camera with at most `rate_hz` fps would have delivered; all frames for None."""
    if rate_hz is None:
        yield from frames
        return
    if not rate_hz > 0:
        raise OptionError(f"rate must be greater than 0 fps, got {rate_hz}")
    due = float("-inf")
    for frame in frames:
        if frame.t >= due - 1e-6:
            due = max(due, frame.t - 1 / rate_hz) + 1 / rate_hz
            yield frame


def landmarks_of(
    video: Path,
    tracker: Callable[[], PoseTracker],
    *,
    model: str,
    rate_hz: float | None = None,
    kept_in: Path | None = None,
) -> LandmarkLog:
    """The landmark log of one recording, read from `kept_in` if it is there, else made (and kept there).

    Kept logs belong to one model and one rate; use a separate folder for each combination.
    """
    kept = None if kept_in is None else kept_in / f"{video.stem}.landmarks.npz"
    if kept is not None and kept.exists():
        log = read_landmarks(kept)
        if log.model != model:
            raise OptionError(f"{kept} was made with model {log.model}, not {model}; give another folder")
        return log
    stepper = tracker()
    rows: list[tuple[float, Pose | None]] = []
    others: list[tuple[int, Pose]] = []
    with VideoFile(video) as frames:
        for frame in at_rate(frames, rate_hz):
            people = stepper.people(frame)
            others.extend((len(rows), other) for other in people[1:])
            rows.append((frame.t, people[0] if people else None))
        log = LandmarkLog.of(frames.info, model, rows, others)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_landmarks(kept, log)
    return log
