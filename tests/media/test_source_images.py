"""load_image, expand_sources, SourceInfo and the size limit."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

import fitness.media.info
from fitness.errors import SourceError
from fitness.media.source import SourceInfo, check_size, expand_sources, find_sources, load_image
from tests.support.clips import picture, write_clip


def save(path: Path, image: np.ndarray, *flags: int) -> Path:
    """Write an RGB(A) or grey array in the format of the name."""
    if image.ndim == 3:
        image = cv2.cvtColor(image, cv2.COLOR_RGBA2BGRA if image.shape[2] == 4 else cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(path.suffix, image, list(flags))
    assert done
    path.write_bytes(data.tobytes())
    return path


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".tiff", ".webp"])
def test_pictures_are_rgb(tmp_path: Path, suffix: str) -> None:
    """Red stays red in every common format, also if the name has spaces and accents."""
    image = load_image(save(tmp_path / f"Übung 1{suffix}", picture(3)))
    assert image.shape == (48, 64, 3) and image.dtype == np.uint8
    np.testing.assert_allclose(image[20, 40].astype(int), [200, 30, 30], atol=12)


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    """Orientation 6 (camera held upright): the stored top left corner is shown at the top right."""
    jpeg = save(tmp_path / "a.jpg", picture(3)).read_bytes()
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
    exif = b"Exif\0\0" + tiff
    path = tmp_path / "turned.jpg"
    path.write_bytes(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:])
    image = load_image(path)
    assert image.shape == (64, 48, 3)
    assert image[:6, -6:].min() > 200 and image[:6, :6].max() < 255


def test_grey_16_bit_and_alpha_images_become_rgb(tmp_path: Path) -> None:
    """Grey becomes three equal channels, 16 bits keep their brightness, alpha is composited on black."""
    ramp = np.repeat(np.linspace(0, 65535, 64, dtype=np.uint16)[None], 48, axis=0)
    grey = load_image(save(tmp_path / "grey.png", ramp))
    assert grey.shape == (48, 64, 3) and (grey[..., 0] == grey[..., 2]).all()
    np.testing.assert_allclose(grey[0, :, 0], ramp[0] / 257, atol=1)
    see_through = np.dstack([picture(3), np.full((48, 64), 128, np.uint8)])
    expected = picture(3).astype(int) * 128 / 255
    np.testing.assert_allclose(load_image(save(tmp_path / "alpha.png", see_through)), expected, atol=1)
    deep = see_through.astype(np.uint16) * 257
    np.testing.assert_allclose(load_image(save(tmp_path / "deep.png", deep)), expected, atol=1)


def test_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    """Of a GIF with three frames, the first is used."""
    clip = write_clip(tmp_path / "a.gif", [0.0, 0.1, 0.2], codec="gif", pix_fmt="rgb8", clock_hz=100)
    image = load_image(clip)
    assert image.shape == (48, 64, 3) and image[:6, :6].min() > 200


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("missing.png", None, "no such file"),
        ("empty.png", b"", "is empty"),
        ("text.png", b"not a picture " * 20, "not a picture"),
        ("noise.jpg", b"\xff\xd8\xff" + bytes(range(256)), "not a picture|damaged"),
        ("bomb.png", png_header(60_000, 60_000), "too large"),
        ("header.png", png_header(64, 48), "not a picture|damaged"),
    ],
)
def test_bad_images_give_a_one_line_error(tmp_path: Path, name: str, data: bytes | None, words: str) -> None:
    """A file that is not a picture is refused, in one line that names the file."""
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SourceError, match=words) as caught:
        load_image(path)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_folder_is_not_a_picture(tmp_path: Path) -> None:
    """A folder is refused as a folder."""
    with pytest.raises(SourceError, match="is a folder"):
        load_image(tmp_path)


def test_large_jpeg_is_refused_before_it_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size in a JPEG's header is checked."""
    path = save(tmp_path / "a.jpg", picture(0))
    monkeypatch.setattr(fitness.media.info, "MAX_PIXELS", 64 * 48 - 1)
    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(SourceError, match="too large"):
        load_image(path)


