"""MediaPipe's published tests about poses, rewritten: each case asserts the same as its original.

Originals: `solutions/pose_test.py`, `solutions/drawing_utils_test.py`, `image_test.py`, `image_frame_test.py`,
`timestamp_test.py`, `tasks/python/test/vision/pose_landmarker_test.py`. Their images show real people and are not
included. Rendered images replace them, and stored results of MediaPipe 0.10.14 replace the expected files. The limits are
the published ones.

A case takes the package under test and its data (`Ground`). This module imports nothing of this program, so the cases
also run with MediaPipe itself.
"""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

PIXELS = 15.0
METRES = 0.1
MASK_IOU = 0.85
STILL = 3
"""The rendered image that replaces the published one."""


@dataclass(frozen=True)
class Ground:
    """data: folder of images and stored results.   bundle: a `.task` file with the lite model, stored uncompressed."""

    data: Path
    bundle: Path

    def stored(self, name: str) -> np.ndarray:
        """The result of MediaPipe 0.10.14 in a run of `mediapipe_runs`."""
        return np.asarray(np.load(self.data / "runs-0.10.14.npz")[name])

    def picture(self, k: int = STILL) -> np.ndarray:
        """(H, W, 3) uint8 RGB."""
        return cv2.cvtColor(cv2.imread(str(self.data / f"frame_{k}.png")), cv2.COLOR_BGR2RGB)

    def sequence(self) -> list[np.ndarray]:
        """Eight frames with a black one in the middle."""
        frames = [self.picture(k) for k in range(8)]
        return [*frames[:4], np.zeros_like(frames[0]), *frames[4:]]


Case = Callable[[Any, Ground], None]
CASES: dict[str, Case] = {}


def case(name: str) -> Callable[[Case], Case]:
    """Register a case under a name."""

    def enter(function: Case) -> Case:
        assert name not in CASES
        CASES[name] = function
        return function

    return enter


def raises(
    kind: type[BaseException] | tuple[type[BaseException], ...], words: str, call: Callable[[], Any]
) -> None:
    """The call must raise an error of this type whose text contains the pattern."""
    try:
        call()
    except kind as error:
        assert re.search(words, str(error)), f"{words!r} is not in {str(error)!r}"
    else:
        raise AssertionError(f"no error where {words!r} was expected")


def close(found: np.ndarray, expected: np.ndarray, limit: float) -> None:
    """No value differs by more than the limit."""
    assert found.shape == expected.shape
    worst = float(np.abs(found - expected).max())
    assert worst < limit, f"{worst:.4g} is over {limit:g}"


def messages(mp: Any, name: str) -> Any:
    """A module of messages, such as "landmark_pb2"."""
    return importlib.import_module(f"{mp.__name__}.framework.formats.{name}")


def points(landmarks: Sequence[Any], size: tuple[int, int, int] = (1, 1, 1)) -> np.ndarray:
    """(33, 3), in pixels of an image of this size."""
    return np.array([(p.x, p.y, p.z) for p in landmarks]) * size


# --- solutions/pose_test.py ---


@case("pose: invalid image shape")
def _(mp: Any, ground: Ground) -> None:
    with mp.solutions.pose.Pose() as pose:
        picture = np.arange(36, dtype=np.uint8).reshape(3, 3, 4)
        raises(ValueError, "Input image must contain three channel rgb data.", lambda: pose.process(picture))


@case("pose: blank image")
def _(mp: Any, ground: Ground) -> None:
    with mp.solutions.pose.Pose(enable_segmentation=True) as pose:
        results = pose.process(np.full((100, 100, 3), 255, np.uint8))
    assert results.pose_landmarks is None and results.segmentation_mask is None


def _on_image(static: bool) -> Case:
    def run(mp: Any, ground: Ground) -> None:
        picture = ground.picture()
        size = (picture.shape[1], picture.shape[0], picture.shape[1])
        expected = ground.stored("solutions static pose_landmarks")[STILL, :, :3] * size
        world = ground.stored("solutions static pose_world_landmarks")[STILL, :, :3]
        with mp.solutions.pose.Pose(static_image_mode=static, enable_segmentation=True) as pose:
            for _ in range(3):
                results = pose.process(picture)
                close(points(results.pose_landmarks.landmark, size)[:, :2], expected[:, :2], PIXELS)
                close(points(results.pose_world_landmarks.landmark), world, METRES)
                mask = results.segmentation_mask
                assert mask.shape == picture.shape[:2] and mask.dtype == np.float32
                inside = mask.round() > 0
                nose = expected[0, :2].astype(int)
                assert inside[nose[1], nose[0]] and not inside[:4, :4].any()

    return run


