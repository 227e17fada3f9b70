"""Counts one rendered clip stored in many containers, codecs and layouts, and files of real devices.

    python scripts/measure_files.py [FOLDER] [--markdown]

The figure does three squats. The clip is stored as each kind of file that a phone, camera or program writes, and each
file is counted. A row prints the count and the time that was not measurable. FOLDER holds files
of real devices with the true count in their names (`walk_true5.mp4`); they are counted too. The table in
docs/guides/files.md is made with `--markdown`.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from fitness.errors import FitnessError
from fitness.media.hdr import HLG, PQ
from fitness.media.source import VideoFile, find_sources
from fitness.pipeline.analyzer import Analyzer
from fitness.pipeline.settings import Settings
from fitness.types import ImageArray
from scripts.figure import Camera, Clip, Idle, Motion, Reps
from scripts.hdr_signal import BT2020, hdr_signal

WIDTH, HEIGHT, FPS, REPS = 480, 360, 24, 3


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    about: what it is and who writes it.   name: of the file.   codec: FFmpeg's name of the encoder.
    pixels: pixel format.   options: of the encoder.   container: options of the container.   prepare: changes an image
    before it is encoded.   stamps: frame number -> time in ticks of 1/600 s, None for even times.
    stream: attributes of the encoder.   format: FFmpeg's container where the name does not show it.
    turn_deg: the display matrix turns the stored image by this many degrees clockwise (0, 90, 180 or 270).
    """

    about: str
    name: str
    codec: str = "libx264"
    pixels: str = "yuv420p"
    options: dict[str, str] = field(default_factory=dict)
    container: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[ImageArray], ImageArray] | None = None
    stamps: Callable[[int], int] | None = None
    stream: dict[str, Any] = field(default_factory=dict)
    format: str | None = None
    turn_deg: int = 0


def _wide(image: ImageArray) -> ImageArray:
    """Half as wide, for pixels of 2:1."""
    return np.ascontiguousarray(image[:, ::2])


def _uneven(number: int) -> int:
    """Frames 15 and 35 ms late in turn, as cameras in dim light deliver them."""
    return number * 25 + (0, 9, 3, 14)[number % 4]


