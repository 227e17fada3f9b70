"""One recording -> a session, and the files that are kept of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fitness.drawing.overlay import Overlay, OverlayOptions, Privacy
from fitness.media.info import SourceInfo
from fitness.media.source import VideoFile
from fitness.media.writer import VideoWriter
from fitness.pipeline.frame_sampling import FrameSampler, filled, thinned
from fitness.pipeline.loop import Counter, Tracker, counted, tracked
from fitness.pipeline.prefetch import Prefetch
from fitness.session import Session, SessionRecorder, prepare_out_dir, write_session
from fitness.types import Frame, FrameResult, Pose

_DEFAULT_FPS = 30.0
_TIDY_FRAMES = 300
"""After so many frames memory that is free is given back to the system."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write, and what.

    folder: made if missing.   stem: how the files' names begin.   annotate: write the annotated video too.
    privacy: how the person is shown in it.
    """

    folder: Path
    stem: str
    annotate: bool = True
    privacy: Privacy = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What came of one recording.

    session: what was counted, up to the point where it was stopped.   interrupted: it was stopped with Ctrl-C.
    notes: what the user should know about the files that were written.
    """

    session: Session
    interrupted: bool = False
    notes: tuple[str, ...] = ()


def analyse(
    video: VideoFile,
    tracker: Tracker,
    recogniser: Counter,
    *,
    model: str = "",
    settings: Mapping[str, Any] | None = None,
    outputs: Outputs | None = None,
    on_frame: Callable[[FrameResult], None] | None = None,
    stride: FrameSampler | None = None,
    landmarks: bool = True,
    tidy: Callable[[], None] | None = None,
) -> Analysis:
    """Count a recording from its first frame to its last and write what `outputs` asks for.

    Reading, tracking and encoding run in threads of their own; counting and drawing in the caller's.
    stride: which frames to look at, None for all. Skipped ones are in the annotated video, but not in the session.
    landmarks: with their log in the session that is returned, 1.1 KB of memory a frame; the files have it in any case.

    tidy: called every `_TIDY_FRAMES` frames and at the end; a command returns free memory to the system there.

    Ctrl-C ends the recording where it is: what was counted so far is written and returned.
    Raises SourceError when no frame can be had, OutputError when a file cannot be written.
    """
    recorder = SessionRecorder()
    interrupted = False
    notes: list[str] = []
    if outputs is not None:
        prepare_out_dir(outputs.folder)
    with contextlib.ExitStack() as stack:
        annotate = _annotator(stack, video.info, outputs, notes)
        try:
            frames = stack.enter_context(Prefetch(video, name="read"))
            for result, looked_at in _looked(stack, frames, tracker, recogniser, stride):
                if looked_at:
                    recorder.add(result)
                annotate(result)
                if looked_at and on_frame is not None:
                    on_frame(result)
                del result  # its picture is not held while the next one is awaited
                if looked_at and recorder.frames % _TIDY_FRAMES == 0 and tidy is not None:
                    tidy()
        except KeyboardInterrupt:
            interrupted = True
    if tidy is not None:
        tidy()
    warnings = list(video.warnings)
    if interrupted:
        warnings.append("stopped before the end; counted so far")
    info = replace(video.info, frames=recorder.frames)  # a frame that was read but not counted is not in it
    if stride is not None and stride.skipped:
        settings = {**(settings or {}), "skipped_frames": stride.skipped}
    session = recorder.session(info, model=model, settings=settings, warnings=warnings, landmarks=landmarks)
    if outputs is not None:
        write_session(session, outputs.folder, outputs.stem, landmarks=recorder.columns(info, model))
    return Analysis(session, interrupted, tuple(notes))


def _looked(
    stack: contextlib.ExitStack,
    frames: Iterator[Frame],
    tracker: Tracker,
    recogniser: Counter,
    stride: FrameSampler | None,
) -> Iterator[tuple[FrameResult, bool]]:
    """A result for each frame, and whether it was looked at. Where frames are skipped, counting goes with tracking."""
    if stride is None or stride.all:
        followed = stack.enter_context(Prefetch(tracked(frames, tracker), name="track"))
        return map(lambda result: (result, True), counted(followed, recogniser))
    looked = thinned(frames, tracker, recogniser, stride)
    return filled(stack.enter_context(Prefetch(looked, name="track")))


def _annotator(
    stack: contextlib.ExitStack, info: SourceInfo, outputs: Outputs | None, notes: list[str]
) -> Callable[[FrameResult], None]:
    """What to do with each result for the annotated video: nothing if none is wanted."""
    if outputs is None or not outputs.annotate:
        return lambda result: None
    path = outputs.folder / f"{outputs.stem}.annotated.mp4"
    writer = stack.enter_context(VideoWriter(path, info.width, info.height, info.fps or _DEFAULT_FPS))
    if writer.note is not None:
        notes.append(writer.note)
    overlay = Overlay(OverlayOptions(privacy=outputs.privacy))
    return lambda result: writer.write(overlay.draw(result), result.frame.t)


def recount(
    people: Iterator[tuple[float, tuple[Pose, ...]]],
    recogniser: Counter,
    source: SourceInfo,
    *,
    model: str = "",
    settings: Mapping[str, Any] | None = None,
) -> Session:
    """Count the people of a log again; the same samples and settings give the same counts to the bit."""
    recorder = SessionRecorder(keep_landmarks=False)
    for t, present in people:
        pose, classification, count = recogniser.step(present, t)
        recorder.add_counted(t, pose, classification, count)
    return recorder.session(source, model=model, settings=settings)


def stems(paths: Sequence[Path]) -> list[str]:
    """A name for the outputs of each file: its own without ending, made different where several would be the same."""
    taken: set[str] = set()
    names = []
    for path in paths:
        name = path.stem
        if name in taken:
            name = path.name
        number = 2
        while name in taken:
            name = f"{path.name}-{number}"
            number += 1
        taken.add(name)
        names.append(name)
    return names
