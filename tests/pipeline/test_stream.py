"""The contract of all sources of frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from fitness.errors import StateError
from fitness.media.source import SourceInfo, VideoFile
from fitness.types import Frame
from tests.support.clips import turn, write_clip

STEADY = [i / 25 for i in range(20)]
UNEVEN = [0.0, 0.05, 0.06, 0.2, 0.21, 0.5, 0.9, 1.0]


class Source(AbstractContextManager["Source"], Protocol):
    """The interface of a source that the loop uses."""

    warnings: list[str]
    info: SourceInfo

    def __iter__(self) -> Iterator[Frame]: ...
    def close(self) -> None: ...


def two_in_one(folder: Path) -> Path:
    """Two joined raw streams: time stamps are missing and the size changes."""
    first = write_clip(folder / "1.h264", STEADY, container="h264").read_bytes()
    second = write_clip(folder / "2.h264", STEADY, size=(96, 64), container="h264").read_bytes()
    (folder / "joined.h264").write_bytes(first + second)
    return folder / "joined.h264"


def cut(folder: Path) -> Path:
    noise = list(np.random.default_rng(0).integers(0, 255, (20, 48, 64, 3), dtype=np.uint8))
    path = write_clip(folder / "cut.mp4", STEADY, images=noise, options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[:-15_000])
    return path


SOURCES: dict[str, Callable[[Path], Source]] = {
    "steady mp4": lambda folder: VideoFile(write_clip(folder / "a.mp4", STEADY)),
    "uneven mkv": lambda folder: VideoFile(write_clip(folder / "a.mkv", UNEVEN)),
    "turned mov": lambda folder: VideoFile(turn(write_clip(folder / "a.mov", STEADY), (0, 1, -1, 0))),
    "gif": lambda folder: VideoFile(
        write_clip(folder / "a.gif", STEADY, codec="gif", pix_fmt="rgb8", clock_hz=100)
    ),
    "raw, joined": lambda folder: VideoFile(two_in_one(folder)),
    "cut off": lambda folder: VideoFile(cut(folder)),
    "a part": lambda folder: VideoFile(write_clip(folder / "a.mp4", STEADY), 0.3, 0.6),
}


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    with SOURCES[request.param](tmp_path) as opened:
        yield opened


def test_time_and_number_increase(source: Source) -> None:
    """t strictly increases from 0 or later, index rises by one."""
    frames = list(source)
    assert len(frames) > 1
    assert frames[0].t >= 0 and (np.diff([f.t for f in frames]) > 0).all()
    assert (np.diff([f.index for f in frames]) == 1).all()


def test_every_frame_is_rgb_of_the_stated_size(source: Source) -> None:
    """Frames are (height, width, 3) uint8, all of the same size, which info states before the first one."""
    info = source.info
    for frame in source:
        assert frame.image.shape == (info.height, info.width, 3)
        assert frame.image.dtype == np.uint8 and frame.image.flags.c_contiguous


def test_frames_do_not_share_memory(source: Source) -> None:
    """A stored frame does not change when the next one is read."""
    frames = list(source)
    for one, other in pairwise(frames):
        assert not np.shares_memory(one.image, other.image)


def test_the_end_is_the_end_of_iteration(source: Source) -> None:
    """After the last frame iteration stops, and the count in info is the number given."""
    frames = list(source)
    assert source.info.frames == len(frames)
    assert source.info.duration_s >= frames[-1].t - 1e-9 or source.warnings


def test_closing_early_and_twice_is_fine_and_final(source: Source) -> None:
    """A reader may stop at any frame; a closed source refuses to be read."""
    next(iter(source))
    source.close()
    source.close()
    assert source.info.frames == 1
    with pytest.raises(StateError):
        iter(source)