CASES["pose: on image, static"] = _on_image(True)
CASES["pose: on image, video"] = _on_image(False)


@case("pose: segmentation")
def _(mp: Any, ground: Ground) -> None:
    stored = ground.stored("solutions static mask") / 65535 > 0.5
    with mp.solutions.pose.Pose(static_image_mode=True, enable_segmentation=True) as pose:
        found = pose.process(ground.picture(1)).segmentation_mask > 0.5
    assert (found & stored).sum() / (found | stored).sum() >= MASK_IOU


@case("pose: on video")
def _(mp: Any, ground: Ground) -> None:
    frames = ground.sequence()
    size = (frames[0].shape[1], frames[0].shape[0], frames[0].shape[1])
    expected = ground.stored("solutions smooth pose_landmarks")[..., :3] * size
    world = ground.stored("solutions smooth pose_world_landmarks")[..., :3]
    with mp.solutions.pose.Pose() as pose:
        for k, frame in enumerate(frames):
            results = pose.process(image=frame)
            assert (results.pose_landmarks is None) == bool(np.isnan(expected[k]).all()), k
            if results.pose_landmarks is not None:
                close(points(results.pose_landmarks.landmark, size)[:, :2], expected[k, :, :2], PIXELS)
                close(points(results.pose_world_landmarks.landmark), world[k], METRES)


# --- solutions/drawing_utils_test.py ---


def _listed(mp: Any, *landmarks: dict[str, float]) -> Any:
    found = messages(mp, "landmark_pb2").NormalizedLandmarkList()
    for each in landmarks:
        found.landmark.add(**each)
    return found


def _located(mp: Any, name: str = "RELATIVE_BOUNDING_BOX") -> Any:
    found = messages(mp, "detection_pb2").Detection()
    found.location_data.format = getattr(messages(mp, "location_data_pb2").LocationData, name)
    return found


def _canvas() -> np.ndarray:
    return np.zeros((100, 100, 3), np.uint8)


def _dot(image: np.ndarray, mp: Any, place: tuple[int, int], thickness: int = 2) -> None:
    drawing = mp.solutions.drawing_utils
    cv2.circle(image, place, 3, drawing.WHITE_COLOR, thickness)
    cv2.circle(image, place, 2, drawing.RED_COLOR, thickness)


@case("drawing: invalid input image")
def _(mp: Any, ground: Ground) -> None:
    drawing, image = mp.solutions.drawing_utils, np.arange(18, dtype=np.uint8).reshape(3, 3, 2)
    words = "Input image must contain three channel bgr data."
    raises(ValueError, words, lambda: drawing.draw_landmarks(image, _listed(mp)))
    raises(
        ValueError, words, lambda: drawing.draw_detection(image, messages(mp, "detection_pb2").Detection())
    )
    raises(ValueError, words, lambda: drawing.draw_axis(image, np.eye(3), np.array([0.0, 0.0, 1.0])))


@case("drawing: invalid connection")
def _(mp: Any, ground: Ground) -> None:
    landmarks = _listed(mp, {"x": 0.5, "y": 0.5}, {"x": 0.2, "y": 0.2})
    draw = mp.solutions.drawing_utils.draw_landmarks
    raises(ValueError, "Landmark index is out of range.", lambda: draw(_canvas(), landmarks, [(0, 2)]))


@case("drawing: unqualified detection")
def _(mp: Any, ground: Ground) -> None:
    draw = mp.solutions.drawing_utils.draw_detection
    raises(ValueError, "LocationData must be relative", lambda: draw(_canvas(), _located(mp, "GLOBAL")))


