"""The page's dependencies on the rest of the program, passed in so that tests can replace them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fitness.drawing.overlay import Privacy
from fitness.options import bounded, check_options
from fitness.pipeline.loop import Counter, Tracker
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.samples import PoseSamples


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The stages of the pipeline, and the paths of stored data.

    tracker: (model, static) -> a fresh tracker; loads the model at its first use. It is called in the inference thread.
    recogniser: (exercise, classifier, ids for its reps or None) -> a recogniser that has counted nothing.
    samples: the pose samples that come with the program, or the user's.
    noted: (model, exercise) -> settings that are stored with a session; JSON values.
    models, exercises: names that the user may choose; the first one is the default.
    store: the session store, or None to store nothing.   taught: folder of the exercises taught on the page.
    privacy: how people are hidden, on the page and in its videos.
    tidy: as in `pipeline.analyzer.Analyzer`; the command uses it to return unused memory to the system.
    """

    tracker: Callable[[str, bool], Tracker]
    recogniser: Callable[[str, KnnPoseClassifier, Iterator[int] | None], Counter]
    samples: PoseSamples
    noted: Callable[[str, str], Mapping[str, Any]]
    models: tuple[str, ...]
    exercises: tuple[str, ...]
    store: Path | None
    taught: Path
    privacy: Privacy = "none"
    tidy: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one client; requests beyond them are refused with a message.

    clients: live cameras at the same time.   sessions: live sessions in memory, including those that wait for their
        browser.
    keep_s: time for which a live session waits for its browser to come back, seconds.
    silence_s: a live connection that sends nothing for this time is closed, seconds (the page pings every 5).
    frame_bytes, frame_pixels: of one live frame.   picture_bytes, picture_pixels: of one still picture.
    video_bytes, video_s, video_pixels: of one recording; bytes, seconds, pixels a frame.
    recordings: at the same time.   samples: pictures that teach one class.
    uploads: in progress at the same time.   upload_silence_s: an upload that sends nothing for this time is aborted,
        seconds.

    Raises:
        OptionError: a limit is not above 0.
    """

    clients: int = bounded(16, above=0, whole=True)
    sessions: int = bounded(64, above=0, whole=True)
    keep_s: float = bounded(600.0, above=0)
    silence_s: float = bounded(20.0, above=0)
    frame_bytes: int = bounded(2_000_000, above=0, whole=True)
    frame_pixels: int = bounded(2_100_000, above=0, whole=True)
    picture_bytes: int = bounded(20_000_000, above=0, whole=True)
    picture_pixels: int = bounded(50_000_000, above=0, whole=True)
    video_bytes: int = bounded(500_000_000, above=0, whole=True)
    video_s: float = bounded(1800.0, above=0)
    video_pixels: int = bounded(8_300_000, above=0, whole=True)
    recordings: int = bounded(10, above=0, whole=True)
    samples: int = bounded(200, above=0, whole=True)
    uploads: int = bounded(8, above=0, whole=True)
    upload_silence_s: float = bounded(10.0, above=0)

    def __post_init__(self) -> None:
        check_options(self)
