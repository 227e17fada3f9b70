"""Short clips for tests of batch runs."""

from __future__ import annotations

from pathlib import Path

from fitness.media.writer import VideoWriter
from scripts.figure import Camera, Clip, Idle, Motion, Reps


def clips(folder: Path, count: int) -> Path:
    """Short recordings of the mannequin, and one file that is not a recording."""
    folder.mkdir()
    for i in range(count):
        motion = Motion(Reps(("squat", "push-up")[i % 2], 1, seconds=1.2, seed=i), Idle(0.2))
        camera = Clip(motion, fps=10, width=160, height=120).framed(Camera(yaw_deg=50.0))
        clip = Clip(motion, camera=camera, fps=10, width=160, height=120)
        with VideoWriter(folder / f"clip{i}.mp4", 160, 120, 10.0) as video:
            for frame in clip.frames():
                video.write(frame.image, frame.t)
    (folder / "bad.mp4").write_bytes(b"no video")
    return folder
