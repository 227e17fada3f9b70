"""MediaPipe's protobuf messages, made at run time.

Their full names are MediaPipe's (`mediapipe.NormalizedLandmarkList`), so their bytes, text and JSON are interchangeable with
those of the real package. They have their own descriptor pool, so both packages can be loaded in one process.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

from fitness.mediapipe_api.failures import MissingPackageError

_POINT: Final = "x:float=1 y:float=2 z:float=3 visibility:float=4 presence:float=5"
_BOX: Final = "xmin:{0}=1 ymin:{0}=2 width:{0}=3 height:{0}=4"
_RECT: Final = "x_center:{0}=1! y_center:{0}=2! height:{0}=3! width:{0}=4! rotation:float=5 rect_id:int64=6"

_FILES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "landmark": (
        (),
        {
            "Landmark": _POINT,
            "LandmarkList": "landmark:Landmark=1*",
            "LandmarkListCollection": "landmark_list:LandmarkList=1*",
            "NormalizedLandmark": _POINT,
            "NormalizedLandmarkList": "landmark:NormalizedLandmark=1*",
            "NormalizedLandmarkListCollection": "landmark_list:NormalizedLandmarkList=1*",
        },
    ),
    "rect": ((), {"Rect": _RECT.format("int32"), "NormalizedRect": _RECT.format("float")}),
    "annotation/rasterization": (
        (),
        {
            "Rasterization": "interval:Rasterization.Interval=1*",
            "Rasterization.Interval": "y:int32=1! left_x:int32=2! right_x:int32=3!",
        },
    ),
    "location_data": (
        ("annotation/rasterization",),
        {
            "LocationData": "format:LocationData.Format=1 bounding_box:LocationData.BoundingBox=2 "
            "relative_bounding_box:LocationData.RelativeBoundingBox=3 mask:LocationData.BinaryMask=4 "
            "relative_keypoints:LocationData.RelativeKeypoint=5*",
            "LocationData.BoundingBox": _BOX.format("int32"),
            "LocationData.RelativeBoundingBox": _BOX.format("float"),
            "LocationData.BinaryMask": "width:int32=1 height:int32=2 rasterization:Rasterization=3",
            "LocationData.RelativeKeypoint": "x:float=1 y:float=2 keypoint_label:string=3 score:float=4",
            "LocationData.Format": "enum GLOBAL=0 BOUNDING_BOX=1 RELATIVE_BOUNDING_BOX=2 MASK=3",
        },
    ),
    "detection": (
        ("location_data",),
        {
            "Detection": "label:string=1* label_id:int32=2* score:float=3* location_data:LocationData=4 "
            "feature_tag:string=5 track_id:string=6 detection_id:int64=7 "
            "associated_detections:Detection.AssociatedDetection=8* display_name:string=9* timestamp_usec:int64=10",
            "Detection.AssociatedDetection": "id:int32=1 confidence:float=2",
            "DetectionList": "detection:Detection=1*",
        },
    ),
}
"""File -> (files it needs, message or enum -> its fields). A field is name:type=number, with * for a list, ! for required.

Source: MediaPipe's `framework/formats/*.proto`.
"""

_TYPES: Final = {"float": 2, "int64": 3, "int32": 5, "string": 9, "message": 11, "enum": 14}
_OPTIONAL, _REQUIRED, _REPEATED = 1, 2, 3


def file_classes(name: str, module: str) -> tuple[Any, dict[str, Any]]:
    """The descriptor of a file, such as "landmark", and its message classes by name.

    module: where the classes can be imported from, for pickle.
    Raises MissingPackageError (an ImportError) without protobuf.
    """
    pool, factory = _pool()
    file = pool.FindFileByName(_path(name))
    classes = {key: factory.GetMessageClass(each) for key, each in file.message_types_by_name.items()}
    for each in classes.values():
        each.__module__ = module
    return file, classes


_made: list[Any] = []


def _pool() -> tuple[Any, Any]:
    """The pool with all files, and the module that makes classes of it."""
    try:
        factory = importlib.import_module("google.protobuf.message_factory")
        protobuf = importlib.import_module("google.protobuf.descriptor_pb2")
        pools = importlib.import_module("google.protobuf.descriptor_pool")
    except ImportError as error:
        raise MissingPackageError(
            "MediaPipe's messages need protobuf 4.25 or newer; install it: pip install protobuf"
        ) from error
    if not hasattr(factory, "GetMessageClass"):
        raise MissingPackageError(
            "this protobuf is too old for MediaPipe's messages; update it: pip install 'protobuf>=4.25'"
        )
    if not _made:
        pool = pools.DescriptorPool()
        for name in _FILES:
            pool.AddSerializedFile(_file(protobuf, name).SerializeToString())
        _made.append(pool)
    return _made[0], factory


def _path(name: str) -> str:
    return f"mediapipe/framework/formats/{name}.proto"


def _file(protobuf: Any, name: str) -> Any:
    """The FileDescriptorProto of a file."""
    needs, messages = _FILES[name]
    file = protobuf.FileDescriptorProto(
        name=_path(name), package="mediapipe", dependency=[_path(each) for each in needs]
    )
    made: dict[str, Any] = {}
    for full, fields in messages.items():
        outer, _, inner = full.rpartition(".")
        if fields.startswith("enum "):
            enum = made[outer].enum_type.add(name=inner)
            for each in fields.split()[1:]:
                value, _, number = each.partition("=")
                enum.value.add(name=value, number=int(number))
            continue
        made[full] = made[outer].nested_type.add(name=inner) if outer else file.message_type.add(name=inner)
        for each in fields.split():
            _add_field(made[full], each)
    return file


def _add_field(message: Any, text: str) -> None:
    name, kind, rest = text.replace("=", ":").split(":")
    number, label = rest.rstrip("*!"), {"*": _REPEATED, "!": _REQUIRED}.get(rest[-1], _OPTIONAL)
    field = message.field.add(name=name, number=int(number), label=label)
    if kind in _TYPES:
        field.type = _TYPES[kind]
        if label == _REPEATED and kind != "string":
            field.options.packed = True
    else:
        field.type = _TYPES["enum" if kind.endswith(".Format") else "message"]
        field.type_name = f".mediapipe.{kind}"
