"""Programs against `tasks` and `Image`; see `mediapipe_cases`."""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.support.mediapipe_outcomes import Case, Ground, outcome


def tasks_drawing_cases(mp: Any) -> dict[str, Case]:
    """`tasks.vision.drawing_utils` and `drawing_styles` of new versions."""
    vision, containers = mp.tasks.vision, mp.tasks.components.containers
    two = [containers.NormalizedLandmark(0.5, 0.5), containers.NormalizedLandmark(0.2, 0.2)]
    line = vision.PoseLandmarksConnections.Connection

    def draw(*arguments: Any, channels: int = 3) -> None:
        vision.drawing_utils.draw_landmarks(np.zeros((50, 60, channels), np.uint8), *arguments)

    return {
        "tasks drawing: None": lambda: draw(None),
        "tasks drawing: empty list on 4 channels": lambda: draw([], channels=4),
        "tasks drawing: 4 channels": lambda: draw(two, channels=4),
        "tasks drawing: line to nowhere": lambda: draw(two, [line(0, 2)]),
        "tasks drawing: spec of a line": lambda: draw(two, [line(0, 1)], None, {(0, 1): vision.drawing_utils.DrawingSpec()}),
        "tasks drawing: x is None": lambda: draw([containers.NormalizedLandmark()]),
        "tasks drawing: style": lambda: sorted(
            (int(key), each.color, each.thickness, each.circle_radius)
            for key, each in vision.drawing_styles.get_default_pose_landmarks_style().items()
        ),
        "tasks: PoseLandmark": lambda: [(int(each), each.name) for each in vision.PoseLandmark],
    }  # fmt: skip


# long: one case after another, run in one process
def task_option_cases(mp: Any, ground: Ground) -> dict[str, Case]:
    """Making a `PoseLandmarker`."""
    vision, base_options = mp.tasks.vision, mp.tasks.BaseOptions
    mode = vision.RunningMode
    garbage, half = ground.folder / "garbage.task", ground.folder / "half.task"
    garbage.write_bytes(b"this is not a model" * 20)
    with zipfile.ZipFile(half, "w") as file, zipfile.ZipFile(ground.bundle) as whole:
        file.writestr("pose_detector.tflite", whole.read("pose_detector.tflite"))

    def make(base: Any = None, **options: Any) -> Any:
        base = base_options(model_asset_path=str(ground.bundle)) if base is None else base
        with vision.PoseLandmarker.create_from_options(vision.PoseLandmarkerOptions(base, **options)) as made:
            return type(made).__name__

    def path(name: str) -> str:
        with vision.PoseLandmarker.create_from_model_path(name) as made:
            return type(made).__name__

    content = ground.bundle.read_bytes()
    found: dict[str, Case] = {
        "options: defaults": lambda: vision.PoseLandmarkerOptions(base_options("x")),
        "options: without a model": lambda: vision.PoseLandmarkerOptions(),
        "options: base equals": lambda: [base_options("a") == base_options(model_asset_path="a"), base_options("a") == 1],
        "options: result": lambda: vision.PoseLandmarkerResult([], []),
        "options: image": lambda: vision.ImageProcessingOptions(),
        "options: connections": lambda: [(each.start, each.end) for each in vision.PoseLandmarksConnections.POSE_LANDMARKS],
        "options: modes": lambda: [(each.name, each.value) for each in mode],
        "model: path": lambda: path(str(ground.bundle)),
        "model: missing": lambda: path("/nonexistent/pose.task"),
        "model: missing by options": lambda: make(base_options(model_asset_path="/nonexistent/pose.task")),
        "model: a folder": lambda: path(str(ground.folder)),
        "model: no path": lambda: path(""),
        "model: garbage": lambda: path(str(garbage)),
        "model: half a bundle": lambda: path(str(half)),
        "model: buffer": lambda: make(base_options(model_asset_buffer=content)),
        "model: empty buffer": lambda: make(base_options(model_asset_buffer=b"")),
        "model: buffer is text": lambda: make(base_options(model_asset_buffer="abc")),
        "model: buffer is garbage": lambda: make(base_options(model_asset_buffer=b"zzzz" * 20)),
        "model: buffer and path": lambda: make(base_options("/nonexistent/pose.task", content)),
        "callback: missing": lambda: make(running_mode=mode.LIVE_STREAM),
        "callback: for images": lambda: make(result_callback=print),
        "callback: for video": lambda: make(running_mode=mode.VIDEO, result_callback=print),
        "num_poses: 0": lambda: make(num_poses=0),
        "num_poses: -1": lambda: make(num_poses=-1),
        "num_poses: 1.5": lambda: make(num_poses=1.5),
        "num_poses: None": lambda: make(num_poses=None),
        "presence: -0.1": lambda: make(min_pose_presence_confidence=-0.1),
        "presence: 1.1": lambda: make(min_pose_presence_confidence=1.1),
        "GPU": lambda: make(base_options(str(ground.bundle), delegate=base_options.Delegate.GPU)),
    }  # fmt: skip
    for name in ("min_pose_detection_confidence", "min_pose_presence_confidence", "min_tracking_confidence"):
        found[f"{name}: text"] = lambda name=name: make(**{name: "a"})
        found[f"{name}: None"] = lambda name=name: make(**{name: None})
    return found


