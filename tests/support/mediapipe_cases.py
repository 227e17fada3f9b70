"""Small programs that use MediaPipe's interface. The goldens hold MediaPipe's result of each; the facade must agree.

`cases(mp, ground)` gives name -> program for a module `mp` that is MediaPipe or the facade. Programs that crash some version
of MediaPipe (wrong model_complexity, 16-bit images, ...) are not included; separate tests check those.
"""

from __future__ import annotations

import copy
import importlib
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.support.mediapipe_outcomes import Case, Ground, outcome, plain
from tests.support.mediapipe_task_cases import (
    image_cases,
    task_option_cases,
    tasks_cases,
    tasks_drawing_cases,
)


def cases(mp: Any, ground: Ground) -> dict[str, Case]:
    """All programs that this version can run."""
    found = image_cases(mp, ground) | tasks_cases(mp, ground) | task_option_cases(mp, ground)
    if hasattr(mp, "solutions"):
        found |= pose_cases(mp, ground) | message_cases(mp) | drawing_cases(mp)
    if hasattr(mp.tasks.vision, "drawing_utils"):
        found |= tasks_drawing_cases(mp)
    return found


# long: one case after another, run in one process
def pose_cases(mp: Any, ground: Ground) -> dict[str, Case]:
    """`solutions.pose`."""
    pose_module = mp.solutions.pose
    make = pose_module.Pose

    def process(image: Any, **options: Any) -> list[Any]:
        pose = make(**options)
        results = pose.process(image)
        return [results.pose_landmarks, results.pose_world_landmarks, results.segmentation_mask]

    def closed() -> Any:
        pose = make()
        pose.close()
        return pose

    def with_closed() -> None:
        with closed():
            pass

    def after_wrong_picture() -> bool:
        with make() as pose:
            outcome(lambda: pose.process(np.zeros((8, 8, 4), np.uint8)))
            return pose.process(ground.picture).pose_landmarks is not None

    def fields() -> list[Any]:
        with make(enable_segmentation=True) as pose:
            results = pose.process(ground.picture)
        landmark, world = results.pose_landmarks.landmark[0], results.pose_world_landmarks.landmark[0]
        return [
            type(results.pose_landmarks).__name__, type(results.pose_world_landmarks).__name__,
            type(landmark).__name__, type(world).__name__, len(results.pose_landmarks.landmark),
            len(results.pose_world_landmarks.landmark),
            [[each.HasField(name) for name in ("x", "y", "z", "visibility", "presence")] for each in (landmark, world)],
            landmark.presence, world.presence, results.segmentation_mask,
        ]  # fmt: skip

    return {
        "pose: 4 channels": lambda: process(np.zeros((3, 3, 4), np.uint8)),
        "pose: 1 channel": lambda: process(np.zeros((3, 3, 1), np.uint8)),
        "pose: float64": lambda: process(np.zeros((30, 30, 3))),
        "pose: float32": lambda: process(np.zeros((30, 30, 3), np.float32)),
        "pose: int32": lambda: process(np.zeros((30, 30, 3), np.int32)),
        "pose: uint16": lambda: process(np.zeros((30, 30, 3), np.uint16)),
        "pose: bool": lambda: process(np.zeros((30, 30, 3), bool)),
        "pose: one pixel": lambda: process(np.zeros((1, 1, 3), np.uint8)),
        "pose: no pixels": lambda: process(np.zeros((0, 0, 3), np.uint8)),
        "pose: blank": lambda: process(np.full((100, 100, 3), 255, np.uint8), enable_segmentation=True),
        "pose: detection 1": lambda: process(ground.picture, min_detection_confidence=1.0),
        "pose: tracking 1": lambda: process(ground.picture, min_tracking_confidence=1.0),
        "pose: every other pixel": lambda: process(np.zeros((60, 60, 3), np.uint8)[::2, ::2]),
        "pose: fields": fields,
        "pose: mask not asked for": lambda: process(ground.picture)[2],
        "pose: confidence is text": lambda: make(min_detection_confidence="x"),
        "pose: complexity is a float": lambda: make(model_complexity=1.0),
        "pose: smooth is None": lambda: make(smooth_landmarks=None),
        "pose: static is 1": lambda: make(static_image_mode=1),
        "pose: unknown argument": lambda: make(foo=1),
        "pose: close": lambda: make().close(),
        "pose: close twice": lambda: closed().close(),
        "pose: process after close": lambda: closed().process(ground.picture),
        "pose: reset after close": lambda: closed().reset(),
        "pose: with after close": with_closed,
        "pose: after a wrong picture": after_wrong_picture,
        "PoseLandmark": lambda: [(int(each), each.name) for each in pose_module.PoseLandmark],
        "PoseLandmark(33)": lambda: pose_module.PoseLandmark(33),
        "POSE_CONNECTIONS": lambda: [
            type(pose_module.POSE_CONNECTIONS).__name__,
            sorted(pose_module.POSE_CONNECTIONS),
        ],
    }


