"""Runs over the images of `data/mediapipe` with MediaPipe or with the facade: name -> arrays of landmarks.

Every array has one row for each frame and person, NaN where nobody was found. The sequence has a black frame in the middle.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

FRAME_MS = 33
POINTS = 33
_MASKED_FRAME = 1


def pictures(folder: Path, kind: str) -> list[np.ndarray]:
    """The pictures "frame" or "pair", (H, W, 3) uint8 RGB, read-only."""
    found = []
    for path in sorted(folder.glob(f"{kind}_*.png")):
        image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        image.setflags(write=False)
        found.append(image)
    return found


def sequence(folder: Path, kind: str) -> list[np.ndarray]:
    """The pictures in order with a black one in the middle."""
    frames = pictures(folder, kind)
    half = len(frames) // 2
    return [*frames[:half], np.zeros_like(frames[0]), *frames[half:]]


def solution_runs(mp: Any, folder: Path, only: str | None = None) -> dict[str, np.ndarray]:
    """`solutions.pose` with the full model, which is in every release; `only` the run of that name."""
    found = {}
    stills = pictures(folder, "frame") + pictures(folder, "pair")[:1]
    frames = sequence(folder, "frame")
    for name, images, options in (
        ("static", stills, {"static_image_mode": True, "enable_segmentation": True}),
        ("smooth", frames, {"enable_segmentation": True}),
        ("raw", frames, {"smooth_landmarks": False}),
        ("refused", frames, {}),
        ("reset", frames, {}),
    ):
        if only not in (None, name):
            continue
        with mp.solutions.pose.Pose(**options) as pose:
            results = [_processed(pose, image, name, k) for k, image in enumerate(images)]
        for part in ("pose_landmarks", "pose_world_landmarks"):
            lists = [getattr(result, part) for result in results]
            found[f"solutions {name} {part}"] = np.stack([_rows(each and each.landmark) for each in lists])
        if "enable_segmentation" in options:
            found[f"solutions {name} mask"] = _packed(results[_MASKED_FRAME].segmentation_mask)
    return found


def _processed(pose: Any, image: np.ndarray, name: str, k: int) -> Any:
    """The result for frame k; before some frames, an image is refused or the state is reset."""
    if name == "refused" and k in (2, 3):
        with contextlib.suppress(ValueError):
            pose.process(np.zeros((8, 8, 4), np.uint8))
    if name == "reset" and k == 3:
        pose.reset()
    return pose.process(image)


def task_runs(mp: Any, folder: Path, bundle: Path) -> dict[str, np.ndarray]:
    """`tasks.vision.PoseLandmarker` with the model of the bundle, images and videos, one person and two."""
    found = {}
    for kind in ("frame", "pair"):
        for mode in ("IMAGE", "VIDEO"):
            for count in (1, 2):
                images = pictures(folder, kind) if mode == "IMAGE" else sequence(folder, kind)
                results = _task_results(mp, bundle, images, mode, count)
                name = f"tasks {kind} {mode} {count}"
                for part in ("pose_landmarks", "pose_world_landmarks"):
                    found[f"{name} {part}"] = np.stack(
                        [_people(getattr(result, part), count) for result in results]
                    )
                masks = results[_MASKED_FRAME].segmentation_masks
                found[f"{name} mask"] = _packed(np.squeeze(masks[0].numpy_view()))
    return found


def _task_results(mp: Any, bundle: Path, images: Sequence[np.ndarray], mode: str, count: int) -> list[Any]:
    vision = mp.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_path=str(bundle)),
        running_mode=vision.RunningMode[mode],
        num_poses=count,
        output_segmentation_masks=True,
    )
    results = []
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for k, picture in enumerate(images):
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
            video = mode == "VIDEO"
            results.append(
                landmarker.detect_for_video(image, k * FRAME_MS) if video else landmarker.detect(image)
            )
    return results


def _people(lists: Sequence[Any], count: int) -> np.ndarray:
    """(count, 33, 5), the rest NaN."""
    people = [_rows(each) for each in lists]
    return np.stack([*people, *[_rows(None)] * (count - len(people))])


def _rows(landmarks: Any) -> np.ndarray:
    """(33, 5) float32 x, y, z, visibility, presence; NaN without landmarks."""
    if landmarks is None:
        return np.full((POINTS, 5), np.nan, np.float32)
    return np.array([(p.x, p.y, p.z, p.visibility, p.presence) for p in landmarks], np.float32)


def _packed(mask: np.ndarray) -> np.ndarray:
    """0..1 -> uint16."""
    return np.rint(np.asarray(mask, np.float64) * 65535).astype(np.uint16)