# long: one case after another, run in one process
def tasks_cases(mp: Any, ground: Ground) -> dict[str, Case]:
    """Using a `PoseLandmarker`."""
    vision = mp.tasks.vision
    mode, processing = vision.RunningMode, vision.ImageProcessingOptions
    base = mp.tasks.BaseOptions(model_asset_path=str(ground.bundle))
    person = mp.Image(image_format=mp.ImageFormat.SRGB, data=ground.picture)
    blank = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.full((64, 64, 3), 255, np.uint8))
    opaque = np.dstack([ground.picture, np.full(ground.picture.shape[:2], 255, np.uint8)])

    def run(use: Callable[[Any], Any], **options: Any) -> Any:
        with vision.PoseLandmarker.create_from_options(
            vision.PoseLandmarkerOptions(base, **options)
        ) as landmarker:
            return use(landmarker)

    def video(*times_ms: Any) -> list[Any]:
        def use(landmarker: Any) -> list[Any]:
            return [
                _brief(lambda t=t: len(landmarker.detect_for_video(person, t).pose_landmarks))
                for t in times_ms
            ]

        return run(use, running_mode=mode.VIDEO)

    def closed() -> Any:
        landmarker = vision.PoseLandmarker.create_from_model_path(str(ground.bundle))
        landmarker.close()
        return landmarker

    def mask(landmarker: Any) -> list[Any]:
        (image,) = landmarker.detect(person).segmentation_masks
        pixels = np.squeeze(image.numpy_view())
        return [
            type(image).__name__,
            image.width,
            image.height,
            image.channels,
            mp.ImageFormat(image.image_format).name,
            pixels,
        ]

    def counts(result: Any) -> list[Any]:
        return [len(result.pose_landmarks), len(result.pose_world_landmarks), result.segmentation_masks]

    live = {"running_mode": mode.LIVE_STREAM, "result_callback": lambda *_: None}
    return {
        "detect: somebody": lambda: run(lambda each: counts(each.detect(person))),
        "detect: nobody": lambda: run(lambda each: each.detect(blank), output_segmentation_masks=True),
        "detect: detection 1": lambda: run(lambda each: each.detect(person), min_pose_detection_confidence=1.0),
        "detect: presence 1": lambda: run(lambda each: each.detect(person), min_pose_presence_confidence=1.0),
        "detect: tracking 1": lambda: run(lambda each: counts(each.detect(person)), min_tracking_confidence=1.0),
        "detect: landmark classes": lambda: run(
            lambda each: [type(group(each.detect(person))[0][0]).__name__
                          for group in (lambda r: r.pose_landmarks, lambda r: r.pose_world_landmarks)]
        ),
        "detect: mask": lambda: run(mask, output_segmentation_masks=True),
        "detect: with alpha": lambda: run(
            lambda each: counts(each.detect(mp.Image(image_format=mp.ImageFormat.SRGBA, data=opaque)))
        ),
        "detect: one pixel": lambda: run(
            lambda each: each.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.zeros((1, 1, 3), np.uint8)))
        ),
        "detect: region": lambda: run(lambda each: each.detect(person, processing(region_of_interest=_rect(mp)))),
        "detect: rotation 45": lambda: run(lambda each: each.detect(person, processing(rotation_degrees=45))),
        "detect: rotation 360": lambda: run(lambda each: counts(each.detect(person, processing(rotation_degrees=360)))),
        "mode: video for images": lambda: run(lambda each: each.detect_for_video(person, 1)),
        "mode: async for images": lambda: run(lambda each: each.detect_async(person, 1)),
        "mode: image for videos": lambda: run(lambda each: each.detect(person), running_mode=mode.VIDEO),
        "mode: async for videos": lambda: run(lambda each: each.detect_async(person, 1), running_mode=mode.VIDEO),
        "mode: image for streams": lambda: run(lambda each: each.detect(person), **live),
        "mode: video for streams": lambda: run(lambda each: each.detect_for_video(person, 1), **live),
        "video: times": lambda: video(0, 0, 5, 3, 6, -1, True, 7),
        "video: first time negative": lambda: video(-5, 0),
        "stream: times": lambda: run(
            lambda each: [_brief(lambda t=t: each.detect_async(blank, t)) for t in (10, 10, 5, 20)], **live
        ),
        "close": lambda: closed() is None,
        "enter after close": lambda: type(closed().__enter__()).__name__,
    }  # fmt: skip


