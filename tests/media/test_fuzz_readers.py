"""The short form of `scripts/soak fuzz`: a few mutants for every reader, and the documented limits."""

from __future__ import annotations

import os
import pickle
import random
import re
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.runtime.model_check import check_unknown_model
from fitness.engine.runtime.weights import ModelFiles
from fitness.errors import FitnessError, ModelError, SourceError
from fitness.media.image_header import stated_size
from fitness.media.info import check_duration
from fitness.media.source import load_image
from fitness.session.landmark_file import read_landmarks
from tests.support import fuzzing

ROOT = Path(__file__).parents[2]
QUICK = [kind for kind in fuzzing.FULL if kind not in ("task", "tflite", "message", "query")]


@pytest.mark.parametrize("kind", ["image", "video", "log", "samples"])
def test_mutated_files_never_crash_a_reader(kind: str) -> None:
    """No crash, hang, foreign exception, gigabyte or foreign file; each batch runs in a monitored child process."""
    assert fuzzing.fuzz({kind: 40}) == []


@pytest.mark.usefixtures("models")
def test_mutated_models_messages_and_addresses_never_crash_a_reader() -> None:
    """The same for readers that need the weights or the page."""
    assert fuzzing.fuzz({"tflite": 1, "message": 12, "query": 12}) == []


def test_the_fuzzer_notices_each_kind_of_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash, a foreign exception and a foreign file are all reported, so the suite can fail."""
    wrong = tmp_path / "elsewhere.txt"
    body = f"""
import ctypes, pathlib
from tests.support import fuzz_targets
once = pathlib.Path({str(tmp_path / "once")!r})
def target(folder):
    def read(data):
        if len(data) % 3 == 0: raise KeyError("foreign")
        if len(data) % 3 == 1: pathlib.Path({str(wrong)!r}).write_text("x")
        if len(data) % 3 == 2 and not once.exists():
            once.touch()
            ctypes.string_at(0)
    return (lambda: [b"ab" * 40]), (lambda data: None if data == b"ab" * 40 else read(data)), ()
fuzz_targets.TARGETS["bad"] = target
from tests.support import fuzzing
raise SystemExit(fuzzing.main())
"""
    script = tmp_path / "bad.py"
    script.write_text(body)
    monkeypatch.setattr(fuzzing, "__file__", str(script))
    faults = "\n".join(fuzzing.fuzz({"bad": 40}))
    assert "KeyError" in faults and "writes " in faults and "the process ended with -11" in faults


@given(st.binary(max_size=400), st.integers(0, 2**32))
def test_mutations_are_repeatable(data: bytes, seed: int) -> None:
    """A mutant can be made again from its number."""
    assert fuzzing.mutant(data, random.Random(seed)) == fuzzing.mutant(data, random.Random(seed))


@given(
    st.sampled_from(
        [
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"BM",
            b"RIFF1234WEBPVP8X",
            b"GIF8",
            b"II*\0",
            b"MM\0*",
            b"P6 ",
        ]
    ),
    st.binary(max_size=300),
)
def test_any_header_is_read_or_reported_as_unknown(start: bytes, rest: bytes) -> None:
    """The result is two numbers or None, never an exception."""
    size = stated_size(start + rest)
    assert size is None or (len(size) == 2 and min(size) >= 0)


def _png_of(width: int, height: int) -> bytes:
    """A small PNG that states a large size and unpacks to zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _bmp_of(width: int, height: int) -> bytes:
    return (
        b"BM"
        + struct.pack("<IHHI", 100, 0, 0, 54)
        + struct.pack("<IiiHH", 40, width, height, 1, 24)
        + bytes(60)
    )


@pytest.mark.parametrize(
    "data", [_png_of(30_000, 30_000), _bmp_of(30_000, 30_000), b"P6 30000 30000 255\n" + bytes(9)]
)
def test_a_picture_above_the_limit_is_refused_with_the_limit_named(data: bytes, tmp_path: Path) -> None:
    """The size is refused before anything is unpacked."""
    path = tmp_path / "large.png"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"limit is 16384 pixels a side and 100 megapixels"):
        load_image(path)


