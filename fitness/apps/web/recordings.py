"""Uploaded videos: counted one at a time in the background, their results kept in the private folder until dropped."""

from __future__ import annotations

import re
import secrets
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from fitness.apps.web.decoding import LARGE_PIXELS, decoder
from fitness.apps.web.inference import TurnTracker
from fitness.apps.web.parts import Parts, now
from fitness.apps.web.uploads import Arrivals
from fitness.errors import FitnessError, OptionError, SourceError
from fitness.media.source import VideoFile
from fitness.pipeline.analyzer import Analysis, Analyzer
from fitness.pipeline.outputs import Outputs
from fitness.session import read_landmarks, summary
from fitness.session.store import Store
from fitness.types import FrameResult, JsonDict

FILES: Final = {
    "video": ("recording.annotated.mp4", "video/mp4"),
    "reps": ("recording.reps.csv", "text/csv; charset=utf-8"),
    "frames": ("recording.frames.csv", "text/csv; charset=utf-8"),
    "summary": ("recording.summary.json", "application/json"),
    "landmarks": ("recording.landmarks.npz", "application/octet-stream"),
}
"""Files of a recording that can be downloaded: name in the address -> file in its folder and its media type."""

_MOST_POINTS: Final = 4000
_SHOWN_PIXELS: Final = LARGE_PIXELS
"""Frames with more pixels are reduced to this number. The browser shows no more, and 4K takes a quarter of the memory."""

_MOST_FPS: Final = 240
"""Highest plausible fps, of slow motion. Files that declare more frames than this allows are refused."""


class _StoppedError(Exception):
    """The user deleted the recording while it was being counted."""


@dataclass
class Recording:
    """One upload.   state: waiting, running, done or failed.   done, total: frames.   folder: private, random name."""

    id: str
    title: str
    folder: Path
    exercise: str
    model: str
    state: str = "waiting"
    done: int = 0
    total: int = 0
    error: str | None = None
    analysis: Analysis | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def to_json(self) -> JsonDict:
        """The recording's state for the page, as JSON values."""
        document: JsonDict = {
            "id": self.id, "title": self.title, "exercise": self.exercise, "model": self.model,
            "state": self.state, "done": self.done, "total": self.total, "error": self.error,
        }  # fmt: skip
        if self.analysis is not None:
            document["summary"] = summary(self.analysis.session)
            document["notes"] = [*self.analysis.session.warnings, *self.analysis.notes]
            document["files"] = [name for name, (file, _) in FILES.items() if (self.folder / file).is_file()]
        return document


