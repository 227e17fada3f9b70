"""Counts recordings: the one place where tracker, recogniser, frame sampling, recorder and outputs are put together."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from fitness.media.source import VideoFile
from fitness.pipeline.frame_sampling import FrameSampler, filled, thinned
from fitness.pipeline.loop import Counter, Tracked, Tracker, counted, finished, notes_of, tracked
from fitness.pipeline.outputs import Outputs
from fitness.pipeline.prefetch import Prefetch
from fitness.session import LandmarkLog, Session, SessionRecorder, prepare_out_dir, write_session
from fitness.types import Frame, FrameResult

if TYPE_CHECKING:
    from fitness.pipeline.settings import Engine, Settings

_Begun: TypeAlias = "chain[Tracked] | tuple[Tracker, Iterator[Frame]]"
"""Tracking that runs already, or what it needs."""

_DEFAULT_FPS: Final = 30.0
"""Frame rate of the annotated video where the recording does not state one."""

_TIDY_FRAMES: Final = 300
"""Number of frames after which `Analyzer.tidy` is called."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """The result for one recording.

    session: the counts, up to the point where it was stopped.   interrupted: it was stopped with Ctrl-C.
    notes: notes for the user about the files that were written.
    """

    session: Session
    interrupted: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analyzer:
    """Counts recordings one after the other with the same settings.

    Use `Analyzer.of` for `Settings`; the fields are for callers with their own stages.

    tracker, counter: make a fresh stage for each recording.   model: name of the landmark model.
    noted: settings that are stored with a session; JSON values.
    stride: analyse every n-th frame; None skips frames if that cannot change a count.
    tidy: called every 300 frames and at the end, for example to return free memory to the system. None: not called.
    """

    tracker: Callable[[], Tracker]
    counter: Callable[[], Counter]
    model: str = ""
    noted: Mapping[str, Any] = field(default_factory=dict)
    stride: int | None = 1
    tidy: Callable[[], None] | None = None

    @classmethod
    def of(
        cls,
        settings: Settings,
        engine: Callable[[], Engine] | None = None,
        *,
        tidy: Callable[[], None] | None = None,
    ) -> Analyzer:
        """An analyzer for these settings. The networks are loaded here.

        The classifier is fitted for the first counter, so that tracking need not wait for it.

        Args:
            engine: loads the networks, on this thread; None: as `Engine(settings)`.   tidy: as the field.

        Raises:
            ModelError, SamplesError, OptionError: networks or samples cannot be loaded.
        """
        from fitness.pipeline import settings as assembly

        networks = assembly.Engine(settings) if engine is None else engine()
        fitted = cache(lambda: assembly.classifier(settings))
        if settings.samples is not None:  # a fault in the user's samples is reported before any work
            fitted()
        return cls(
            tracker=networks.tracker,
            counter=lambda: assembly.counter(settings, fitted()),
            model=settings.model,
            noted=assembly.noted(settings),
            stride=settings.stride,
            tidy=tidy,
        )

    # long: the order of one analysis
    def run(
        self,
        video: VideoFile,
        outputs: Outputs | None = None,
        on_frame: Callable[[FrameResult], None] | None = None,
        *,
        landmarks: bool = False,
        recorder: SessionRecorder | None = None,
    ) -> Analysis:
        """Count the reps in a recording.

        Reading, tracking and encoding run in separate threads; counting and drawing run in the caller's thread. Skipped
        frames are in the annotated video but not in the session. After Ctrl-C the counts so far are written and returned.
        In a command, signals come between two frames only (`fitness.stopping`).

        Args:
            outputs: the files to write, or None.   on_frame: called with each result.
            landmarks: return the session with its landmark log, 1.1 KB of memory per frame; the files always have it.
            recorder: an empty recorder that the caller also reads, such as a session of the store; it receives each
                result before `on_frame` is called. None: a new one.

        Raises:
            SourceError: no frame can be read.   OutputError: a file cannot be written.
            KeyboardInterrupt: Ctrl-C before the first frame was counted; nothing is written.
        """
        recorder, sampler = recorder or SessionRecorder(), FrameSampler(self.stride)
        interrupted = False
        notes: list[str] = []
        if outputs is not None:
            prepare_out_dir(outputs.folder)
        with contextlib.ExitStack() as stack:
            frames = stack.enter_context(Prefetch(video, name="read"))
            begun = self._begun(stack, frames, sampler)
            counter = self.counter()  # while the first frames are tracked
            annotate = _annotator(stack, video, outputs, notes)
            try:
                for result, analysed in self._results(stack, begun, counter, sampler):
                    if analysed:
                        recorder.add(result)
                    annotate(result)
                    if analysed:
                        self._after(result, recorder.frames, on_frame)
                    del result  # free the image's memory while waiting for the next frame
            except KeyboardInterrupt:
                if not recorder.frames:
                    raise
                interrupted = True
        self._tidy()
        recorder.finish(finished(counter))
        counter_notes = notes_of(counter)
        session = self._session(
            video, recorder, sampler, counter_notes, interrupted=interrupted, landmarks=landmarks
        )
        if outputs is not None:
            columns = recorder.columns(session.source, self.model)
            write_session(session, outputs.folder, outputs.stem, landmarks=columns)
        return Analysis(session, interrupted, tuple(notes))

    def _begun(self, stack: contextlib.ExitStack, frames: Iterator[Frame], sampler: FrameSampler) -> _Begun:
        """Start tracking where every frame is tracked, so that the counter is made meanwhile."""
        tracker = self.tracker()
        if sampler.all:
            followed = stack.enter_context(Prefetch(tracked(frames, tracker), name="track"))
            # Until the first frame is tracked, this thread leaves Python's lock to the others.
            return chain(list(islice(followed, 1)), followed)
        return tracker, frames

    def _results(
        self, stack: contextlib.ExitStack, begun: _Begun, counter: Counter, sampler: FrameSampler
    ) -> Iterator[tuple[FrameResult, bool]]:
        """A result for each frame, and whether it was analysed. Skipping couples counting with tracking."""
        if isinstance(begun, chain):
            return ((result, True) for result in counted(begun, counter))
        tracker, frames = begun
        sampled = thinned(frames, tracker, counter, sampler)
        return filled(stack.enter_context(Prefetch(sampled, name="track")))

    def _after(
        self, result: FrameResult, frames: int, on_frame: Callable[[FrameResult], None] | None
    ) -> None:
        if on_frame is not None:
            on_frame(result)
        if frames % _TIDY_FRAMES == 0:
            self._tidy()

    def _tidy(self) -> None:
        if self.tidy is not None:
            self.tidy()

    def _session(
        self,
        video: VideoFile,
        recorder: SessionRecorder,
        sampler: FrameSampler,
        notes: tuple[str, ...],
        *,
        interrupted: bool,
        landmarks: bool,
    ) -> Session:
        warnings = [*video.warnings, *notes]
        if interrupted:
            warnings.append("stopped before the end; counted so far")
        return recorder.session(
            replace(video.info, frames=recorder.frames),  # without frames that were read but not counted
            model=self.model,
            settings={**self.noted, "skipped_frames": sampler.skipped} if sampler.skipped else self.noted,
            warnings=warnings,
            landmarks=landmarks,
        )


def _annotator(
    stack: contextlib.ExitStack, video: VideoFile, outputs: Outputs | None, notes: list[str]
) -> Callable[[FrameResult], None]:
    """A function that adds a result to the annotated video; it does nothing if no video is wanted."""
    if outputs is None or not outputs.annotate:
        return lambda result: None
    from fitness.drawing.overlay import Overlay, OverlayOptions  # not where no video is drawn
    from fitness.media.writer import VideoWriter

    info, sound = video.info, video.sound() if outputs.with_sound else None
    writer = stack.enter_context(
        VideoWriter(outputs.annotated, info.width, info.height, info.fps or _DEFAULT_FPS, sound=sound)
    )
    found = (writer.note, None if sound is None else sound.note)
    notes += [note for note in found if note is not None]
    overlay = Overlay(OverlayOptions(privacy=outputs.privacy))
    return lambda result: writer.write(overlay.draw(result), result.frame.t)


def recount(
    log: LandmarkLog,
    counter: Counter,
    settings: Mapping[str, Any] | None = None,
    on_frame: Callable[[], None] | None = None,
) -> Session:
    """Count the reps in a landmark log; the same samples and settings give the same result bit for bit.

    Args:
        counter: a fresh one.   settings: stored with the session; JSON values.   on_frame: called after each frame.
    """
    recorder = SessionRecorder(keep_landmarks=False)
    for t, people in log.people():
        pose, classification, count = counter.step(people, t)
        recorder.add_counted(t, pose, classification, count)
        if on_frame is not None:
            on_frame()
    recorder.finish(finished(counter))
    return recorder.session(log.source, model=log.model, settings=settings, warnings=notes_of(counter))