def test_check_size_allows_up_to_the_limits() -> None:
    """A side of 16384 pixels and 100 megapixels are allowed, one more is not."""
    check_size("x", 16384, 6000)
    for size in ((16385, 10), (10, 16385), (10001, 10000), (0, 5)):
        with pytest.raises(SourceError, match=r"x: the picture is (too large|empty)"):
            check_size("x", *size)


@pytest.mark.parametrize(
    "values", [("a", -1.0, 30, 4, 3, 1), ("a", 1.0, float("nan"), 4, 3, 1), ("a", 1, 1, 4, 3, -1)]
)
def test_source_info_is_checked(values: tuple[str, float, float, int, int, int]) -> None:
    """Lengths, rates and counts are finite and not negative."""
    with pytest.raises(ValueError, match="must"):
        SourceInfo(*values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.mp4", "A.MOV", "c.gif", "notes.txt", ".hidden.mp4", "inner/d.mp4", "other/e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_a_folder_gives_its_videos_sorted(folder: Path) -> None:
    """Videos are found by name in any case; texts, hidden files and subfolders are not."""
    assert [p.name for p in expand_sources([folder])] == ["A.MOV", "b.mp4", "c.gif"]


def test_files_patterns_and_folders_mix_without_duplicates(folder: Path) -> None:
    """Files are in the order of the arguments, each once; ** searches subfolders."""
    args = [str(folder / "c.gif"), str(folder / "*.mp4"), str(folder), str(folder / "**" / "d.*")]
    assert [p.name for p in expand_sources(args)] == ["c.gif", "b.mp4", "A.MOV", "d.mp4"]


def test_a_named_file_needs_no_video_ending_and_brackets_are_no_pattern(folder: Path) -> None:
    """An existing file is used under the given name."""
    odd = folder / "set [1].dat"
    odd.touch()
    assert expand_sources([str(odd)]) == [odd]


@pytest.mark.parametrize(
    ("arg", "words"),
    [
        ("nothing.mp4", "no such file"),
        ("*.mkv", "no video matches"),
        ("other", "no video in"),
        ("*.txt", "no video"),
    ],
)
def test_arguments_that_name_no_video(folder: Path, arg: str, words: str) -> None:
    """Each argument must match a file; the message repeats the argument."""
    with pytest.raises(SourceError, match=words):
        expand_sources([str(folder / "b.mp4"), str(folder / arg)])


def test_no_argument_at_all() -> None:
    """An empty list and an empty name are errors."""
    with pytest.raises(SourceError, match="no video was named"):
        expand_sources([])
    with pytest.raises(SourceError, match="empty name"):
        expand_sources([""])


def test_a_folder_is_read_by_content_and_reports_skipped_files(tmp_path: Path) -> None:
    """Videos without an ending or with a rare one are found; other files are listed with the reason."""
    clip = write_clip(tmp_path / "a.mp4", [0.0, 0.1, 0.2]).read_bytes()
    for name in ("GOPR0001", "cam.insv", "odd.xyz"):
        (tmp_path / name).write_bytes(clip)
    save(tmp_path / "photo.jpg", picture(1))
    (tmp_path / "notes.md").write_text("no video")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 20)
    (tmp_path / ".hidden.mp4").write_bytes(clip)
    (tmp_path / "old.annotated.mp4").write_bytes(clip)
    (tmp_path / "old.summary.json").write_text("{}")
    found = find_sources([tmp_path])
    assert [path.name for path in found.videos] == ["a.mp4", "cam.insv", "GOPR0001", "odd.xyz"]
    assert {path.name: why for path, why in found.left_out} == {
        "photo.jpg": "a photo", "notes.md": "no video", "noise.bin": "no video", "old.summary.json": "no video",
        "old.annotated.mp4": "an annotated video of this program",
    }  # fmt: skip


def test_an_address_is_refused_with_an_explanation() -> None:
    """Addresses are not downloaded; the message says what to do instead."""
    with pytest.raises(SourceError, match="addresses are not read; download the video first"):
        expand_sources(["https://example.org/clip.mp4"])
