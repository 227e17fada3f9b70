"""Makes the documents' images from the output of `fitness demo`.

fitness demo --out DEMO
python scripts/make_pictures.py DEMO docs/pictures
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import cv2
import matplotlib
import numpy as np

from fitness.drawing import skeleton_only
from fitness.drawing.overlay import draw_skeleton
from fitness.drawing.privacy import private_picture
from fitness.media.source import VideoFile
from fitness.pipeline.settings import Engine, Settings
from fitness.session import read_reps_csv
from fitness.types import ImageArray

QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 88]


def turning_points(demo: Path, name: str) -> list[ImageArray]:
    """Frames of a video of the demo at the last rep of each exercise."""
    last = {rep.exercise: rep for rep in read_reps_csv(demo / "demo.reps.csv")}
    wanted = sorted(rep.t_peak for rep in last.values())
    pictures = []
    with VideoFile(demo / name) as frames:
        for frame in frames:
            if wanted and frame.t >= wanted[0]:
                pictures.append(frame.image)
                wanted.pop(0)
    return pictures


def save(path: Path, pictures: list[ImageArray]) -> None:
    """Side by side."""
    cv2.imwrite(str(path), np.hstack(pictures)[:, :, ::-1], QUALITY)


def phases(demo: Path, out: Path) -> None:
    """Plot class scores and phase over time, with every counted rep marked."""
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    with (demo / "demo.frames.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    t = [float(row["time_s"]) for row in rows]
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(10, 5), sharex=True)
    for name in rows[0]:
        if name.startswith("score_") or name.endswith(("_up", "_down")):
            upper.plot(t, [float(row[name] or "nan") for row in rows], label=name.removeprefix("score_"))
    upper.set_ylabel("class score, smoothed")
    upper.legend(loc="upper right", fontsize=8, ncols=2)
    lower.plot(t, [float(row["phase"] or "nan") for row in rows], color="#33658a")
    for rep in read_reps_csv(demo / "demo.reps.csv"):
        lower.axvline(rep.t_end, color="#2e9e6b", linewidth=1)
        lower.text(rep.t_end, 1.04, str(rep.number), ha="center", fontsize=8, color="#2e9e6b")
    lower.set_ylabel("phase (1 = bottom)")
    lower.set_xlabel("seconds; a green line is where a rep was counted")
    figure.tight_layout()
    figure.savefig(out / "phases.png", dpi=90)


def main(demo: Path, out: Path) -> None:
    """All of them."""
    out.mkdir(parents=True, exist_ok=True)
    save(out / "demo.jpg", turning_points(demo, "demo.annotated.mp4"))
    phases(demo, out)
    picture, _ = turning_points(demo, "demo.mp4")
    pose = Engine(Settings()).tracker(static=True).estimate(picture)
    assert pose is not None
    drawn = picture.copy()
    draw_skeleton(drawn, pose)
    save(out / "landmarks.jpg", [picture, drawn, skeleton_only(picture.shape[1], picture.shape[0], pose)])
    private = [private_picture(picture, pose, privacy) for privacy in ("face", "person", "skeleton")]
    for image in private:
        draw_skeleton(image, pose)
    save(out / "privacy.jpg", private)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