# long: one case after another, run in one process
def message_cases(mp: Any) -> dict[str, Case]:
    """Landmark messages."""
    formats = importlib.import_module(f"{mp.__name__}.framework.formats.landmark_pb2")
    one, many = formats.NormalizedLandmark, formats.NormalizedLandmarkList
    world, worlds = formats.Landmark, formats.LandmarkList

    def some() -> Any:
        return many(landmark=[one(x=0.1, y=-0.2, presence=0.5), one(), one(x=3, visibility=1)])

    def changed(change: Callable[[Any], Any]) -> list[Any]:
        message = some()
        result = change(message)
        return [plain(result) if not isinstance(result, one) else None, str(message)]

    def field(name: str, value: Any) -> list[Any]:
        message = one()
        setattr(message, name, value)
        return [getattr(message, name), str(message)]

    def copies() -> list[bool]:
        message = some()
        loose = one(x=1)
        message.landmark.append(loose)
        loose.x = 2
        other = many()
        other.CopyFrom(message)
        return [
            message.landmark[3].x == 1, message.landmark[3] is loose, other == message,
            other.landmark[0] is message.landmark[0], copy.deepcopy(message) == message,
            copy.copy(message) == message, pickle.loads(pickle.dumps(message)) == message,
            message != some(), message == "text", worlds() == many(),
        ]  # fmt: skip

    def merged() -> list[Any]:
        message = one(x=1, y=2)
        message.MergeFrom(one(y=3, z=4))
        return [str(message), message.ByteSize(), message.IsInitialized()]

    floats = (
        0.1,
        1,
        100000,
        1e7,
        123456.789,
        1e-5,
        -0.0,
        3e20,
        0.30000001192092896,
        float("nan"),
        float("inf"),
    )
    return {
        "message: unset": lambda: [one().x, one().HasField("x"), str(one()), bool(one()), bool(many())],
        "message: set to 0": lambda: [one(visibility=0).HasField("visibility"), one(x=None).HasField("x")],
        "message: text": lambda: [str(some()), repr(some()), str(some().landmark)],
        "message: numbers": lambda: [str(one(x=value)) for value in floats],
        "message: bytes": lambda: [some().SerializeToString(), one(x=0.1, y=-0.2).SerializeToString()],
        "message: from bytes": lambda: [many.FromString(some().SerializeToString()) == some(),
                                        one().ParseFromString(one(x=1).SerializeToString())],
        "message: set integer": lambda: field("x", 1),
        "message: set 0.1": lambda: field("x", 0.1),
        "message: set too large": lambda: field("x", 1e300),
        "message: set NumPy": lambda: [field("x", np.float64(0.1)), field("x", np.int64(3)), field("x", np.float32(2))],
        "message: set bool": lambda: field("x", True),
        "message: set text": lambda: field("x", "a"),
        "message: set None": lambda: field("x", None),
        "message: set unknown": lambda: field("foo", 1),
        "message: set list": lambda: setattr(some(), "landmark", []),
        "message: unknown argument": lambda: one(q=1),
        "message: positional": lambda: one(1),
        "message: argument is text": lambda: one(x="a"),
        "message: HasField unknown": lambda: one().HasField("q"),
        "message: HasField list": lambda: some().HasField("landmark"),
        "message: ClearField": lambda: changed(lambda m: m.landmark[0].ClearField("x")),
        "message: ClearField list": lambda: changed(lambda m: m.ClearField("landmark")),
        "message: ClearField unknown": lambda: one().ClearField("q"),
        "message: Clear": lambda: changed(lambda m: m.Clear()),
        "message: ListFields": lambda: [(each.name, each.number, value) for each, value in some().landmark[0].ListFields()],
        "message: hash": lambda: hash(one()),
        "message: DESCRIPTOR": lambda: [one.DESCRIPTOR.name, one.DESCRIPTOR.full_name],
        "message: copies": copies,
        "message: merged": merged,
        "message: CopyFrom another class": lambda: many().CopyFrom(worlds()),
        "message: list of dictionaries": lambda: str(many(landmark=[{"x": 1}])),
        "message: list of numbers": lambda: many(landmark=[1]),
        "message: list of another class": lambda: many(landmark=[world(x=1)]),
        "message: extend": lambda: changed(lambda m: m.landmark.extend([one(x=9), one(y=8)])),
        "message: extend None": lambda: changed(lambda m: m.landmark.extend(None)),
        "message: extend numbers": lambda: changed(lambda m: m.landmark.extend([1])),
        "message: append": lambda: changed(lambda m: m.landmark.append(one(z=5))),
        "message: append number": lambda: changed(lambda m: m.landmark.append(1)),
        "message: append another class": lambda: changed(lambda m: m.landmark.append(world())),
        "message: add": lambda: changed(lambda m: m.landmark.add(x=7)),
        "message: insert": lambda: changed(lambda m: m.landmark.insert(1, one(x=7))),
        "message: pop": lambda: changed(lambda m: m.landmark.pop(0)),
        "message: remove": lambda: changed(lambda m: m.landmark.remove(one())),
        "message: delete": lambda: changed(lambda m: m.landmark.__delitem__(slice(0, 2))),
        "message: reverse": lambda: changed(lambda m: m.landmark.reverse()),
        "message: sort": lambda: changed(lambda m: m.landmark.sort(key=lambda each: -each.x)),
        "message: assign element": lambda: changed(lambda m: m.landmark.__setitem__(0, one())),
        "message: index out of range": lambda: some().landmark[3],
        "message: slice": lambda: [type(some().landmark[1:]).__name__, len(some().landmark[1:]), some().landmark[-1].x],
        "message: list equals": lambda: [some().landmark == list(some().landmark), one() in some().landmark],
    }  # fmt: skip