def test_a_picture_with_a_part_longer_than_itself_is_refused(tmp_path: Path) -> None:
    """The decoder would allocate the stated length before it reads."""
    data = bytearray(_png_of(32, 24))
    data[33:37] = struct.pack(">I", 1_000_000_000)  # the length of IDAT
    (tmp_path / "a.png").write_bytes(data)
    assert stated_size(bytes(data)) is None
    with pytest.raises(SourceError, match="not a picture"):
        load_image(tmp_path / "a.png")


def test_a_video_above_the_limit_is_refused_with_the_limit_named() -> None:
    """A video, or part of one, may last 24 hours."""
    check_duration("a.mp4", 24 * 3600.0)
    with pytest.raises(SourceError, match=r"a\.mp4: the video is too long \(30\.0 h\); the limit is 24 h"):
        check_duration("a.mp4", 30 * 3600.0)


def test_a_log_that_decompresses_to_too_much_is_refused(tmp_path: Path) -> None:
    """A small archive of zeros: the sizes are checked before anything is unpacked."""
    path = tmp_path / "bomb.landmarks.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("world.npy", "w") as member,
    ):
        for _ in range(11):
            member.write(bytes(100_000_000))
    assert path.stat().st_size < 6_000_000
    with pytest.raises(SourceError, match="limit is 600000 frames"):
        read_landmarks(path)


class _Evil:
    """An object that runs a command when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_a_pickle_in_a_log_is_never_loaded(tmp_path: Path) -> None:
    """An array of objects and a bare pickle are refused, and their code is not run."""
    mark = tmp_path / "it-ran"
    path = tmp_path / "a.landmarks.npz"
    np.savez(path, version=np.array([_Evil(mark)], dtype=object))
    for data in (path.read_bytes(), pickle.dumps(_Evil(mark))):
        path.write_bytes(data)
        with pytest.raises(SourceError):
            read_landmarks(path)
    assert not mark.exists()


def test_nothing_in_the_program_loads_pickles() -> None:
    """Every numpy.load has allow_pickle=False; pickle, joblib, shelve, marshal and eval are not used."""
    for path in (ROOT / "fitness").rglob("*.py"):
        text = path.read_text("utf-8")
        for call in re.findall(r"np\.load\([^)]*\)", text):
            assert "allow_pickle=False" in call, (path, call)
        found = re.findall(
            r"^\s*(?:import|from) (?:pickle|joblib|shelve|marshal|dill)\b|\b(?:eval|exec)\(",
            text,
            re.MULTILINE,
        )
        # This module runs the program that the user names.
        allowed = ["exec("] if path == ROOT / "fitness" / "mediapipe_api" / "__main__.py" else []
        assert found == allowed, path


@pytest.mark.usefixtures("models")
def test_a_model_that_crashes_the_interpreter_only_ends_a_child_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A segmentation fault, a hang and an exception each give one sentence."""
    content = (ModelFiles().folder / "pose_detection.tflite").read_bytes() + b"\0"
    for code, says in (
        ("import ctypes; ctypes.string_at(0)", "crashes the interpreter \\(signal 11\\)"),
        ("raise ValueError('no such operator')", "cannot be run \\(no such operator\\)"),
        ("import time; time.sleep(60)", "busy for more than 1 s"),
    ):
        monkeypatch.setattr("fitness.engine.runtime.model_check._CODE", code)
        monkeypatch.setattr("fitness.engine.runtime.model_check.LIMIT_S", 1.0 if "sleep" in code else 30.0)
        with pytest.raises(ModelError, match=says):
            check_unknown_model(content)
    monkeypatch.undo()
    check_unknown_model(content)
    with pytest.raises(FitnessError):
        check_unknown_model(content[:1000])
