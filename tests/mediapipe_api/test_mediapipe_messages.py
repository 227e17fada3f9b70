"""The facade's messages are protobuf messages: bytes, text, JSON, copies. They need protobuf and can coexist with
mediapipe's.
"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format, text_format
from google.protobuf.message import DecodeError
from hypothesis import assume, given
from hypothesis import strategies as st

from fitness.mediapipe_api.framework.formats import detection_pb2, location_data_pb2, rect_pb2
from fitness.mediapipe_api.framework.formats.landmark_pb2 import (
    Landmark,
    LandmarkList,
    LandmarkListCollection,
    NormalizedLandmark,
    NormalizedLandmarkList,
    NormalizedLandmarkListCollection,
)
from tests.support.strategies import examples

ROOT = Path(__file__).parents[2]

numbers = st.none() | st.floats(width=32, allow_nan=False)
landmarks = st.builds(
    NormalizedLandmark, x=numbers, y=numbers, z=numbers, visibility=numbers, presence=numbers
)
lists = st.builds(NormalizedLandmarkList, landmark=st.lists(landmarks, max_size=5))


@given(lists)
@examples(60)
def test_bytes_text_and_copies_keep_everything(message: Any) -> None:
    """A message equals the content of its bytes, text, pickle and copies."""
    assert NormalizedLandmarkList.FromString(message.SerializeToString()) == message
    assert pickle.loads(pickle.dumps(message)) == message == copy.deepcopy(message)
    assert text_format.Parse(str(message), NormalizedLandmarkList()) == message
    other = NormalizedLandmarkList()
    other.CopyFrom(message)
    assert other == message and "landmark" in dir(other)


@given(lists)
@examples(40)
def test_json_of_protobuf(message: Any) -> None:
    """`google.protobuf.json_format` writes and reads the messages; the largest number it takes for too large."""
    assume(all(abs(value) < 3e38 for each in message.landmark for _, value in each.ListFields()))
    text = json_format.MessageToJson(message)
    assert json_format.Parse(text, NormalizedLandmarkList()) == message
    assert json_format.ParseDict(json_format.MessageToDict(message), NormalizedLandmarkList()) == message


def test_fields_equal_those_of_mediapipe() -> None:
    """Full names, file, numbers and kinds: bytes are interchangeable with those of MediaPipe."""
    whole = NormalizedLandmarkList.DESCRIPTOR
    assert (whole.full_name, whole.file.name) == (
        "mediapipe.NormalizedLandmarkList", "mediapipe/framework/formats/landmark.proto",
    )  # fmt: skip
    assert NormalizedLandmark(x=1, presence=0.5).SerializeToString() == b"\x0d\0\0\x80?-\0\0\0?"
    fields = {
        Landmark: {"x": 1, "y": 2, "z": 3, "visibility": 4, "presence": 5},
        LandmarkListCollection: {"landmark_list": 1},
        rect_pb2.NormalizedRect: {
            "x_center": 1, "y_center": 2, "height": 3, "width": 4, "rotation": 5, "rect_id": 6,
        },
        location_data_pb2.LocationData: {
            "format": 1, "bounding_box": 2, "relative_bounding_box": 3, "mask": 4, "relative_keypoints": 5,
        },
        detection_pb2.Detection: {
            "label": 1, "label_id": 2, "score": 3, "location_data": 4, "feature_tag": 5, "track_id": 6,
            "detection_id": 7, "associated_detections": 8, "display_name": 9, "timestamp_usec": 10,
        },
    }  # fmt: skip
    for kind, expected in fields.items():
        assert {field.name: field.number for field in kind.DESCRIPTOR.fields} == expected
    assert Landmark.VISIBILITY_FIELD_NUMBER == 4
    assert location_data_pb2.LocationData.RELATIVE_BOUNDING_BOX == 2


def test_a_detection_holds_boxes_and_key_points() -> None:
    """Nested messages, packed scores; rectangles have required fields."""
    found = detection_pb2.Detection(score=[0.5, 0.25])
    found.location_data.format = found.location_data.RELATIVE_BOUNDING_BOX
    found.location_data.relative_bounding_box.width = 0.5
    found.location_data.relative_keypoints.add(x=0.1, y=0.2)
    assert detection_pb2.Detection.FromString(found.SerializeToString()) == found
    assert b"\x1a\x08\0\0\0?\0\0\x80>" in found.SerializeToString()
    assert not rect_pb2.Rect(x_center=1).IsInitialized()


def test_lists_of_lists() -> None:
    """Collections hold lists, nested in text and bytes."""
    people = NormalizedLandmarkListCollection()
    people.landmark_list.add().landmark.add(x=1)
    people.landmark_list.extend([NormalizedLandmarkList()])
    assert str(people) == "landmark_list {\n  landmark {\n    x: 1\n  }\n}\nlandmark_list {\n}\n"
    world = LandmarkListCollection(landmark_list=[LandmarkList(landmark=[Landmark(z=2)])])
    assert world.landmark_list[0].landmark[0].z == 2


def test_values_of_a_wrong_type_are_refused() -> None:
    """Another class, damaged bytes and an unknown field give protobuf's own errors."""
    assert Landmark(x=1) != NormalizedLandmark(x=1)
    with pytest.raises(TypeError):
        Landmark().MergeFrom(NormalizedLandmark())
    with pytest.raises(DecodeError):
        Landmark.FromString(b"\x0d\0")
    with pytest.raises(json_format.ParseError, match='has no field named "foo"'):
        json_format.ParseDict({"landmark": [{"foo": 1}]}, NormalizedLandmarkList())


def _run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_messages_of_the_same_name_may_be_loaded_already() -> None:
    """MediaPipe's own `landmark.proto` may be in protobuf's common pool with other fields: both kinds work side by
    side.
    """
    assert (
        _run(
            "from google.protobuf import descriptor_pb2, descriptor_pool, message_factory\n"
            "file = descriptor_pb2.FileDescriptorProto(\n"
            "    name='mediapipe/framework/formats/landmark.proto', package='mediapipe')\n"
            "file.message_type.add(name='Landmark').field.add(name='x', number=1, label=1, type=2)\n"
            "descriptor_pool.Default().AddSerializedFile(file.SerializeToString())\n"
            "theirs = message_factory.GetMessageClass(\n"
            "    descriptor_pool.Default().FindMessageTypeByName('mediapipe.Landmark'))\n"
            "from fitness.mediapipe_api.framework.formats.landmark_pb2 import Landmark\n"
            "print(Landmark.FromString(theirs(x=3).SerializeToString()).x, Landmark(z=2).z, Landmark is theirs)"
        )
        == "3.0 2.0 False"
    )


def test_without_protobuf_only_messages_are_missing() -> None:
    """Without protobuf, importing the facade and Tasks works; messages raise a one-line error that says what to
    install.
    """
    assert _run(
        "import sys; sys.modules['google.protobuf'] = None\n"
        "import fitness.mediapipe_api as mp\n"
        "print(mp.tasks.vision.PoseLandmarker.__name__)\n"
        "for call in (mp.solutions.pose.Pose, lambda: mp.framework.formats.landmark_pb2,\n"
        "             mp.tasks.components.containers.Landmark(1.0).to_pb2):\n"
        "    try: call()\n"
        "    except ImportError as error: print(error)"
    ).splitlines() == [
        "PoseLandmarker",
        *["MediaPipe's messages need protobuf 4.25 or newer; install it: pip install protobuf"] * 3,
    ]
