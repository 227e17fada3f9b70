"""Landmark messages beyond the stored answers: bytes there and back, damaged bytes, lists of lists."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fitness.mediapipe_api.framework.formats.landmark_pb2 import (
    Landmark,
    LandmarkList,
    LandmarkListCollection,
    NormalizedLandmark,
    NormalizedLandmarkList,
    NormalizedLandmarkListCollection,
)
from fitness.mediapipe_api.messages import DecodeError
from tests.support.strategies import examples

numbers = st.none() | st.floats(width=32, allow_nan=False)
landmarks = st.builds(
    NormalizedLandmark, x=numbers, y=numbers, z=numbers, visibility=numbers, presence=numbers
)
lists = st.builds(NormalizedLandmarkList, landmark=st.lists(landmarks, max_size=5))


@given(lists)
@examples(80)
def test_bytes_and_copies_keep_everything(message: NormalizedLandmarkList) -> None:
    """A message equals what its bytes, its pickle and its copies hold; its size is that of the bytes."""
    data = message.SerializeToString()
    assert message.ByteSize() == len(data)
    assert NormalizedLandmarkList.FromString(data) == message
    assert pickle.loads(pickle.dumps(message)) == message == copy.deepcopy(message)
    other = NormalizedLandmarkList()
    other.CopyFrom(message)
    assert other == message and str(other) == str(message)


@given(lists, lists)
@examples(80)
def test_merging_appends(first: NormalizedLandmarkList, second: NormalizedLandmarkList) -> None:
    """The bytes of two lists in a row are the list of both, as is merging."""
    both = NormalizedLandmarkList.FromString(first.SerializeToString() + second.SerializeToString())
    count = len(first.landmark) + len(second.landmark)
    first.MergeFrom(second)
    assert first == both and len(both.landmark) == count


@given(lists, st.data())
@examples(80)
def test_damaged_bytes_are_noticed_or_read(message: NormalizedLandmarkList, data: st.DataObject) -> None:
    """Bytes that end early either end between two landmarks or are a DecodeError, a ValueError."""
    whole = message.SerializeToString()
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    try:
        read = NormalizedLandmarkList.FromString(cut)
    except DecodeError as error:
        assert isinstance(error, ValueError)
        return
    assert read.SerializeToString() == cut


@given(st.binary(max_size=60))
@examples(80)
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    """No bytes do harm."""
    try:
        Landmark.FromString(data)
    except DecodeError:
        return


def test_unknown_fields_are_skipped() -> None:
    """Fields of newer versions, of every wire type, are passed over; a field of another type too."""
    unknown = bytes(
        [9 << 3 | 0, 0x96, 1, 10 << 3 | 1, *range(8), 11 << 3 | 2, 2, 7, 7, 12 << 3 | 5, 0, 0, 0, 0]
    )
    wrong_type = bytes([1 << 3 | 2, 1, 5])
    data = unknown + Landmark(x=1, presence=0.5).SerializeToString() + wrong_type
    assert Landmark.FromString(data) == Landmark(x=1, presence=0.5)


def test_lists_of_lists() -> None:
    """Collections hold lists, nested in text and bytes."""
    people = NormalizedLandmarkListCollection()
    people.landmark_list.add().landmark.add(x=1)
    people.landmark_list.extend([NormalizedLandmarkList()])
    assert str(people) == "landmark_list {\n  landmark {\n    x: 1\n  }\n}\nlandmark_list {\n}\n"
    assert NormalizedLandmarkListCollection.FromString(people.SerializeToString()) == people
    world = LandmarkListCollection(landmark_list=[LandmarkList(landmark=[Landmark(z=2)])])
    assert world.landmark_list[0].landmark[0].z == 2


def test_a_list_can_be_extended_by_itself() -> None:
    """Where protobuf runs for ever: a list takes copies of its own elements, and a message copies itself."""
    message = NormalizedLandmarkList(landmark=[NormalizedLandmark(x=1), NormalizedLandmark(x=2)])
    message.landmark.extend(message.landmark)
    assert [each.x for each in message.landmark] == [1, 2, 1, 2]
    message.CopyFrom(message)
    assert len(message.landmark) == 4
    message.landmark[0].x = 9
    assert message.landmark[2].x == 1


def test_equal_messages_need_the_same_class() -> None:
    """A landmark in the room never equals one in the picture."""
    assert Landmark(x=1) != NormalizedLandmark(x=1)
    assert LandmarkList() != NormalizedLandmarkList()
    with pytest.raises(TypeError, match="MergeFrom"):
        Landmark().MergeFrom(NormalizedLandmark())  # type: ignore[arg-type]


def test_descriptors_are_those_of_protobuf() -> None:
    """Names, numbers and kinds of the fields, as protobuf has them of MediaPipe's file."""
    whole = NormalizedLandmarkList.DESCRIPTOR
    assert (whole.name, whole.full_name, whole.file.name) == (
        "NormalizedLandmarkList", "mediapipe.NormalizedLandmarkList", "mediapipe/framework/formats/landmark.proto",
    )  # fmt: skip
    (field,) = whole.fields
    assert (field.full_name, field.label, field.type, field.cpp_type) == (
        "mediapipe.NormalizedLandmarkList.landmark", 3, 11, 10,
    )  # fmt: skip
    assert field.message_type is not None and field.message_type.name == "NormalizedLandmark"
    number = field.message_type.fields_by_name["visibility"]
    assert (number.number, number.label, number.type, number.cpp_type, number.default_value) == (
        4,
        1,
        2,
        6,
        0.0,
    )
    assert number.has_presence and not field.has_presence and field.default_value == []
    assert LandmarkListCollection.DESCRIPTOR.fields_by_number[1].json_name == "landmarkList"
    assert NormalizedLandmark.VISIBILITY_FIELD_NUMBER == 4  # type: ignore[attr-defined]


def test_methods_that_have_nothing_to_do() -> None:
    """They are there, and say what protobuf says."""
    message = NormalizedLandmark(x=1)
    assert message.FindInitializationErrors() == [] and message.IsInitialized()
    message.DiscardUnknownFields()
    assert message.SerializePartialToString() == message.SerializeToString()
    with pytest.raises(ValueError, match="Expected a oneof name, but got field name x"):
        message.WhichOneof("x")
    with pytest.raises(ValueError, match='NormalizedLandmark has no oneof "kind" field'):
        message.WhichOneof("kind")
    with pytest.raises(AttributeError, match='Protocol message NormalizedLandmark has no "q" field'):
        message.q = 1  # type: ignore[attr-defined]


@given(lists)
@examples(80)
def test_json_of_protobuf(message: NormalizedLandmarkList) -> None:
    """`google.protobuf.json_format` writes and reads the messages; the largest number it takes for too large."""
    assume(all(abs(value) < 3e38 for each in message.landmark for _, value in each.ListFields()))
    json_format = pytest.importorskip("google.protobuf.json_format")
    text = json_format.MessageToJson(message)
    assert json_format.Parse(text, NormalizedLandmarkList()) == message
    told = json_format.MessageToDict(message)
    assert len(told.get("landmark", [])) == len(message.landmark)
    assert json_format.ParseDict(told, NormalizedLandmarkList()) == message


def test_json_that_does_not_fit() -> None:
    """Errors are protobuf's own."""
    json_format = pytest.importorskip("google.protobuf.json_format")
    with pytest.raises(json_format.ParseError, match='has no field named "foo"'):
        json_format.ParseDict({"landmark": [{"foo": 1}]}, NormalizedLandmarkList())