def _brief(case: Case) -> dict[str, Any]:
    """The outcome with the first sentence of an error's text."""
    found = outcome(case)
    return found | {"text": found["text"].split(".")[0]} if "text" in found else found


def _rect(mp: Any) -> Any:
    containers = mp.tasks.components.containers
    module = importlib.import_module(f"{containers.__name__}.rect")
    return getattr(module, "RectF", module.Rect)(left=0.0, top=0.0, right=1.0, bottom=1.0)


# long: one case after another, run in one process
def image_cases(mp: Any, ground: Ground) -> dict[str, Case]:
    """`Image` and `ImageFormat`."""
    make, formats = mp.Image, mp.ImageFormat
    ramp = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)
    garbage = ground.folder / "garbage.png"
    garbage.write_bytes(b"no picture" * 20)

    def facts(image: Any) -> list[Any]:
        pixels = np.squeeze(image.numpy_view())
        return [
            image.width, image.height, image.channels, formats(image.image_format).name, pixels, int(pixels.sum()),
            image.uses_gpu(), image.is_empty(),
        ]  # fmt: skip

    def of(name: str, *shape: int, dtype: Any = np.uint8) -> Case:
        return lambda: facts(make(image_format=getattr(formats, name), data=np.ones(shape, dtype)))

    def copied() -> bool:
        source = ramp.copy()
        image = make(image_format=formats.SRGB, data=source)
        source[:] = 0
        return bool(np.array_equal(image.numpy_view(), ramp))

    image = make(image_format=formats.SRGB, data=ramp)
    depth = make(image_format=formats.VEC32F1, data=np.full((2, 3), 1 / 3, np.float32))
    return {
        "Image: numbers of formats": lambda: [
            int(getattr(formats, name).value)
            for name in ("SRGB", "SRGBA", "GRAY8", "GRAY16", "SRGB48", "SRGBA64", "VEC32F1", "VEC32F2")
        ],
        "Image: SRGB": of("SRGB", 4, 5, 3),
        "Image: SRGBA": of("SRGBA", 4, 5, 4),
        "Image: GRAY8": of("GRAY8", 4, 5),
        "Image: GRAY8 with a channel": of("GRAY8", 4, 5, 1),
        "Image: VEC32F1": of("VEC32F1", 4, 5, dtype=np.float32),
        "Image: VEC32F2": of("VEC32F2", 4, 5, 2, dtype=np.float32),
        "Image: empty": of("SRGB", 0, 0, 3),
        "Image: SRGB of float64": of("SRGB", 4, 5, 3, dtype=np.float64),
        "Image: SRGB of float32": of("SRGB", 4, 5, 3, dtype=np.float32),
        "Image: SRGB of uint16": of("SRGB", 4, 5, 3, dtype=np.uint16),
        "Image: SRGB of int64": of("SRGB", 4, 5, 3, dtype=np.int64),
        "Image: GRAY8 of bool": of("GRAY8", 4, 5, dtype=bool),
        "Image: positional": lambda: make(formats.SRGB, ramp).width,
        "Image: no arguments": lambda: make(),
        "Image: list": lambda: make(image_format=formats.SRGB, data=[[1]]),
        "Image: copied": copied,
        "Image: view is read-only": lambda: image.numpy_view().__setitem__((0, 0, 0), 1),
        "Image: element": lambda: [
            image[0, 0, 0],
            image[5, 7, 2],
            type(image[0, 0, 0]).__name__,
            depth[1, 2],
        ],
        "Image: file": lambda: facts(make.create_from_file(str(ground.path))),
        "Image: file missing": lambda: make.create_from_file("/nonexistent/a.png"),
        "Image: file is garbage": lambda: make.create_from_file(str(garbage)),
        "Image: file is a folder": lambda: make.create_from_file(str(ground.folder)),
    }
