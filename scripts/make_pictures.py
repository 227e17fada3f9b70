"""Makes the pictures of the documents from the program's own output.

fitness demo --out DEMO
python scripts/make_pictures.py DEMO docs/pictures
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from fitness.media.source import VideoFile
from fitness.session import read_reps_csv


def main(demo: Path, out: Path) -> None:
    """A squat and a push-up at their turning points, side by side."""
    reps = read_reps_csv(demo / "demo.reps.csv")
    last = {rep.exercise: rep for rep in reps}
    wanted = sorted(rep.t_peak for rep in last.values())
    pictures = []
    with VideoFile(demo / "demo.annotated.mp4") as frames:
        for frame in frames:
            if wanted and frame.t >= wanted[0]:
                pictures.append(frame.image)
                wanted.pop(0)
    out.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(out / "demo.jpg"), np.hstack(pictures)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
