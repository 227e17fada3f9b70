"""HDR video (HLG, PQ): frames and landmarks equal those of the same clip without HDR."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from fitness.media.hdr import HLG, PQ, is_hdr, tone_mapped
from fitness.media.video_file import VideoFile
from fitness.pipeline.settings import Engine, Settings
from scripts.figure import Camera, Clip, Motion, Reps
from scripts.hdr_signal import BT2020, hdr_signal
from tests.support.clips import Image, write_clip

Real = NDArray[np.float64]


def write_hdr(path: Path, images: Sequence[Image], transfer: int, fps: int = 10) -> Path:
    """A 10-bit HEVC clip as phones write them."""
    height, width = images[0].shape[:2]
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx265", rate=fps, options={"x265-params": "log-level=none", "crf": "14"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p10le"
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = (
            transfer,
            BT2020,
            BT2020,
        )
        context.color_range = 1
        for number, image in enumerate(images):
            signal = np.rint(np.clip(hdr_signal(image, transfer), 0, 1) * 65535).astype(np.uint16)
            frame = av.VideoFrame.from_ndarray(signal, format="rgb48le")
            frame = frame.reformat(format="yuv420p10le", dst_colorspace=BT2020)
            frame.pts, frame.time_base = number, Fraction(1, fps)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_an_sdr_frame_is_unchanged(transfer: int) -> None:
    """sRGB -> HDR signal in 8 bits -> sRGB: within the steps of the signal, darks and colours included."""
    rng = np.random.default_rng(3)
    image = np.repeat(np.repeat(rng.integers(0, 190, (12, 16, 3), np.uint8), 20, axis=0), 20, axis=1)
    signal = np.rint(np.clip(hdr_signal(image, transfer), 0, 1) * 255).astype(np.uint8)
    before = signal.copy()
    found = tone_mapped(signal, transfer)
    assert found.shape == image.shape and found.dtype == np.uint8 and np.array_equal(signal, before)
    assert np.abs(found.astype(int) - image).mean() < 4
    assert np.abs(found.astype(int) - image).mean(axis=(0, 1)).max() < 4


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_tone_mapping_is_monotonic(transfer: int) -> None:
    """Grey from black to the peak: monotonous, black stays black, the peak is white, and nothing below is clipped."""
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    found = tone_mapped(np.repeat(ramp, 4, axis=0), transfer).astype(int).mean(axis=(0, 2))
    assert (np.diff(np.convolve(found, np.ones(3) / 3, "valid")) >= -0.5).all()
    assert found[0] == 0 and found[255] == 255 and (found[:120] < 250).all()


def test_only_hlg_and_pq_are_hdr() -> None:
    """BT.709 and untagged video are not changed."""
    assert [is_hdr(one) for one in (None, 0, 1, 2, 14, 16, 18)] == [False] * 5 + [True] * 2


def figure() -> list[Image]:
    clip = Clip(
        Motion(Reps("squat", 1, seconds=1.5)),
        camera=Camera(yaw_deg=40),
        fps=10,
        width=320,
        height=320,
        fit=True,
    )
    return [frame.image for frame in clip.frames()]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_landmarks_of_hdr_video_are_those_of_sdr(transfer: int, tmp_path: Path) -> None:
    """The same squat with and without HDR: brightness within 6 of 255 on average, landmarks within 1.5 pixels."""
    images = figure()
    plain = write_clip(
        tmp_path / "sdr.mp4", [i / 10 for i in range(len(images))], size=(320, 320), images=images
    )
    bright = write_hdr(tmp_path / "hdr.mp4", images, transfer)
    engine = Engine(Settings(model="lite"))
    poses, means = [], []
    for path in (plain, bright):
        tracker = engine.tracker()
        with VideoFile(path) as video:
            frames = list(video)
        means.append(np.mean([frame.image.mean() for frame in frames]))
        poses.append([tracker.step(frame) for frame in frames])
    assert abs(means[0] - means[1]) < 6
    away = [
        np.linalg.norm(one.image[:, :2] - other.image[:, :2], axis=1)
        for one, other in zip(*poses, strict=True)
        if one is not None and other is not None
    ]
    assert len(away) == len(images)
    assert np.mean(away) < 1.5, np.mean(away)
