"""Renders the short clip that `fitness demo` counts, with its true counts: fitness/apps/cli/demo/clip.mp4 and truth.json.

    python scripts/make_demo.py

The figure does five squats and four push-ups; every run gives the same clip. It ships with the program, so it is
compressed as far as its counts stay right (quality 26 of x264; at 34 they still do).
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

import av

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from fitness.media.writer import VideoWriter
from scripts.figure import Camera, Clip, Idle, Motion, Reps

FOLDER = ROOT / "fitness" / "apps" / "cli" / "demo"
WIDTH, HEIGHT, FPS = 480, 360, 24.0
YAW_DEG = 50.0


def workout(fps: float = FPS, squats: int = 5, push_ups: int = 4, yaw_deg: float = YAW_DEG) -> Clip:
    """The rendered workout: squats, then push-ups, with natural differences in tempo and depth."""
    motion = Motion(
        Idle(1.0),
        Reps("squat", squats, seconds=2.2, tempo_spread=0.15, depth_spread=0.1, seed=1),
        Idle(0.8),
        Reps("push-up", push_ups, seconds=1.9, tempo_spread=0.15, depth_spread=0.1, seed=2),
    )
    framed = Clip(motion, fps=fps, width=WIDTH, height=HEIGHT).framed(Camera(yaw_deg=yaw_deg))
    return Clip(motion, camera=framed, fps=fps, width=WIDTH, height=HEIGHT)


def render(clip: Clip, path: Path) -> None:
    """Write the frames of `clip` as a video file."""
    with VideoWriter(path, clip.width, clip.height, clip.fps) as writer:
        for frame in clip.frames():
            writer.write(frame.image, frame.t)


def render_small(clip: Clip, path: Path) -> None:
    """Write the frames of `clip` as small as x264 can, for the file that ships."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as target:
        stream = target.add_stream(
            "libx264", rate=round(FPS), options={"crf": "26", "preset": "veryslow", "threads": "1"}
        )
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
        for number, frame in enumerate(clip.frames()):
            picture = av.VideoFrame.from_ndarray(frame.image, format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, round(FPS))
            target.mux(stream.encode(picture))
        target.mux(stream.encode())


def main() -> None:
    """Render the clip and write its truth beside it."""
    FOLDER.mkdir(exist_ok=True)
    clip = workout()
    render_small(clip, FOLDER / "clip.mp4")
    text = json.dumps({"counts": dict(clip.truth.counts), "fps": FPS}, indent=1)
    (FOLDER / "truth.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
