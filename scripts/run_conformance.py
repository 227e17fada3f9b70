"""Compares the facade with MediaPipe; called by `scripts/conformance`.

    python scripts/run_conformance.py --peer PYTHON [--video FILE]... [--frames 120]

`PYTHON` is the Python of an environment with mediapipe==0.10.14. The same cases run in both environments, each in its
own process. Videos are decoded once, so that both get the same pixels.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data" / "mediapipe"
FACADE, MEDIAPIPE = "fitness.mediapipe_api", "mediapipe"


def main() -> None:
    """Print the tables; exit with 1 when the facade fails a case."""
    parser = argparse.ArgumentParser(description="Compare the facade with MediaPipe.")
    parser.add_argument("--peer", help="Python of an environment with mediapipe==0.10.14")
    parser.add_argument("--video", action="append", default=[], type=Path, help="a recording to compare, too")
    parser.add_argument("--frames", type=int, default=120, help="of each recording, from the start")
    parser.add_argument("--run", nargs=3, metavar=("MODULE", "FOLDER", "OUT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        run(arguments.run[0], Path(arguments.run[1]), Path(arguments.run[2]))
        return
    if not arguments.peer:
        parser.error("--peer is needed; scripts/conformance gives it")
    with tempfile.TemporaryDirectory() as folder:
        answers = compare(arguments.peer, Path(folder), arguments.video, arguments.frames)
    print_cases(answers)
    print_streams(answers)
    sys.exit(any(answers[FACADE]["cases"].values()))


def compare(peer: str, folder: Path, videos: list[Path], frames: int) -> dict[str, dict[str, Any]]:
    """Module -> its results."""
    for video in videos:
        np.save(folder / f"{video.stem}.npy", decoded(video, frames))
    bundle = [peer, "scripts/make_mediapipe_goldens.py", "bundle", str(folder / "lite.task")]
    subprocess.run(bundle, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    answers = {}
    for python, module in ((sys.executable, FACADE), (peer, MEDIAPIPE)):
        out = folder / f"{module}.json"
        subprocess.run(
            [python, __file__, "--run", module, str(folder), str(out)], cwd=ROOT, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        answers[module] = json.loads(out.read_text("utf-8"))
    return answers


def decoded(video: Path, count: int) -> np.ndarray:
    """(N, H, W, 3) uint8 RGB."""
    import cv2

    capture, frames = cv2.VideoCapture(str(video)), []
    while len(frames) < count:
        read, frame = capture.read()
        if not read:
            break
        frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    if not frames:
        sys.exit(f"error: no frame of {video} can be read")
    return np.stack(frames)


def run(name: str, folder: Path, out: Path) -> None:
    """Run all cases and streams with one of the packages, and write the results."""
    sys.path.insert(0, str(ROOT))
    from tests.support.conformance import CASES, Ground

    module = importlib.import_module(name)
    ground, cases = Ground(DATA, folder / "lite.task"), {}
    for case, function in CASES.items():
        try:
            function(module, ground)
            cases[case] = ""
        except Exception as error:
            cases[case] = f"{type(error).__name__}: {error}".splitlines()[0]
    streams = {}
    for path in sorted(folder.glob("*.npy")):
        frames = np.load(path, allow_pickle=False)
        streams[f"{path.stem}, Pose"] = stream(module, frames)
        streams[f"{path.stem}, PoseLandmarker"] = task_stream(module, frames, folder / "lite.task")
    out.write_text(json.dumps({"cases": cases, "streams": streams}), "utf-8")


def stream(module: Any, frames: np.ndarray) -> list[Any]:
    """For each frame of `Pose()`: (33, 2) pixels, or None."""
    height, width = frames.shape[1:3]
    found: list[Any] = []
    with module.solutions.pose.Pose() as pose:
        for frame in frames:
            landmarks = pose.process(np.ascontiguousarray(frame)).pose_landmarks
            found.append(landmarks and [(p.x * width, p.y * height) for p in landmarks.landmark])
    return found


def task_stream(module: Any, frames: np.ndarray, bundle: Path) -> list[Any]:
    """The same of `PoseLandmarker` in video mode, 33 ms a frame."""
    height, width = frames.shape[1:3]
    vision = module.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=module.tasks.BaseOptions(model_asset_path=str(bundle)),
        running_mode=vision.RunningMode.VIDEO,
    )
    found: list[Any] = []
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for k, frame in enumerate(frames):
            image = module.Image(image_format=module.ImageFormat.SRGB, data=np.ascontiguousarray(frame))
            people = landmarker.detect_for_video(image, 33 * k).pose_landmarks
            found.append([(p.x * width, p.y * height) for p in people[0]] if people else None)
    return found


def print_cases(answers: dict[str, dict[str, Any]]) -> None:
    """Print one row per group, then one per case that failed in a package."""
    print("| published tests of | cases | MediaPipe 0.10.14 | here |\n|---|---|---|---|")
    names = list(answers[FACADE]["cases"])
    for group in dict.fromkeys(name.split(":")[0] for name in names):
        members = [name for name in names if name.startswith(f"{group}:")]
        passed = [
            sum(not answers[module]["cases"][name] for name in members) for module in (MEDIAPIPE, FACADE)
        ]
        print(f"| {group} | {len(members)} | {passed[0]} | {passed[1]} |")
    for module in answers:
        for name, error in answers[module]["cases"].items():
            if error:
                print(f"{module}, {name}: {error}")


def print_streams(answers: dict[str, dict[str, Any]]) -> None:
    """Print the distances between the two packages' landmarks of the same frames."""
    if not answers[FACADE]["streams"]:
        return
    print(
        "\n| stream | frames | found differently | mean px | 95 % px | largest px |\n|---|---|---|---|---|---|"
    )
    for name, ours in answers[FACADE]["streams"].items():
        pairs = list(zip(ours, answers[MEDIAPIPE]["streams"][name], strict=True))
        differently = sum((one is None) != (other is None) for one, other in pairs)
        gaps = [np.hypot(*(np.array(one) - other).T) for one, other in pairs if one and other]
        gap = np.concatenate(gaps) if gaps else np.zeros(1)
        numbers = f"{gap.mean():.6f} | {np.quantile(gap, 0.95):.6f} | {gap.max():.6f}"
        print(f"| {name} | {len(pairs)} | {differently} | {numbers} |")


if __name__ == "__main__":
    main()
