"""VideoFile: times, orientation, shape and colour of frames, and messages on damaged files."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import fitness.media.info
from fitness.errors import OptionError, SourceError, StateError
from fitness.media.video_file import VideoFile, on_black
from fitness.types import Frame
from tests.support.clips import number_of, picture, turn, write_audio, write_clip

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def read(path: Path, start_s: float | None = None, end_s: float | None = None) -> list[Frame]:
    with VideoFile(path, start_s, end_s) as video:
        return list(video)


def steady(count: int, fps: float = 30) -> list[float]:
    return [i / fps for i in range(count)]


def test_steady_clip_gives_every_frame_with_its_time_and_number(tmp_path: Path) -> None:
    """30 frames at 30 fps arrive in order, with t = index / 30, the right pixels, in RGB."""
    with VideoFile(write_clip(tmp_path / "a.mp4", steady(30))) as video:
        assert (video.info.width, video.info.height, video.expected_frames) == (64, 48, 30)
        frames = list(video)
        info = video.info
    assert [f.index for f in frames] == list(range(30))
    np.testing.assert_allclose([f.t for f in frames], steady(30), atol=1e-4)
    np.testing.assert_allclose([number_of(f.image) for f in frames], np.arange(30), atol=1)
    assert frames[0].image.dtype == np.uint8
    red = frames[0].image[20, 40].astype(int)
    assert red[0] > 150 > 80 > red[2], "red and blue are not swapped"
    assert info.frames == 30 and info.fps == pytest.approx(30, abs=0.1)
    assert info.duration_s == pytest.approx(1.0, abs=0.04)
    assert video.warnings == []


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov"])
def test_uneven_times_are_kept(tmp_path: Path, name: str) -> None:
    """Variable frame rate: each frame has its own presentation time (Matroska counts in milliseconds)."""
    times = [0.0, 0.033, 0.066, 0.2, 0.25, 0.4, 0.41, 0.9, 1.3]
    frames = read(write_clip(tmp_path / name, times))
    np.testing.assert_allclose([f.t for f in frames], times, atol=6e-4)


def test_the_first_frame_is_time_zero_whatever_its_stamp(tmp_path: Path) -> None:
    """A stream whose first time stamp is 5 s starts at t = 0."""
    frames = read(write_clip(tmp_path / "a.ts", [5 + t for t in steady(10)], container="mpegts"))
    assert frames[0].t == 0.0
    np.testing.assert_allclose([f.t for f in frames], steady(10), atol=1e-4)


def test_gif_is_a_video(tmp_path: Path) -> None:
    """A GIF gives its frames at its own times (hundredths of a second)."""
    path = write_clip(tmp_path / "a.gif", steady(12, 10), codec="gif", pix_fmt="rgb8", clock_hz=100)
    frames = read(path)
    assert len(frames) == 12
    np.testing.assert_allclose([f.t for f in frames], steady(12, 10), atol=0.011)


def test_one_frame_is_a_video(tmp_path: Path) -> None:
    """A clip of a single frame gives that frame at t = 0 without a warning."""
    with VideoFile(write_clip(tmp_path / "a.mp4", [0.0])) as video:
        frames = list(video)
    assert [(f.t, f.index) for f in frames] == [(0.0, 0)]
    assert video.warnings == []


@pytest.mark.parametrize(
    ("matrix", "corner"),
    [
        ((1, 0, 0, 1), "top left"),
        ((0, 1, -1, 0), "top right"),
        ((-1, 0, 0, -1), "bottom right"),
        ((0, -1, 1, 0), "bottom left"),
        ((-1, 0, 0, 1), "top right"),
    ],
)
def test_the_display_matrix_rotates_the_frame(tmp_path: Path, matrix: tuple[int, ...], corner: str) -> None:
    """The white square of the stored top left corner lies where the file's matrix puts it; sizes are upright."""
    with VideoFile(turn(write_clip(tmp_path / "a.mp4", steady(3)), matrix)) as video:
        info = video.info
        image = next(iter(video)).image
    assert image.shape[:2] == ((64, 48) if matrix[0] == 0 else (48, 64))
    assert (info.height, info.width) == image.shape[:2]
    corners = {
        "top left": image[:6, :6], "top right": image[:6, -6:],
        "bottom left": image[-6:, :6], "bottom right": image[-6:, -6:],
    }  # fmt: skip
    assert [name for name, part in corners.items() if part.min() > 200] == [corner]