HEVC = {"x265-params": "log-level=none"}
KINDS = (
    Kind("H.264, as most phones and cameras", "original.mp4"),
    Kind("H.264 with B-frames and an edit list", "edit.mov", options={"bf": "3"}),
    Kind("H.264, variable frame rate", "vfr.mp4", stamps=_uneven),
    Kind(
        "H.264 in fragments (screen recorders)",
        "fragments.mp4",
        container={"movflags": "frag_keyframe+empty_moov"},
    ),
    Kind(
        "H.264, interlaced (camcorders)", "interlaced.mts", options={"flags": "+ildct+ilme"}, format="mpegts"
    ),
    Kind("H.264, 4:4:4", "yuv444.mp4", pixels="yuv444p"),
    Kind("H.264, 10 bits, 4:2:2 (cameras)", "ten_bits.mov", pixels="yuv422p10le"),
    Kind("H.264, grey", "grey.mp4", pixels="gray"),
    Kind("H.264, pixels of 2:1", "wide.mp4", prepare=_wide, stream={"sample_aspect_ratio": Fraction(2, 1)}),
    Kind("H.264 without file ending", "DCIM0001", format="mp4"),
    Kind("H.264 in Matroska (OBS)", "obs.mkv"),
    Kind("H.264 in FLV", "stream.flv"),
    Kind("H.264 in 3GP (old phones)", "old.3gp"),
    Kind("HEVC (iPhone, high efficiency)", "iphone.mov", "libx265", options=HEVC),
    Kind("HEVC, HDR with HLG (iPhone)", "hlg.mov", "libx265", "yuv420p10le", HEVC, stream={"color_trc": HLG}),
    Kind("HEVC, HDR with PQ (Android)", "pq.mp4", "libx265", "yuv420p10le", HEVC, stream={"color_trc": PQ}),
    Kind("AV1 (Android, browsers)", "av1.mp4", "libsvtav1", options={"preset": "10"}),
    Kind("VP9 in WebM", "vp9.webm", "libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}),
    Kind("VP8 in WebM without duration (browsers)", "live.webm", "libvpx", container={"live": "1"}),
    Kind("MPEG-4 in AVI", "old.avi", "mpeg4", options={"qscale": "4"}, stream={"bit_rate": 2_000_000}),
    Kind(
        "Motion JPEG in AVI (old cameras)", "camera.avi", "mjpeg", "yuvj420p", stream={"bit_rate": 4_000_000}
    ),
    Kind("MPEG-2 (DVDs, old camcorders)", "disc.mpg", "mpeg2video", stream={"bit_rate": 3_000_000}),
    Kind("Windows Media", "film.wmv", "wmv2", stream={"bit_rate": 2_000_000}),
    Kind("ProRes (iPhone Pro, editors)", "prores.mov", "prores_ks", "yuv422p10le"),
    Kind("FFV1, without loss", "archive.mkv", "ffv1"),
    Kind("QuickTime Animation with alpha", "alpha.mov", "qtrle", "argb"),
    Kind("GIF", "loop.gif", "gif", "rgb8"),
    Kind("H.264, display matrix of 90 degrees (iPhone, upright)", "upright.mov", turn_deg=90),
    Kind("H.264, display matrix of 180 degrees", "flipped.mp4", turn_deg=180),
    Kind("H.264, display matrix of 270 degrees (front camera)", "front.mp4", turn_deg=270),
    Kind("HEVC, display matrix of 90 degrees (Android)", "android.mp4", "libx265", options=HEVC, turn_deg=90),
)


def clip() -> Clip:
    """The rendered clip: three squats, from the side."""
    motion = Motion(Idle(0.6), Reps("squat", REPS, seconds=2.0, seed=1), Idle(0.4))
    framed = Clip(motion, fps=FPS, width=WIDTH, height=HEIGHT).framed(Camera(yaw_deg=50.0))
    return Clip(motion, camera=framed, fps=FPS, width=WIDTH, height=HEIGHT)


def encode(images: Sequence[ImageArray], kind: Kind, path: Path) -> None:
    """Write the images as a file of that kind."""
    hdr = kind.stream.get("color_trc")
    images = [np.rot90(image, kind.turn_deg // 90) for image in images]
    with av.open(str(path), "w", format=kind.format, options=kind.container) as file:
        stream: Any = file.add_stream(kind.codec, rate=FPS, options=dict(kind.options))
        image = images[0] if kind.prepare is None else kind.prepare(images[0])
        stream.height, stream.width = image.shape[:2]
        stream.pix_fmt = kind.pixels
        for name, value in kind.stream.items():
            setattr(stream.codec_context, name, value)
        if hdr:
            stream.codec_context.color_primaries = stream.codec_context.colorspace = BT2020
            stream.codec_context.color_range = 1
        if kind.turn_deg:
            stream.set_display_rotation(-kind.turn_deg)
        if kind.stamps is not None:
            stream.codec_context.time_base = Fraction(1, 600)
        for number, image in enumerate(images):
            frame = _frame(image if kind.prepare is None else kind.prepare(image), hdr, kind.pixels)
            frame.pts = number if kind.stamps is None else kind.stamps(number)
            frame.time_base = Fraction(1, FPS if kind.stamps is None else 600)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def _frame(image: ImageArray, transfer: int | None, pixels: str) -> av.VideoFrame:
    """An RGB image as a frame; `transfer` makes its HDR signal of it."""
    if transfer is None:
        return av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
    signal = np.rint(np.clip(hdr_signal(image, transfer), 0, 1) * 65535).astype(np.uint16)
    return av.VideoFrame.from_ndarray(signal, format="rgb48le").reformat(format=pixels, dst_colorspace=BT2020)


def turned(images: Sequence[ImageArray]) -> Iterator[tuple[str, str, list[ImageArray]]]:
    """The clip as sideways and upside-down pictures without rotation metadata: (about, name, images)."""
    for quarters, about in ((1, "turned by 90 degrees"), (2, "upside down"), (3, "turned by 270 degrees")):
        yield (
            f"H.264, {about}, no metadata",
            f"turned{90 * quarters}.mp4",
            [np.rot90(one, quarters) for one in images],
        )


def rows(folder: Path, devices: Path | None) -> Iterator[tuple[str, Path | None, str]]:
    """Each kind as a file: (about, path, its true count); the path is None where this FFmpeg lacks the encoder."""
    images = [frame.image for frame in clip().frames()]
    for kind in KINDS:
        path: Path | None = folder / kind.name
        try:
            encode(images, kind, folder / kind.name)
        except (av.FFmpegError, ValueError):
            path = None
        yield kind.about, path, f"{REPS}"
    for about, name, each in turned(images):
        encode(each, Kind(about, name), folder / name)
        yield about, folder / name, f"{REPS}"
    for path in find_sources([str(devices)]).videos if devices is not None else ():
        found = re.search(r"_true(\d+)", path.stem)
        yield path.name, path, found.group(1) if found else "?"


def count(analyzer: Analyzer, path: Path) -> tuple[str, float]:
    """What is counted in a file, and the seconds that were not measurable."""
    with VideoFile(path) as video:
        session = analyzer.run(video).session
    text = ", ".join(f"{number} {name}" for name, number in session.totals.items()) or "none"
    return text, session.unmeasurable_s


def main() -> int:
    """Print the table; the exit code is 1 if a generated file is counted differently from the first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="files of real devices")
    parser.add_argument("--markdown", action="store_true", help="print a table for docs/guides/files.md")
    parser.add_argument("--model", default="full")
    chosen = parser.parse_args()
    analyzer = Analyzer.of(Settings(model=chosen.model))
    row = "| {} | {} | {} | {} |" if chosen.markdown else "{:42} {:>6} {:24} {}"
    print(row.format("file", "true", "counted", "not measurable"))
    if chosen.markdown:
        print("|---|---|---|---|")
    differ = False
    with tempfile.TemporaryDirectory() as folder:
        for about, path, true in rows(Path(folder), chosen.folder):
            if path is None:
                print(row.format(about, true, "this FFmpeg cannot write it", ""))
                continue
            try:
                text, lost_s = count(analyzer, path)
            except FitnessError as error:
                text, lost_s = str(error).replace(str(path), path.name), 0.0
            print(row.format(about, true, text, f"{lost_s:.1f} s"), flush=True)
            differ |= path.parent == Path(folder) and text != f"{REPS} squat"
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