# long: one case after another, run in one process
def drawing_cases(mp: Any) -> dict[str, Case]:
    """`solutions.drawing_utils` and `drawing_styles`: arguments and errors; the pixels have goldens of their own."""
    utils, styles = mp.solutions.drawing_utils, mp.solutions.drawing_styles
    formats = importlib.import_module(f"{mp.__name__}.framework.formats.landmark_pb2")
    two = formats.NormalizedLandmarkList(
        landmark=[formats.NormalizedLandmark(x=0.5, y=0.5), formats.NormalizedLandmark(x=0.2, y=0.2)]
    )

    def draw(*arguments: Any, channels: int = 3) -> None:
        utils.draw_landmarks(np.zeros((50, 60, channels), np.uint8), *arguments)

    def pixels() -> list[Any]:
        places = (
            (0, 0),
            (1, 1),
            (1.0000000001, 1),
            (1.00001, 0.5),
            (-1e-12, 0.5),
            (0.999, 0.999),
            (0.5, -0.1),
        )
        return [utils._normalized_to_pixel_coordinates(x, y, 60, 50) for x, y in places]

    return {
        "drawing: spec": lambda: [utils.DrawingSpec(), utils.DrawingSpec((1, 2, 3), 4, 5)],
        "drawing: spec equals": lambda: utils.DrawingSpec() == utils.DrawingSpec(),
        "drawing: spec hash": lambda: hash(utils.DrawingSpec()),
        "drawing: colours": lambda: [
            getattr(utils, f"{name}_COLOR") for name in ("WHITE", "BLACK", "RED", "GREEN", "BLUE")
        ],
        "drawing: style": lambda: sorted(
            (int(key), each.color, each.thickness, each.circle_radius)
            for key, each in styles.get_default_pose_landmarks_style().items()
        ),
        "drawing: pixels": pixels,
        "drawing: None": lambda: draw(None),
        "drawing: 4 channels": lambda: draw(two, channels=4),
        "drawing: no landmarks on 4 channels": lambda: draw(formats.NormalizedLandmarkList(), channels=4),
        "drawing: line to nowhere": lambda: draw(two, [(0, 2)]),
        "drawing: line from nowhere": lambda: draw(two, [(-1, 0)]),
        "drawing: spec missing": lambda: draw(two, None, {0: utils.DrawingSpec()}),
        "drawing: line spec missing": lambda: draw(two, [(0, 1)], None, {}),
        "drawing: line spec None": lambda: draw(two, [(0, 1)], None, None),
        "drawing: plot None": lambda: utils.plot_landmarks(None),
    }
