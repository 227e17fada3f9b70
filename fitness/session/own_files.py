"""Chooses names for results, so that no file of the user is overwritten.

A result may replace an older result of this program. It never replaces a recording that is being counted or a file that
this program did not write; another name is chosen instead. Files of this program are recognised by their first bytes,
videos by their comment.
"""

from __future__ import annotations

import json
import os
import re
import struct
import zlib
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from fitness.errors import FitnessError, printable
from fitness.media.source import VideoFile
from fitness.media.writer import is_own_video
from fitness.session.output import prepare_out_dir, whole_file
from fitness.types import ImageArray

RESULT_ENDINGS: Final = (
    ".reps.csv", ".partials.csv", ".frames.csv", ".summary.json", ".landmarks.npz", ".annotated.mp4",
    ".annotated.part.mp4", ".done.json",
)  # fmt: skip
"""Endings that follow the stem in the names of a recording's results."""

_SAME_LENGTH_S: Final = 0.5
"""Recordings of the same name whose lengths differ by more are different ones, seconds."""

_LONGEST_BYTES: Final = 200
"""Longest stem, bytes; most file systems allow 255 bytes for the whole name."""

_HEAD_BYTES: Final = 4096
_STARTS: Final = {
    ".csv": (
        rb"(\xef\xbb\xbf)?(exercise,set,rep,|time_s,found,exercise,|file,sha256,|file,exercise,set,rep,"
        rb"|session,title,source,exercise,set,)"
    ),
    ".json": rb"\{\s*\"version\": 1,\s*\"(source|key)\"",
    ".npz": rb"PK\x03\x04.{26}version\.npy",
    ".html": rb"<!doctype html>.*<meta name=\"generator\" content=\"fitness\">",
    ".png": rb"\x89PNG.*tEXtSoftware\x00fitness",
}
"""Patterns of the first bytes of this program's files, by kind."""


def is_own(path: Path) -> bool:
    """Whether this program wrote the file. False if the kind of file does not show it."""
    if path.suffix.lower() in (".mp4", ".m4v", ".mov", ".mkv"):
        return is_own_video(path)
    pattern = _STARTS.get(path.suffix.lower())
    if pattern is None or not path.is_file():
        return False
    with suppress(OSError), path.open("rb") as file:
        return re.match(pattern, file.read(_HEAD_BYTES), re.DOTALL) is not None
    return False


def marked_png(data: bytes) -> bytes:
    """Add a text chunk to the PNG by which `is_own` recognises it (PNG specification, 11.3.3.3)."""
    text = b"tEXtSoftware\0fitness"
    part = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return data[:33] + part + data[33:]  # after the header


def png_file(path: Path, image: ImageArray) -> None:
    """Write an image as PNG, marked as a file of this program.

    Args:
        image: (H, W, 3) uint8 RGB.

    Raises:
        OutputError: the file cannot be written.
    """
    data = cv2.imencode(".png", np.ascontiguousarray(image[..., ::-1]))[1].tobytes()
    with whole_file(path) as file:
        file.write(marked_png(data))


def may_write(path: Path, inputs: Iterable[Path] = ()) -> bool:
    """Whether `path` may be written: it is free or a file of this program, and none of the inputs."""
    if not os.path.lexists(path):
        return True
    for one in inputs:
        with suppress(OSError):
            if os.path.samefile(one, path):
                return False
    return is_own(path)


def free_path(path: Path, inputs: Collection[Path] = ()) -> Path:
    """`path` if it may be written, else NAME-2, NAME-3 and so on with the same ending.

    Args:
        path: the requested name.   inputs: files that are being read.
    """
    if may_write(path, inputs):
        return path
    names = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return next(one for one in names if may_write(one, inputs))


def free_stems(
    paths: Sequence[Path], folder: Path | None, endings: Sequence[str] = RESULT_ENDINGS
) -> tuple[list[str], list[str]]:
    """Choose a stem for the result names of each recording; also returns notices for the user.

    Usually the stem is the recording's name without its ending. Another stem is chosen if two recordings would share it,
    if it is too long or not text, or if a result would replace a file of the user or the results of another recording.
    `IMG_0001.MOV` and `IMG_0001.MP4` get `IMG_0001` and `IMG_0001.MP4`, in one run or in two.

    Args:
        paths: the recordings.   folder: where the results go; None if nothing is written.
        endings: endings that follow the stem.

    Raises:
        OutputError: `folder` is a file, or is not writable.
    """
    if folder is not None and folder.exists():
        prepare_out_dir(folder)
    taken: set[str] = set()
    stems, notes = [], []
    for path in paths:
        usual = _shortened(path.stem)
        wanted = [usual, _shortened(path.name)]
        names = (name for name in (*wanted, *(f"{usual}-{number}" for number in range(2, 100_000))))
        stem = next(
            name
            for name in names
            if name not in taken
            and _may_begin(name, folder, endings, paths)
            and not belongs_to_another(name, path, folder)
        )
        if stem != usual and usual not in taken:
            notes.append(
                f"{printable(path.name)}: its results are named {stem}, as files of the usual names must not be replaced"
            )
        taken.add(stem)
        stems.append(stem)
    return stems, notes


def belongs_to_another(stem: str, recording: Path, folder: Path | None) -> bool:
    """Whether results with this stem belong to another recording.

    Their summary states the file name, frame size and length of their recording. If one of these differs, the recording
    is another one. A summary that cannot be read counts as one of another recording.
    """
    if folder is None:
        return False
    try:
        text = (folder / f"{stem}.summary.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        source = json.loads(text)["source"]
        if source["name"] != printable(recording.name):
            return True
        with VideoFile(recording) as video:
            info = video.info
        same_size = (source["width"], source["height"]) == (info.width, info.height)
        return not same_size or abs(source["duration_s"] - info.duration_s) > _SAME_LENGTH_S
    except (ValueError, KeyError, TypeError, RecursionError, FitnessError):
        return True


def _may_begin(stem: str, folder: Path | None, endings: Sequence[str], inputs: Collection[Path]) -> bool:
    return folder is None or all(may_write(folder / f"{stem}{ending}", inputs) for ending in endings)


def _shortened(name: str) -> str:
    """The name as printable text of at most `_LONGEST_BYTES` bytes."""
    return printable(name).encode()[:_LONGEST_BYTES].decode(errors="ignore")