@pytest.mark.parametrize(
    ("aspect", "size"), [(Fraction(4, 3), (85, 48)), (Fraction(1, 2), (64, 96)), (Fraction(1), (64, 48))]
)
def test_non_square_pixels_are_made_square(tmp_path: Path, aspect: Fraction, size: tuple[int, int]) -> None:
    """The frame is widened or heightened by the stated pixel shape, never reduced."""
    with VideoFile(write_clip(tmp_path / "a.mp4", steady(2), pixel_aspect=aspect)) as video:
        image = next(iter(video)).image
        assert (video.info.width, video.info.height) == size
    assert image.shape == (size[1], size[0], 3)


@pytest.mark.parametrize("pix_fmt", ["gray", "gray16le", "yuv420p10le", "yuv444p", "bgra"])
@pytest.mark.parametrize("size", [(64, 48), (63, 47)])
def test_any_pixel_format_becomes_rgb_bytes(tmp_path: Path, pix_fmt: str, size: tuple[int, int]) -> None:
    """Grey, 10 and 16 bits, full chroma, alpha and odd sizes decode to (H, W, 3) uint8 of the right brightness."""
    image = picture(7, *size)
    [frame] = read(
        write_clip(tmp_path / "a.mkv", [0.0], size=size, codec="ffv1", pix_fmt=pix_fmt, images=[image])
    )
    assert frame.image.shape == (size[1], size[0], 3) and frame.image.dtype == np.uint8
    if pix_fmt.startswith("gray"):
        assert (frame.image[..., 0] == frame.image[..., 2]).all()
    else:
        np.testing.assert_allclose(frame.image[20, 40].astype(int), image[20, 40].astype(int), atol=6)


def test_alpha_is_composited_on_black(tmp_path: Path) -> None:
    """Half transparent white is mid grey, fully transparent is black."""
    image = np.full((48, 64, 4), 255, np.uint8)
    image[:24, :, 3], image[24:, :, 3] = 128, 0
    [frame] = read(write_clip(tmp_path / "a.mkv", [0.0], codec="ffv1", pix_fmt="bgra", images=[image]))
    assert (frame.image[:24] == 128).all() and (frame.image[24:] == 0).all()


def test_on_black_rounds_and_keeps_its_argument() -> None:
    """colour * alpha / 255, rounded; the input is unchanged."""
    image = np.array([[[255, 100, 0, 255], [255, 100, 0, 51], [9, 9, 9, 0]]], np.uint8)
    before = image.copy()
    assert on_black(image).tolist() == [[[255, 100, 0], [51, 20, 0], [0, 0, 0]]]
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
@pytest.mark.parametrize(("start", "end"), [(1.0, 2.0), (0.01, 0.5), (1.999, None), (None, 0.3), (0.5, 0.52)])
def test_part_of_a_file_equals_that_part_of_the_whole(
    tmp_path: Path, name: str, start: float | None, end: float | None
) -> None:
    """start is included, end is not; times, indices and frames are those of the whole file."""
    path = write_clip(tmp_path / name, steady(75), gop=20)
    whole = read(path)
    wanted = [f for f in whole if (start or 0) <= f.t and (end is None or f.t < end)]
    part = read(path, start, end)
    assert [(f.index, f.t) for f in part] == [(f.index, f.t) for f in wanted]
    assert all((a.image == b.image).all() for a, b in zip(part, wanted, strict=True))


