"""Makes landmark logs of a benchmark's recordings, and keeps them for later runs if a folder is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from fitness.errors import OptionError, SourceError
from fitness.media.source import VideoFile
from fitness.session import LandmarkLog, read_landmarks, write_landmarks
from fitness.types import Frame, Pose


class FrameTracker(Protocol):
    """Finds the people in each frame of one recording, in order of time."""

    def people(self, frame: Frame) -> Sequence[Pose]: ...


class RateLimit:
    """Selects the frames that a camera with at most `rate_hz` fps would have delivered; all frames for None.

    Raises:
        OptionError: the rate is not above 0.
    """

    def __init__(self, rate_hz: float | None) -> None:
        if rate_hz is not None and not rate_hz > 0:
            raise OptionError(f"rate must be greater than 0 fps, got {rate_hz}")
        self._rate_hz = rate_hz
        self._due: float | None = None

    def keeps(self, t: float) -> bool:
        """Whether the frame at `t` seconds is delivered. Call it once for each frame, in order of time."""
        if self._rate_hz is None:
            return True
        due = t if self._due is None else self._due
        if t < due - 1e-6:
            return False
        self._due = max(due, t - 1 / self._rate_hz) + 1 / self._rate_hz
        return True


def at_rate(frames: Iterable[Frame], rate_hz: float | None) -> Iterator[Frame]:
    """The frames that a camera with at most `rate_hz` fps would have delivered; all frames for None."""
    limit = RateLimit(rate_hz)
    return (frame for frame in frames if limit.keeps(frame.t))


def kept_log(video: str, kept_in: Path | None, model: str) -> LandmarkLog | None:
    """The log of a recording that is kept in a folder, or None. OptionError if another model made it."""
    kept = None if kept_in is None else kept_in / f"{Path(video).stem}.landmarks.npz"
    if kept is None or not kept.exists():
        return None
    log = read_landmarks(kept)
    if log.model != model:
        raise OptionError(f"{kept} was made with model {log.model}, not {model}; give another folder")
    return log


def landmarks_of(
    video: Path, tracker: Callable[[], FrameTracker], *, model: str, kept_in: Path | None = None
) -> LandmarkLog:
    """The landmark log of one recording, read from `kept_in` if it is there, else made (and kept there).

    Kept logs belong to one model; use a separate folder for each.
    """
    if (log := kept_log(video.name, kept_in, model)) is not None:
        return log
    if not video.is_file():
        raise SourceError(f"{video}: no such recording, and no kept landmark log of it")
    stepper = tracker()
    rows: list[tuple[float, Pose | None]] = []
    others: list[tuple[int, Pose]] = []
    with VideoFile(video) as frames:
        for frame in frames:
            people = stepper.people(frame)
            others.extend((len(rows), other) for other in people[1:])
            rows.append((frame.t, people[0] if people else None))
        log = LandmarkLog.of(frames.info, model, rows, others)
    if kept_in is not None:
        kept_in.mkdir(parents=True, exist_ok=True)
        write_landmarks(kept_in / f"{video.stem}.landmarks.npz", log)
    return log
