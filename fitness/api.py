"""Count a recording in one line of Python: `fitness.analyze(path)`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fitness.media.source import VideoFile
from fitness.pipeline.analyzer import Analyzer
from fitness.pipeline.outputs import Outputs
from fitness.session import Session
from fitness.session.own_files import free_stems

if TYPE_CHECKING:
    from fitness.pipeline.settings import Settings


def analyze(
    path: str | os.PathLike[str],
    *,
    exercise: str = "auto",
    model: str = "full",
    out: str | os.PathLike[str] | None = None,
    annotate: bool = False,
    start: float | None = None,
    end: float | None = None,
    settings: Settings | None = None,
) -> Session:
    """Count the reps in one recording.

    Args:
        path: a video file.
        exercise: the exercise to count; "auto" recognises it.   model: "lite", "full" or "heavy".
        out: folder for the files that `fitness analyze --out` writes, or None.
        annotate: with `out`, write the annotated video too.
        start, end: part of the recording, seconds.
        settings: all settings, instead of `exercise` and `model`.

    Returns:
        The counted session: see `session.reps`, `session.totals`, `session.to_frame()`.

    Raises:
        SourceError: the recording cannot be read.
        ModelError: the weights are missing and cannot be downloaded.
        OptionError: a value is not allowed, or `settings` is given together with `exercise` or `model`.
        OutputError: `out` cannot be written.
        KeyboardInterrupt: Ctrl-C.
    """
    from fitness.errors import OptionError
    from fitness.pipeline.settings import Settings

    if settings is None:
        settings = Settings(model=model).with_exercise(exercise)
    elif (exercise, model) != ("auto", "full"):
        raise OptionError("option settings must not be given together with exercise or model")
    outputs = None
    if out is not None:
        outputs = Outputs(Path(out), free_stems([Path(path)], Path(out))[0][0], annotate)
    with VideoFile(path, start, end) as video:
        analysis = Analyzer.of(settings).run(video, outputs, landmarks=True)
    if analysis.interrupted:
        raise KeyboardInterrupt
    return analysis.session
