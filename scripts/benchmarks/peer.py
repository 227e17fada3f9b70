"""MediaPipe's side of the speed benchmark; runs in MediaPipe's own Python environment, as a script.

It imports only `frame_requests` beside it, the standard library, NumPy, OpenCV and `mediapipe` (Python 3.8 or newer).

    peer.py frames COMPLEXITY             answers requests (see `frame_requests`)
    peer.py start COMPLEXITY CLIP         answers when the first landmarks of a clip are found
    peer.py film COMPLEXITY CLIP OUT      writes a whole recording to OUT, with the skeleton drawn
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Run the mode that the arguments name."""
    task, complexity, *rest = sys.argv[1:]
    sys.path.insert(0, str(Path(__file__).parent))  # also where PYTHONSAFEPATH is set
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


def _frames(complexity: int, answers: Any) -> None:
    requests, mediapipe = _load("frame_requests"), _load("mediapipe")
    with mediapipe.solutions.pose.Pose(model_complexity=complexity) as pose:
        requests.answer(answers, ready=f"MediaPipe {mediapipe.__version__}")
        requests.answer_requests(requests.cpu_time_of(pose.process), answers)


def _start(complexity: int, clip: str, answers: Any) -> None:
    cv2, mediapipe = _load("cv2"), _load("mediapipe")
    capture = cv2.VideoCapture(clip)
    with mediapipe.solutions.pose.Pose(model_complexity=complexity) as pose:
        while True:
            there, frame = capture.read()
            if not there or pose.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)).pose_landmarks:
                break
    _load("frame_requests").answer(answers, found=there)


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
            there, frame = capture.read()
            if not there:
                break
            found = pose.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
            if found.pose_landmarks:
                connections = solutions.pose.POSE_CONNECTIONS
                solutions.drawing_utils.draw_landmarks(frame, found.pose_landmarks, connections)
            writer.write(frame)
            frames += 1
    writer.release()
    _load("frame_requests").answer(answers, frames=frames)


if __name__ == "__main__":
    main()