def test_a_start_at_an_exact_frame_time_includes_it(tmp_path: Path) -> None:
    """If start is the time of a frame, reading begins with that frame."""
    path = write_clip(tmp_path / "a.mp4", steady(40))
    t = read(path)[17].t
    assert read(path, t)[0].index == 17
    assert read(path, None, t)[-1].index == 16


def test_a_part_of_a_raw_stream_without_time_stamps_is_found(tmp_path: Path) -> None:
    """If the file cannot be searched by time, it is decoded from the start; indices stay the file's own."""
    path = write_clip(tmp_path / "a.h264", steady(30), container="h264")
    whole = read(path)
    assert len(whole) == 30
    part = read(path, whole[12].t)
    assert [f.index for f in part] == list(range(12, 30))


@pytest.mark.parametrize(("start", "end"), [(-1.0, None), (float("nan"), None), (2.0, 2.0), (2.0, 1.0)])
def test_impossible_parts_are_refused(tmp_path: Path, start: float, end: float | None) -> None:
    """A negative or undefined start, or an end not after it, is an OptionError before the file is opened."""
    with pytest.raises(OptionError, match=r"option (start|end) must be"):
        VideoFile(tmp_path / "missing.mp4", start, end)


def test_a_part_beyond_the_end_says_how_long_the_file_is(tmp_path: Path) -> None:
    """An empty part is an error that names the length."""
    path = write_clip(tmp_path / "a.mp4", steady(30))
    with VideoFile(path, 5.0) as video, pytest.raises(SourceError, match=r"no frame .* lasts 1\.0 s"):
        list(video)


def test_equal_time_stamps_are_moved_apart_with_a_warning(tmp_path: Path) -> None:
    """Two frames in the same millisecond of a Matroska file get increasing times; the rest keep theirs."""
    times = [0.0, 0.033, 0.066, 0.0662, 0.1, 0.133]
    with VideoFile(write_clip(tmp_path / "a.mkv", times)) as video:
        t = [f.t for f in video]
    assert len(t) == 6 and (np.diff(t) > 0).all()
    np.testing.assert_allclose([t[i] for i in (0, 1, 2, 4, 5)], [0, 0.033, 0.066, 0.1, 0.133], atol=1e-3)
    assert len(video.warnings) == 1 and "do not increase: 1" in video.warnings[0]


def test_a_size_change_within_a_file_is_resized_with_a_warning(tmp_path: Path) -> None:
    """All frames have the size of the first one, and a warning says so."""
    small = write_clip(tmp_path / "s.h264", steady(5), container="h264")
    large = write_clip(tmp_path / "l.h264", steady(5), size=(128, 96), container="h264")
    path = tmp_path / "both.h264"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    with VideoFile(path) as video:
        shapes = {f.image.shape for f in video}
    assert shapes == {(48, 64, 3)}
    assert any("size changes" in warning for warning in video.warnings)


def test_a_change_of_shape_keeps_the_proportions(tmp_path: Path) -> None:
    """The phone was rotated while it recorded: upright frames are in the middle with black bars, and are not
    stretched.
    """
    white = [np.full((64, 48, 3), 255, np.uint8)] * 5
    wide = write_clip(tmp_path / "w.h264", steady(5), container="h264")
    high = write_clip(tmp_path / "h.h264", steady(5), size=(48, 64), images=white, container="h264")
    path = tmp_path / "both.h264"
    path.write_bytes(wide.read_bytes() + high.read_bytes())
    with VideoFile(path) as video:
        last = list(video)[-1].image
    assert last.shape == (48, 64, 3)
    lit = np.flatnonzero(last[24, :, 0] > 128)
    assert (lit.min(), lit.max()) == (14, 49)  # 36 of 48 columns: 48 / 64 of its own 48
    assert (last[:, lit] > 128).all()


