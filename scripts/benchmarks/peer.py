"""MediaPipe's side of the speed benchmark; runs in MediaPipe's own Python environment, as a script.

It imports nothing of this program. It needs only the standard library, NumPy, OpenCV and `mediapipe` (Python 3.8 or
newer). Requests come in as JSON lines, results go out as JSON lines.

    peer.py frames COMPLEXITY             {"file": ..., "shape": [n, h, w, 3]} -> {"cpu_ms": [...]}, frame by frame
    peer.py start COMPLEXITY CLIP         from the start of the process to the first landmarks
    peer.py film COMPLEXITY CLIP OUT      a whole recording, with the skeleton drawn, into OUT
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from typing import Any


def main() -> None:
    """Run the mode that the arguments name."""
    task, complexity, *rest = sys.argv[1:]
    # MediaPipe's native code prints notices to standard output, so answers use a copy of the original one.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if task == "frames":
        _frames(int(complexity), answers)
    elif task == "start":
        _start(int(complexity), rest[0], answers)
    else:
        _film(int(complexity), rest[0], rest[1], answers)


def _load(name: str) -> Any:
    """Import a package that may be missing in the environment where this file is type-checked."""
    return importlib.import_module(name)


def _answer(answers: Any, **values: Any) -> None:
    answers.write(json.dumps(values) + "\n")
    answers.flush()


def _frames(complexity: int, answers: Any) -> None:
    import numpy as np

    mediapipe = _load("mediapipe")
    with mediapipe.solutions.pose.Pose(model_complexity=complexity) as pose:
        _answer(answers, ready=f"MediaPipe {mediapipe.__version__}")
        for line in sys.stdin:
            request = json.loads(line)
            pictures = np.memmap(request["file"], np.uint8, "r", shape=tuple(request["shape"]))
            times = []
            for picture in pictures:
                image = np.array(picture)
                started = time.process_time()
                pose.process(image)
                times.append((time.process_time() - started) * 1e3)
            _answer(answers, cpu_ms=times)


def _start(complexity: int, clip: str, answers: Any) -> None:
    cv2, mediapipe = _load("cv2"), _load("mediapipe")
    capture = cv2.VideoCapture(clip)
    with mediapipe.solutions.pose.Pose(model_complexity=complexity) as pose:
        while True:
            there, picture = capture.read()
            if not there or pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).pose_landmarks:
                break
    _answer(answers, found=there)


def _film(complexity: int, clip: str, out: str, answers: Any) -> None:
    """The loop of MediaPipe's own example."""
    cv2, mediapipe = _load("cv2"), _load("mediapipe")
    solutions = mediapipe.solutions
    capture = cv2.VideoCapture(clip)
    size = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    code = cv2.VideoWriter_fourcc(*"mp4v")
    writer = cv2.VideoWriter(out, code, capture.get(cv2.CAP_PROP_FPS), size)
    frames = 0
    with solutions.pose.Pose(model_complexity=complexity) as pose:
        while True:
            there, picture = capture.read()
            if not there:
                break
            found = pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            if found.pose_landmarks:
                connections = solutions.pose.POSE_CONNECTIONS
                solutions.drawing_utils.draw_landmarks(picture, found.pose_landmarks, connections)
            writer.write(picture)
            frames += 1
    writer.release()
    _answer(answers, frames=frames)


if __name__ == "__main__":
    main()
