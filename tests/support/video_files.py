"""Short video files for tests."""

from __future__ import annotations

from pathlib import Path

from fitness.media.writer import VideoWriter
from scripts.figure import Clip, Motion, Reps


def write_clip(path: Path) -> Path:
    """A squat of the rendered figure, two seconds."""
    clip = Clip(Motion(Reps("squat", 1, seconds=2.0)), fps=10, width=192, height=192, supersample=1)
    with VideoWriter(path, clip.width, clip.height, clip.fps) as writer:
        for frame in clip.frames():
            writer.write(frame.image, frame.t)
    return path