@pytest.mark.parametrize("name", ["cut.mp4", "cut.mkv"])
def test_a_truncated_file_is_read_to_its_end_with_a_warning(tmp_path: Path, name: str) -> None:
    """A file without its last 40 % gives the frames before, and one warning with their number and time."""
    noise = np.random.default_rng(1).integers(0, 255, (90, 48, 64, 3), dtype=np.uint8)
    whole = write_clip(tmp_path / name, steady(90), images=list(noise), options={"movflags": "faststart"})
    data = whole.read_bytes()
    whole.write_bytes(data[: int(len(data) * 0.6)])
    with VideoFile(whole) as video:
        frames = list(video)
    assert 40 <= len(frames) < 60
    [warning] = video.warnings
    assert warning.startswith(f"file is damaged or cut short: decoded {len(frames)} frames up to ")
    assert float(warning.split()[-4]) == pytest.approx((90 - len(frames)) / 30, abs=0.15), warning
    assert video.info.frames == len(frames)
    assert video.info.duration_s == pytest.approx(len(frames) / 30, abs=0.1)


def test_reading_continues_after_a_damaged_middle(tmp_path: Path) -> None:
    """Zeroed bytes lose a few frames, not the rest, and are reported."""
    noise = np.random.default_rng(2).integers(0, 255, (60, 48, 64, 3), dtype=np.uint8)
    path = write_clip(tmp_path / "a.mp4", steady(60), images=list(noise), options={"movflags": "faststart"})
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4000] = bytes(4000)
    path.write_bytes(data)
    with VideoFile(path) as video:
        frames = list(video)
    assert frames[-1].t == pytest.approx(59 / 30, abs=0.04)
    lost_s = (60 - len(frames)) / 30
    assert any(
        "damaged" in warning and f"{lost_s:.1f} s are missing" in warning for warning in video.warnings
    )


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_a_file_without_an_index_gives_advice(tmp_path: Path, name: str) -> None:
    """Cameras write the index at the end: it is missing if a recording was interrupted, and nothing can be decoded."""
    path = write_clip(tmp_path / name, steady(30))
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"moov") - 4])
    with pytest.raises(SourceError, match=r"its index is missing.*repair it"):
        VideoFile(path)


def test_avi_without_its_index_is_read_to_its_end(tmp_path: Path) -> None:
    """Without its index a file of another format can still be read from start to end."""
    path = write_clip(tmp_path / "a.avi", steady(60), codec="mpeg4", clock_hz=30)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"idx1")])
    assert len(read(path)) == 60


def test_times_that_go_back_lose_no_frame(tmp_path: Path) -> None:
    """Two joined streams, the second with earlier times: its times continue after the first, with a warning."""
    late = write_clip(tmp_path / "late.ts", [5 + t for t in steady(60)])
    early = write_clip(tmp_path / "early.ts", steady(60))
    late.write_bytes(late.read_bytes() + early.read_bytes())
    with VideoFile(late) as video:
        times = [frame.t for frame in video]
    assert len(times) == 120 and times == sorted(times) and times[-1] == pytest.approx(119 / 30, abs=0.1)
    assert any("do not increase" in warning for warning in video.warnings)


def test_damage_is_not_printed_by_the_decoder(tmp_path: Path) -> None:
    """FFmpeg's own log never reaches the terminal."""
    noise = np.random.default_rng(3).integers(0, 255, (40, 48, 64, 3), dtype=np.uint8)
    path = write_clip(tmp_path / "a.mp4", steady(40), images=list(noise), options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[:-20_000])
    code = (
        "import sys; from fitness.media.video_file import VideoFile; print(len(list(VideoFile(sys.argv[1]))))"
    )
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 40
    assert run.stderr == ""