@case("drawing: key points only")
def _(mp: Any, ground: Ground) -> None:
    drawing, image, expected, found = mp.solutions.drawing_utils, _canvas(), _canvas(), _located(mp)
    for (x, y), place in (((0, 1), (0, 99)), ((1, 0), (99, 0))):
        found.location_data.relative_keypoints.add(x=x, y=y)
        cv2.circle(expected, place, 2, drawing.RED_COLOR, 2)
    drawing.draw_detection(image, found)
    assert np.array_equal(image, expected)


@case("drawing: boxes only")
def _(mp: Any, ground: Ground) -> None:
    drawing, image, expected, found = mp.solutions.drawing_utils, _canvas(), _canvas(), _located(mp)
    box = found.location_data.relative_bounding_box
    box.xmin, box.ymin, box.width, box.height = 0, 0, 1, 1
    cv2.rectangle(expected, (0, 0), (99, 99), drawing.WHITE_COLOR, 2)
    drawing.draw_detection(image, found)
    assert np.array_equal(image, expected)


@case("drawing: single landmark")
def _(mp: Any, ground: Ground) -> None:
    for rest in ([], [{"x": 0.5, "y": 0.5, "visibility": 0.0}]):
        image, expected = _canvas(), _canvas()
        _dot(expected, mp, (10, 10))
        mp.solutions.drawing_utils.draw_landmarks(image, _listed(mp, {"x": 0.1, "y": 0.1}, *rest))
        assert np.array_equal(image, expected)


@case("drawing: landmarks and connections")
def _(mp: Any, ground: Ground) -> None:
    drawing = mp.solutions.drawing_utils
    for scores in (({}, {}), ({"presence": 0.5}, {"visibility": 0.5})):
        image, expected = _canvas(), _canvas()
        cv2.line(expected, (10, 50), (50, 10), drawing.WHITE_COLOR, 2)
        for place in ((10, 50), (50, 10)):
            cv2.circle(expected, place, 3, drawing.WHITE_COLOR, 2)
        for place in ((10, 50), (50, 10)):
            cv2.circle(expected, place, 2, drawing.RED_COLOR, 2)
        landmarks = _listed(mp, {"x": 0.1, "y": 0.5, **scores[0]}, {"x": 0.5, "y": 0.1, **scores[1]})
        drawing.draw_landmarks(image=image, landmark_list=landmarks, connections=[(0, 1)])
        assert np.array_equal(image, expected)


def _axes(mp: Any, rotation: np.ndarray, depth: float, tips: Sequence[tuple[int, int]]) -> None:
    drawing, image, expected = mp.solutions.drawing_utils, _canvas(), _canvas()
    for tip, colour in zip(tips, (drawing.RED_COLOR, drawing.GREEN_COLOR, drawing.BLUE_COLOR), strict=True):
        cv2.arrowedLine(expected, (50, 50), tip, colour, 2)
    drawing.draw_axis(image, rotation, np.array([0, 0, depth]))
    assert np.array_equal(image, expected)


@case("drawing: axis")
def _(mp: Any, ground: Ground) -> None:
    r = np.sqrt(0.5)
    _axes(mp, np.array([[1.0, 0, 0], [0, r, -r], [0, r, r]]), -0.2, [(75, 50), (50, 22), (50, 77)])


@case("drawing: axis, zero translation")
def _(mp: Any, ground: Ground) -> None:
    _axes(mp, np.eye(3), 0.0, [(0, 50), (50, 100), (50, 50)])


@case("drawing: least and greatest coordinates")
def _(mp: Any, ground: Ground) -> None:
    drawing, image, expected = mp.solutions.drawing_utils, _canvas(), _canvas()
    cv2.line(expected, (0, 99), (99, 0), drawing.WHITE_COLOR, 2)
    for place in ((0, 99), (99, 0)):
        _dot(expected, mp, place)
    landmarks = _listed(mp, {"x": 0.0, "y": 1.0}, {"x": 1.0, "y": 0.0})
    drawing.draw_landmarks(image=image, landmark_list=landmarks, connections=[(0, 1)])
    assert np.array_equal(image, expected)


