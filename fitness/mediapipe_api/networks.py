"""The two networks of a pose: from the cache, from a `.task` bundle or from a bare `.tflite` file."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zipfile
import zlib
from typing import Final

from fitness.engine.runtime.loader import check_tflite, load_model
from fitness.engine.runtime.manifest import ModelSpec
from fitness.engine.runtime.model import Model, Shape
from fitness.engine.runtime.model_check import check_unknown_model
from fitness.engine.runtime.weights import ModelFiles
from fitness.errors import ModelError
from fitness.mediapipe_api.failures import MissingFileError, ModelFileError

DETECTOR_MEMBER: Final = "pose_detector.tflite"
LANDMARKS_MEMBER: Final = "pose_landmarks_detector.tflite"
OF_COMPLEXITY: Final = ("lite", "full", "heavy")

_DEFAULT: Final = "full"
_ZIP: Final = b"PK"
_TFLITE: Final = b"TFL3"  # at byte 4
_UNNAMED: Final = "the given model: "  # how errors of `load_model` begin for bytes
_MAX_BYTES: Final = 200_000_000  # six times the heaviest model
_ZIP_ERRORS: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, zlib.error, RuntimeError, ValueError,
    OSError, KeyError, struct.error,
)  # fmt: skip
"""What zipfile raises for damaged files; RuntimeError for encrypted ones."""
_MASK: Final = 2  # position of the segmentation among the outputs of the landmark model


def cached_networks(name: str = _DEFAULT, *, with_mask: bool = True) -> tuple[Model, Model]:
    """Detector and landmark model "lite", "full" or "heavy" from the user's cache, fetched if they are not there.

    with_mask: whether the landmark model shall give masks; without it is faster.
    Raises ModelFileError (a RuntimeError) when the weights cannot be had.
    """
    files = ModelFiles()
    try:
        paths = files.ensure_all(("detector", name))
        contents = [paths[each].read_bytes() for each in ("detector", name)]
    except (ModelError, OSError) as error:
        raise ModelFileError(str(error)) from error
    return _loaded(files, contents[0], contents[1], with_mask, f"the cached model {name}")


def networks_from_file(path: str | os.PathLike[str], *, with_mask: bool = True) -> tuple[Model, Model]:
    """Detector and landmark model from a `.task` bundle, or the landmark model alone from a `.tflite` file.

    Raises MissingFileError (a FileNotFoundError and RuntimeError), ModelFileError (a RuntimeError).
    """
    name = os.fspath(path)
    try:
        with open(name, "rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise MissingFileError(f"Unable to open file at {name}") from error
    except OSError as error:
        raise ModelFileError(f"Unable to open file at {name} ({error.strerror or error})") from error
    return networks_from_bytes(content, with_mask=with_mask, name=name)


def networks_from_bytes(
    content: bytes, *, with_mask: bool = True, name: str = "model_asset_buffer"
) -> tuple[Model, Model]:
    """As `networks_from_file`, for the content of the file; `name` is for errors."""
    if content[:2] == _ZIP:
        detector, landmarks = _unpacked(content, name)
        return _loaded(ModelFiles(), detector, landmarks, with_mask, name)
    if content[4:8] == _TFLITE:
        files = ModelFiles()
        try:
            detector = files.ensure("detector").read_bytes()
        except (ModelError, OSError) as error:
            raise ModelFileError(str(error)) from error
        return _loaded(files, detector, content, with_mask, name)
    raise ModelFileError(f"Unable to open zip archive. {name} is neither a .task bundle nor a .tflite file.")


def _unpacked(content: bytes, name: str) -> tuple[bytes, bytes]:
    """The two models of a bundle."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            names = bundle.namelist()
            for wanted in (DETECTOR_MEMBER, LANDMARKS_MEMBER):
                if wanted not in names:
                    raise MissingFileError(
                        f"No file with name: {wanted}. "
                        f"All files in the model asset bundle are: {', '.join(names)}."
                    )
            for wanted in (DETECTOR_MEMBER, LANDMARKS_MEMBER):
                if bundle.getinfo(wanted).file_size > _MAX_BYTES:
                    raise ModelFileError(
                        f"{name}: {wanted} is larger than {_MAX_BYTES // 1_000_000} MB, the limit of a model"
                    )
            return bundle.read(DETECTOR_MEMBER), bundle.read(LANDMARKS_MEMBER)
    except (MissingFileError, ModelFileError):
        raise
    except _ZIP_ERRORS as error:
        raise ModelFileError(f"Unable to open zip archive. {name}: {error}") from error


def _loaded(
    files: ModelFiles, detector: bytes, landmarks: bytes, with_mask: bool, name: str
) -> tuple[Model, Model]:
    specs = files.manifest.spec("detector"), files.manifest.spec(_DEFAULT)
    known = {version.sha256 for spec in files.manifest.models.values() for version in spec.versions}
    try:
        for content in (detector, landmarks):
            check_tflite(content)
            if hashlib.sha256(content).hexdigest() not in known:
                check_unknown_model(content)
        return (
            load_model(detector, expect_input=specs[0].input_shape, expect_outputs=specs[0].output_shapes),
            _landmark_model(landmarks, specs[1], with_mask),
        )
    except ModelError as error:
        raise ModelFileError(f"{name}: {str(error).removeprefix(_UNNAMED)}") from error


def _landmark_model(content: bytes, spec: ModelSpec, with_mask: bool) -> Model:
    """The landmark model; its mask may have another resolution than that of the manifest."""
    model = load_model(content, expect_input=spec.input_shape, drop_outputs=() if with_mask else (_MASK,))
    if _without_mask(model.output_shapes) != _without_mask(spec.output_shapes):
        raise ModelError(
            f"the landmark model's outputs are {model.output_shapes} where {spec.output_shapes} are expected; "
            "give a BlazePose model of MediaPipe 0.8.6 or newer"
        )
    return model


def _without_mask(shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
    return shapes[:_MASK] + shapes[_MASK + 1 :]