def bad_files(folder: Path) -> dict[str, Path]:
    files = {name: folder / f"{name}.mp4" for name in ("empty", "text", "subtitles", "cut", "playlist")}
    files["empty"].touch()
    files["text"].write_text("this is a shopping list\n" * 40)
    files["subtitles"].write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n")
    files["playlist"].write_text("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n")
    clip = write_clip(folder / "whole.mp4", steady(30))
    files["cut"].write_bytes(clip.read_bytes()[:400])
    files["audio"] = write_audio(folder / "audio.m4a")
    files["document"] = folder / "notes.txt"
    files["document"].write_text("notes\n" * 40)
    files["folder"], files["missing"] = folder, folder / "nothing.mp4"
    return files


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "no such file"),
        ("folder", "is a folder"),
        ("empty", "is empty"),
        ("text", "not a video"),
        ("cut", "not a video, or damaged"),
        ("playlist", "not a video"),
        ("subtitles", "not a video"),
        ("audio", "no video stream"),
        ("document", "not a video|no video stream"),
    ],
)
def test_bad_input_gives_a_one_line_error(tmp_path: Path, kind: str, words: str) -> None:
    """A file that is not a video is refused when it is opened, in one line with the file and the fault."""
    path = bad_files(tmp_path)[kind]
    with pytest.raises(SourceError, match=words) as caught:
        VideoFile(path)
    assert "\n" not in str(caught.value) and path.name in str(caught.value)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything"
)
def test_a_file_without_read_permission_is_reported(tmp_path: Path) -> None:
    """Missing permission is reported."""
    path = write_clip(tmp_path / "a.mp4", steady(3))
    path.chmod(0)
    with pytest.raises(SourceError, match="not allowed"):
        VideoFile(path)


def test_an_image_beyond_the_limit_is_refused_with_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is checked before anything is decoded, and the error names it."""
    path = write_clip(tmp_path / "a.mp4", steady(3))
    monkeypatch.setattr(fitness.media.info, "MAX_SIDE_PX", 60)
    with pytest.raises(SourceError, match=r"too large .* 60 pixels a side"):
        VideoFile(path)


def test_a_file_is_read_once_and_not_after_it_was_closed(tmp_path: Path) -> None:
    """Reading again, reading after close, or closing while reading is a StateError."""
    path = write_clip(tmp_path / "a.mp4", steady(10))
    with VideoFile(path) as video:
        frames = iter(video)
        next(frames)
        with pytest.raises(StateError, match="read already"):
            iter(video)
        video.close()
        with pytest.raises(StateError, match="closed while"):
            next(frames)
    with pytest.raises(StateError, match="is closed"):
        iter(video)


def test_names_that_look_like_protocols_or_patterns_are_files(tmp_path: Path) -> None:
    """A file called 'http:x%03d.mp4' is opened as that file."""
    path = write_clip(tmp_path / "plain.mp4", steady(4)).rename(tmp_path / "http:x%03d ü.mp4")
    assert len(read(path)) == 4


@pytest.mark.corpus
def test_phone_clip_with_rotation_is_upright() -> None:
    """The derived clip stored at 720 x 406 with a 90 degree matrix comes out 406 x 720."""
    path = CORPUS / "videos" / "derived_squat_rotmeta90.mp4"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    with VideoFile(path) as video:
        assert (video.info.width, video.info.height) == (406, 720)
        assert next(iter(video)).image.shape == (720, 406, 3)


@pytest.mark.corpus
def test_every_clip_of_the_corpus_opens_with_its_listed_measures() -> None:
    """Rate, length and size agree with the list (its size of the rotated clip is the stored one)."""
    listing = CORPUS / "videos.csv"
    if not listing.exists():
        pytest.skip("videos.csv is not here")
    with open(listing, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        with VideoFile(CORPUS / "videos" / row["file"]) as video:
            info = video.info
        assert info.fps == pytest.approx(float(row["fps"]), rel=0.05), row["file"]
        assert info.duration_s == pytest.approx(float(row["duration_s"]), abs=0.15), row["file"]
        size = {int(row["width"]), int(row["height"])}
        assert {info.width, info.height} == size, row["file"]