@case("drawing: specs")
def _(mp: Any, ground: Ground) -> None:
    drawing, image, expected = mp.solutions.drawing_utils, _canvas(), _canvas()
    cv2.line(expected, (10, 10), (80, 80), (255, 0, 0), 3)
    for place in ((10, 10), (80, 80)):
        _dot(expected, mp, place, thickness=5)
    drawing.draw_landmarks(
        image=image,
        landmark_list=_listed(mp, {"x": 0.1, "y": 0.1}, {"x": 0.8, "y": 0.8}),
        connections=[(0, 1)],
        landmark_drawing_spec=drawing.DrawingSpec(color=(0, 0, 255), thickness=5),
        connection_drawing_spec=drawing.DrawingSpec(color=(255, 0, 0), thickness=3),
    )
    assert np.array_equal(image, expected)


# --- image_test.py, image_frame_test.py ---

_LAYOUTS = {
    "grey": ("GRAY8", np.uint8, (61, 48)),
    "RGB": ("SRGB", np.uint8, (61, 48, 3)),
    "RGB48": ("SRGB48", np.uint16, (61, 48, 3)),
    "RGBA64": ("SRGBA64", np.uint16, (61, 48, 4)),
}


def _pixels(kind: str) -> tuple[str, np.ndarray]:
    name, dtype, shape = _LAYOUTS[kind]
    values = np.random.default_rng(7).integers(0, np.iinfo(dtype).max, shape, dtype=dtype)
    return name, values


def _of_pixels(container: str, kind: str) -> Case:
    def run(mp: Any, ground: Ground) -> None:
        name, data = _pixels(kind)
        image = getattr(mp, container)(image_format=getattr(mp.ImageFormat, name), data=data)
        assert np.array_equal(image.numpy_view(), data)
        assert (image.width, image.height) == (48, 61)
        place = (2,) * data.ndim
        assert image[place] == data[place]
        raises(IndexError, "out of bounds", lambda: image[(100,) * data.ndim])
        if data.ndim == 2:
            raises(IndexError, "index dimension mismatch", lambda: image[2, 2, 1])

    return run


def _cropped(container: str, kind: str) -> Case:
    def run(mp: Any, ground: Ground) -> None:
        name, data = _pixels(kind)
        part = np.ascontiguousarray(data[10:-10, 10:-10])
        image = getattr(mp, container)(image_format=getattr(mp.ImageFormat, name), data=part)
        assert np.array_equal(image.numpy_view(), part)

    return run


for _container in ("Image", "ImageFrame"):
    for _kind in _LAYOUTS:
        CASES[f"{_container}: {_kind}"] = _of_pixels(_container, _kind)
    for _kind in ("grey", "RGB"):
        CASES[f"{_container}: cropped {_kind}"] = _cropped(_container, _kind)


def _view(container: str, width: int, contiguous: bool) -> Case:
    def run(mp: Any, ground: Ground) -> None:
        data = np.random.default_rng(8).integers(0, 255, (481, width, 3), dtype=np.uint8)
        image = getattr(mp, container)(image_format=mp.ImageFormat.SRGB, data=data)
        assert image.is_contiguous() is contiguous
        view = image.numpy_view()
        raises(ValueError, "read-only", lambda: view.__setitem__((0, 0, 0), 0))
        del image
        assert np.array_equal(view, data)  # it outlives the picture

    return run


for _container in ("Image", "ImageFrame"):
    CASES[f"{_container}: view of contiguous data"] = _view(_container, 640, True)
    CASES[f"{_container}: view of padded data"] = _view(_container, 641, False)


@case("Image: from a file")
def _(mp: Any, ground: Ground) -> None:
    image = mp.Image.create_from_file(str(ground.data / "frame_0.png"))
    assert (image.width, image.height, image.channels) == (256, 288, 3)
    assert image.image_format == mp.ImageFormat.SRGB
    assert np.array_equal(image.numpy_view(), ground.picture(0))


# --- timestamp_test.py ---


@case("timestamp: value, copy, text")
def _(mp: Any, ground: Ground) -> None:
    time = mp.Timestamp(100)
    assert time.value == 100 and time == 100 and mp.Timestamp(time) == time
    assert str(time) == "<mediapipe.Timestamp with value: 100>"


@case("timestamp: order")
def _(mp: Any, ground: Ground) -> None:
    first, second = mp.Timestamp(100), mp.Timestamp(101)
    assert first == mp.Timestamp(100) and first != second
    assert second > first and second >= first and first < second and first <= second