class Recordings:
    """All uploads of a server.

    Args:
        folder: private temporary folder; uploads are stored below it under random names.
    """

    def __init__(self, parts: Parts, folder: Path, arrivals: Arrivals) -> None:
        self._parts = parts
        self._folder, self._arrivals = folder, arrivals
        self._all: dict[str, Recording] = {}
        self._large = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="recordings")

    def get(self, recording_id: str) -> Recording:
        """OptionError if there is none with that number."""
        if recording_id not in self._all:
            raise OptionError("no such recording; it may have been deleted")
        return self._all[recording_id]

    def all(self) -> list[Recording]:
        """Oldest first."""
        return list(self._all.values())

    async def take(self, body: AsyncIterator[bytes], title: str, exercise: str, model: str) -> Recording:
        """Store an upload and queue it.

        Raises:
            OptionError: a choice is not allowed, there are too many recordings, or it is too large.
        """
        if exercise not in self._parts.exercises.names:
            raise OptionError(f"exercise must be one of {', '.join(self._parts.exercises.names)}")
        if model not in self._parts.services.models:
            raise OptionError(f"model must be one of {', '.join(self._parts.services.models)}")
        self._check_room()
        name = secrets.token_hex(16)
        folder = self._folder / name
        one = Recording(name, shown_title(title), folder, exercise, model)
        try:
            folder.mkdir(mode=0o700)
            await self._arrivals.store(body, folder / "upload", self._parts.limits.video_bytes, "video")
            self._check_room()  # other uploads may have finished meanwhile; incomplete ones do not count
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._all[name] = one
        self._pool.submit(self._count, one)
        return one

    def _check_room(self) -> None:
        if len(self._all) >= self._parts.limits.recordings:
            raise OptionError(f"{self._parts.limits.recordings} recordings are possible; delete one first")

    def _count(self, one: Recording) -> None:
        one.state = "running"
        try:
            with self.opened(one.folder / "upload") as video:
                one.total = video.expected_frames
                outputs = Outputs(one.folder, "recording", privacy=self._parts.services.privacy)
                one.analysis = self._analyzer(one).run(
                    video, outputs, lambda result: self._progress(one, result)
                )
            self._keep(one)
            one.state = "done"
        except _StoppedError:
            one.state, one.error = "failed", "stopped"
        except FitnessError as error:
            one.state = "failed"
            one.error = (
                str(error).replace(str(one.folder / "upload"), one.title).replace("upload:", one.title + ":")
            )
        except Exception as error:
            one.state, one.error = "failed", f"unexpected {type(error).__name__}; see the server's log"
            raise
        finally:
            (one.folder / "upload").unlink(missing_ok=True)
            if one.state != "done":  # nobody can download these files
                shutil.rmtree(one.folder, ignore_errors=True)

    def _analyzer(self, one: Recording) -> Analyzer:
        """An analyzer for the recording's model and exercise; its frames take turns with the live sessions."""
        services = self._parts.services
        return Analyzer(
            tracker=lambda: TurnTracker(self._parts.inference, lambda: services.tracker(one.model, False)),
            counter=lambda: self._parts.exercises.recogniser(one.exercise),
            model=one.model,
            noted=services.noted(one.model, one.exercise),
            tidy=services.tidy,
        )

    @contextmanager
    def opened(self, path: Path) -> Iterator[VideoFile]:
        """An uploaded video; it was opened in the decoder's process first.

        Videos above `_SHOWN_PIXELS` take turns: each decoder holds up to 17 of their frames.

        Raises:
            SourceError: it cannot be read, or is longer or larger than the limits allow.
        """
        limits = self._parts.limits
        samples = round(limits.video_s * _MOST_FPS)
        large = decoder().video_pixels(path, limits.video_pixels, samples) > _SHOWN_PIXELS
        with self._large if large else nullcontext():
            video = VideoFile(
                path, max_pixels=limits.video_pixels, max_samples=samples, shrink_to=_SHOWN_PIXELS
            )
            try:
                if video.info.duration_s > limits.video_s:
                    raise SourceError(
                        f"the video is longer than {limits.video_s / 60:.0f} minutes; cut it first"
                    )
                yield video
            finally:
                video.close()
                if large and self._parts.services.tidy is not None:
                    self._parts.services.tidy()  # release the memory before the next large video

    def _progress(self, one: Recording, result: FrameResult) -> None:
        one.done += 1
        if one.stop.is_set():
            raise _StoppedError
        if result.frame.t > self._parts.limits.video_s:  # the header states no length
            raise SourceError(
                f"the video is longer than {self._parts.limits.video_s / 60:.0f} minutes; cut it first"
            )

    def _keep(self, one: Recording) -> None:
        """Add the session to the store, if there is one. If the store fails, the results are still kept."""
        if self._parts.services.store is None or one.analysis is None:
            return
        try:
            log = read_landmarks(one.folder / FILES["landmarks"][0])
            source = replace(one.analysis.session.source, name=one.title)  # its file name is random
            session = replace(one.analysis.session, landmarks=log, source=source)
            with Store.open(self._parts.services.store) as store:
                store.add(session, started_at=now())
        except FitnessError as error:
            one.error = f"counted, but not added to the history: {error}"

    def file(self, recording_id: str, kind: str) -> tuple[Path, str, str]:
        """(path, media type, file name for the download) of a result. OptionError if there is none."""
        one = self.get(recording_id)
        if kind not in FILES:
            raise OptionError(f"file must be one of {', '.join(FILES)}")
        name, media = FILES[kind]
        path = one.folder / name
        if one.state != "done" or not path.is_file():
            raise OptionError("this file does not exist, or not yet")
        return path, media, f"{one.title}.{name.partition('.')[2]}"

    def series(self, recording_id: str) -> JsonDict:
        """The data of the chart: times, phase and class scores (null: unknown), at most 4000 points, and all reps."""
        one = self.get(recording_id)
        if one.analysis is None:
            raise OptionError("this recording is not counted yet")
        table = one.analysis.session.frames
        step = max(1, -(-len(table) // _MOST_POINTS))
        return {
            "t": [round(float(v), 3) for v in table.t[::step]],
            "phase": _numbers(table.phase[::step]),
            "count": [int(v) for v in table.count[::step]],
            "scores": {
                name: _numbers(table.scores[::step, i])
                for i, name in enumerate(table.classes)
            },
            "reps": [
                {
                    "exercise": rep.exercise, "set": rep.set, "number": rep.number, "t_start": rep.t_start,
                    "t_peak": rep.t_peak, "t_end": rep.t_end, "duration_s": round(rep.duration, 3),
                    "confidence": round(rep.confidence, 3),
                }
                for rep in one.analysis.session.reps
            ],
        }  # fmt: skip

    def drop(self, recording_id: str) -> None:
        """Stop counting it, and delete all its files."""
        one = self.get(recording_id)
        one.stop.set()
        del self._all[recording_id]
        # Delete after counting, in the same thread, when no code writes there any more.
        self._pool.submit(shutil.rmtree, one.folder, True)

    def close(self) -> None:
        """Stop counting."""
        for one in self._all.values():
            one.stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


def shown_title(name: str) -> str:
    """A file's name as a title: no folders, control characters or ending, at most 80 characters. Not a path."""
    last = re.split(r"[\\/]", name)[-1]
    clean = "".join(c for c in last if c.isprintable() and c not in '"<>|:*?').strip(". ")
    return re.sub(r"\.\w{1,5}$", "", clean)[:80] or "recording"


def _numbers(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float | None]:
    return [round(float(v), 3) if np.isfinite(v) else None for v in values]