@case("timestamp: special values")
def _(mp: Any, ground: Ground) -> None:
    for name in ("UNSET", "UNSTARTED", "PRESTREAM", "MIN", "MAX", "POSTSTREAM", "DONE"):
        assert str(getattr(mp.Timestamp, name)) == f"<mediapipe.Timestamp with value: {name}>"


@case("timestamp: from seconds")
def _(mp: Any, ground: Ground) -> None:
    assert abs(mp.Timestamp.from_seconds(1234.5).seconds() - 1234.5) < 1e-6


# --- tasks/python/test/vision/pose_landmarker_test.py ---


def _options(mp: Any, ground: Ground, mode: str = "IMAGE", **more: Any) -> Any:
    base = mp.tasks.BaseOptions(model_asset_path=str(ground.bundle))
    running_mode = mp.tasks.vision.RunningMode[mode]
    return mp.tasks.vision.PoseLandmarkerOptions(base_options=base, running_mode=running_mode, **more)


def _made(mp: Any, ground: Ground, mode: str = "IMAGE", **more: Any) -> Any:
    return mp.tasks.vision.PoseLandmarker.create_from_options(_options(mp, ground, mode, **more))


def _image(mp: Any, pixels: np.ndarray) -> Any:
    return mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(pixels))


def _as_stored(result: Any, ground: Ground, run: str, k: int) -> None:
    size = (256, 288, 256)
    expected = ground.stored(f"tasks frame {run} 1 pose_landmarks")[k, 0, :, :3]
    world = ground.stored(f"tasks frame {run} 1 pose_world_landmarks")[k, 0, :, :3]
    if np.isnan(expected).all():
        assert result.pose_landmarks == [] and result.pose_world_landmarks == []
        return
    close(points(result.pose_landmarks[0], size)[:, :2], expected[:, :2] * size[:2], PIXELS)
    close(points(result.pose_world_landmarks[0]), world, METRES)


@case("landmarker: from a model path")
def _(mp: Any, ground: Ground) -> None:
    with mp.tasks.vision.PoseLandmarker.create_from_model_path(str(ground.bundle)) as landmarker:
        assert isinstance(landmarker, mp.tasks.vision.PoseLandmarker)


@case("landmarker: from options")
def _(mp: Any, ground: Ground) -> None:
    with _made(mp, ground) as landmarker:
        assert isinstance(landmarker, mp.tasks.vision.PoseLandmarker)


@case("landmarker: invalid model path")
def _(mp: Any, ground: Ground) -> None:
    base = mp.tasks.BaseOptions(model_asset_path="/path/to/invalid/model.tflite")
    options = mp.tasks.vision.PoseLandmarkerOptions(base_options=base)
    create = mp.tasks.vision.PoseLandmarker.create_from_options
    words = "Unable to open file at /path/to/invalid/model.tflite"
    raises((RuntimeError, FileNotFoundError), words, lambda: create(options))


@case("landmarker: from model content")
def _(mp: Any, ground: Ground) -> None:
    base = mp.tasks.BaseOptions(model_asset_buffer=ground.bundle.read_bytes())
    options = mp.tasks.vision.PoseLandmarkerOptions(base_options=base)
    with mp.tasks.vision.PoseLandmarker.create_from_options(options) as landmarker:
        _as_stored(landmarker.detect(_image(mp, ground.picture())), ground, "IMAGE", STILL)


@case("landmarker: detect")
def _(mp: Any, ground: Ground) -> None:
    with _made(mp, ground, output_segmentation_masks=True) as landmarker:
        result = landmarker.detect(_image(mp, ground.picture()))
    _as_stored(result, ground, "IMAGE", STILL)
    assert np.squeeze(result.segmentation_masks[0].numpy_view()).shape == (288, 256)


@case("landmarker: region of interest is refused")
def _(mp: Any, ground: Ground) -> None:
    rect = mp.tasks.components.containers.Rect(left=0.1, top=0.1, right=0.9, bottom=0.9)
    processing = importlib.import_module(
        f"{mp.__name__}.tasks.python.vision.core.image_processing_options"
    ).ImageProcessingOptions(rect)
    with _made(mp, ground) as landmarker:
        image = _image(mp, ground.picture())
        raises(
            ValueError, "This task doesn't support region-of-interest.",
            lambda: landmarker.detect(image, processing),
        )  # fmt: skip


@case("landmarker: empty output")
def _(mp: Any, ground: Ground) -> None:
    with _made(mp, ground) as landmarker:
        result = landmarker.detect(_image(mp, np.zeros((100, 100, 3), np.uint8)))
    assert result.pose_landmarks == [] and result.pose_world_landmarks == []


@case("landmarker: callback is missing")
def _(mp: Any, ground: Ground) -> None:
    raises(ValueError, "result callback must be provided", lambda: _made(mp, ground, "LIVE_STREAM").close())


@case("landmarker: callback in another mode")
def _(mp: Any, ground: Ground) -> None:
    for mode in ("IMAGE", "VIDEO"):
        raises(
            ValueError, "result callback should not be provided",
            lambda mode=mode: _made(mp, ground, mode, result_callback=print).close(),
        )  # fmt: skip


def _wrong_mode(mode: str, call: str, words: str) -> Case:
    def run(mp: Any, ground: Ground) -> None:
        more = {"result_callback": lambda *_: None} if mode == "LIVE_STREAM" else {}
        with _made(mp, ground, mode, **more) as landmarker:
            arguments = [_image(mp, ground.picture())] + ([0] if call != "detect" else [])
            raises(
                ValueError,
                f"not initialized with the {words} mode",
                lambda: getattr(landmarker, call)(*arguments),
            )

    return run


for _mode, _call, _words in (
    ("IMAGE", "detect_for_video", "video"), ("IMAGE", "detect_async", "live stream"), ("VIDEO", "detect", "image"),
    ("VIDEO", "detect_async", "live stream"), ("LIVE_STREAM", "detect", "image"),
    ("LIVE_STREAM", "detect_for_video", "video"),
):  # fmt: skip
    CASES[f"landmarker: {_call} in mode {_mode}"] = _wrong_mode(_mode, _call, _words)


@case("landmarker: times out of order, video")
def _(mp: Any, ground: Ground) -> None:
    with _made(mp, ground, "VIDEO") as landmarker:
        image = _image(mp, ground.picture())
        landmarker.detect_for_video(image, 1)
        words = r"Input timestamp must be monotonically increasing\.$"
        raises(ValueError, words, lambda: landmarker.detect_for_video(image, 0))


@case("landmarker: video")
def _(mp: Any, ground: Ground) -> None:
    with _made(mp, ground, "VIDEO", output_segmentation_masks=True) as landmarker:
        for k, frame in enumerate(ground.sequence()):
            _as_stored(landmarker.detect_for_video(_image(mp, frame), k * 33), ground, "VIDEO", k)


@case("landmarker: times out of order, live stream")
def _(mp: Any, ground: Ground) -> None:
    with _made(mp, ground, "LIVE_STREAM", result_callback=lambda *_: None) as landmarker:
        image = _image(mp, ground.picture())
        landmarker.detect_async(image, 100)
        words = r"Input timestamp must be monotonically increasing\.$"
        raises(ValueError, words, lambda: landmarker.detect_async(image, 0))


def _live(blank: bool) -> Case:
    def run(mp: Any, ground: Ground) -> None:
        reported: list[tuple[Any, int, int]] = []
        arrived = threading.Semaphore(0)

        def note(result: Any, image: Any, time_ms: int) -> None:
            reported.append((result, image.width, time_ms))
            arrived.release()

        frame = np.zeros((100, 100, 3), np.uint8) if blank else ground.picture()
        with _made(mp, ground, "LIVE_STREAM", result_callback=note) as landmarker:
            for k in range(10):
                landmarker.detect_async(_image(mp, frame), k * 30)
                assert arrived.acquire(timeout=60)
        assert [time_ms for *_, time_ms in reported] == [k * 30 for k in range(10)]
        assert all(width == frame.shape[1] for _, width, _ in reported)
        for result, *_ in reported:
            if blank:
                assert result.pose_landmarks == []
            else:
                _as_stored(result, ground, "IMAGE", STILL)

    return run


CASES["landmarker: live stream"] = _live(blank=False)
CASES["landmarker: live stream, nobody there"] = _live(blank=True)
