"""Pictures as phones and browsers make them: HEIC, AVIF, EXIF with alpha, animated WebP and GIF."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageSequence

from fitness.errors import SourceError
from fitness.media.images import load_image
from fitness.media.video_file import VideoFile
from tests.support.clips import picture

TAG_ORIENTATION = 0x0112


def exif(orientation: int) -> Image.Exif:
    found = Image.Exif()
    found[TAG_ORIENTATION] = orientation
    return found


def upright(image: np.ndarray, orientation: int) -> np.ndarray:
    """The image that Pillow gives for the EXIF orientation."""
    operations = {
        1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM], 5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_270],
        7: [Image.Transpose.TRANSVERSE], 8: [Image.Transpose.ROTATE_90],
    }  # fmt: skip
    turned = Image.fromarray(image)
    for one in operations[orientation]:
        turned = turned.transpose(one)
    return np.asarray(turned)


def save_heic(path: Path, image: np.ndarray) -> Path:
    made = pillow_heif.from_pillow(Image.fromarray(image))
    made.save(str(path), quality=95)
    return path


def test_heic_is_read(tmp_path: Path) -> None:
    """Colours and size equal those of the source; alpha is composited on black."""
    image = picture(3, 128, 96)
    found = load_image(save_heic(tmp_path / "IMG_0001.HEIC", image))
    assert found.shape == image.shape and np.abs(found.astype(int) - image).mean() < 3
    see_through = np.dstack([image, np.full((96, 128), 128, np.uint8)])
    dark = load_image(save_heic(tmp_path / "alpha.heic", see_through))
    assert abs(dark.mean() - image.mean() / 2) < 4


def test_heic_without_its_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the package, one sentence names it."""
    path = save_heic(tmp_path / "a.heic", picture(1))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(SourceError, match="pip install pillow-heif"):
        load_image(path)


def test_damaged_heic_is_refused(tmp_path: Path) -> None:
    """A file that is cut anywhere gives a sentence, no image and no crash."""
    data = save_heic(tmp_path / "a.heic", picture(1, 128, 96)).read_bytes()
    for length in (20, 60, len(data) // 2, len(data) - 40):
        cut = tmp_path / "cut.heic"
        cut.write_bytes(data[:length])
        try:
            assert load_image(cut).shape == (96, 128, 3)
        except SourceError as error:
            assert "cut.heic" in str(error) and "\n" not in str(error)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_avif_is_read_upright(tmp_path: Path, orientation: int) -> None:
    """AVIF stores the rotation in its own boxes; all eight orientations."""
    image, path = picture(3, 128, 96), tmp_path / "a.avif"
    Image.fromarray(image).save(path, quality=95, exif=exif(orientation))
    found, wanted = load_image(path), upright(image, orientation)
    assert found.shape == wanted.shape and np.abs(found.astype(int) - wanted).mean() < 4


def test_avif_is_read_by_pillow_where_opencv_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways give the same image."""
    path = tmp_path / "a.avif"
    Image.fromarray(picture(3, 128, 96)).save(path, quality=95, exif=exif(6))
    by_opencv = load_image(path)
    monkeypatch.setattr(cv2, "imdecode", lambda *_: None)
    by_pillow = load_image(path)
    assert by_pillow.shape == by_opencv.shape and np.abs(by_pillow.astype(int) - by_opencv).mean() < 2


def test_a_huge_heif_is_refused_by_its_header(tmp_path: Path) -> None:
    """The stated size is compared with the limit before anything is decoded."""
    data = bytearray(save_heic(tmp_path / "a.heic", picture(1, 128, 96)).read_bytes())
    at = data.index(b"ispe") + 8
    data[at : at + 8] = (60_000).to_bytes(4, "big") * 2
    (tmp_path / "huge.heic").write_bytes(data)
    with pytest.raises(SourceError, match="too large"):
        load_image(tmp_path / "huge.heic")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_pictures_with_alpha_are_turned_upright(tmp_path: Path, kind: str, orientation: int) -> None:
    """RGBA with an EXIF orientation, as phone editors save it: all eight orientations."""
    image = np.dstack([picture(3), np.full((48, 64), 255, np.uint8)])
    image[:10, 50:, 3] = 0
    path = tmp_path / f"a.{kind.lower()}"
    Image.fromarray(image).save(path, kind, exif=exif(orientation).tobytes(), lossless=True)
    black = image[..., :3].copy()
    black[:10, 50:] = 0
    assert np.array_equal(load_image(path), upright(black, orientation))


def movie(count: int = 6) -> list[Image.Image]:
    """Frames that change only in part, so that encoders store only that part; some are transparent."""
    frames = []
    for number in range(count):
        image = np.dstack([picture(0), np.full((48, 64), 255, np.uint8)])
        image[10 + 2 * number : 20 + 2 * number, 20:30, :3] = (250, 220, 10)
        image[40:, 55:, 3] = 60 * (number % 2)
        frames.append(Image.fromarray(image))
    return frames


def shown_by_pillow(path: Path, mode: str) -> list[np.ndarray]:
    with Image.open(path) as animation:
        return [np.asarray(one.convert(mode)) for one in ImageSequence.Iterator(animation)]


@pytest.mark.parametrize("lossless", [True, False])
def test_an_animated_webp_is_a_video(tmp_path: Path, lossless: bool) -> None:
    """Every frame, on black, at its own time, as Pillow shows it; a part of the time can be chosen."""
    path, frames = tmp_path / "a.webp", movie()
    shown = [80, 120, 40, 200, 100, 60]
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=shown, lossless=lossless, quality=90
    )
    wanted = []
    for rgba in shown_by_pillow(path, "RGBA"):
        wanted.append((rgba[..., :3].astype(int) * rgba[..., 3:] + 127) // 255)
    with VideoFile(path) as video:
        assert video.info.fps == pytest.approx(10, abs=0.1)
        found = list(video)
    assert [frame.t for frame in found] == pytest.approx([0, 0.08, 0.2, 0.24, 0.44, 0.54], abs=1e-3)
    for frame, picture_ in zip(found, wanted, strict=True):
        assert np.abs(frame.image - picture_).max() <= 1
    with VideoFile(path, 0.2, 0.5) as video:
        assert [frame.index for frame in video] == [2, 3, 4]
    assert np.abs(load_image(path) - wanted[0]).max() <= 1


def test_a_damaged_animation_gives_its_whole_frames(tmp_path: Path) -> None:
    """The decodable part is read; a file without a complete frame is refused with a sentence."""
    path, frames = tmp_path / "a.webp", movie()
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    data = path.read_bytes()
    second = data.index(b"ANMF", data.index(b"ANMF") + 4)
    path.write_bytes(data[: second + 30])
    with VideoFile(path) as video:
        assert len(list(video)) == 1
    path.write_bytes(data[: data.index(b"ANMF") + 20])
    with pytest.raises(SourceError, match="no frame can be decoded"):
        VideoFile(path)


@pytest.mark.parametrize("kind", ["adaptive", "web", "shared"])
def test_gif_palettes_keep_their_colours(tmp_path: Path, kind: str) -> None:
    """Palettes of the frame, of the web and of the file give exactly Pillow's colours."""
    path, frames = tmp_path / "a.gif", [frame.convert("RGB") for frame in movie()]
    if kind == "shared":
        palette = frames[0].quantize(64)
        indexed = [frame.quantize(palette=palette) for frame in frames]
    else:
        which = Image.Palette.ADAPTIVE if kind == "adaptive" else Image.Palette.WEB
        indexed = [frame.convert("P", palette=which) for frame in frames]
    indexed[0].save(path, save_all=True, append_images=indexed[1:], duration=100)
    with VideoFile(path) as video:
        found = [frame.image for frame in video]
    wanted = shown_by_pillow(path, "RGB")
    assert len(found) == len(wanted)
    assert all(np.array_equal(one, other) for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif", "a.heic"])
def test_a_photo_is_no_recording(tmp_path: Path, name: str) -> None:
    """A still picture is not counted as a workout of 0 s; the message names the command for pictures."""
    path = tmp_path / name
    if name.endswith("heic"):
        save_heic(path, picture(1))
    else:
        Image.fromarray(picture(1)).save(path)
    with pytest.raises(SourceError, match="is a photo, not a video; `fitness image"):
        VideoFile(path)


def test_a_still_webp_with_an_exif_chunk_is_no_animation() -> None:
    """The flag decides whether it is animated, not the extended header."""
    from fitness.media.webp_animation import is_animation

    data = io.BytesIO()
    Image.fromarray(picture(1)).save(data, "WEBP", exif=exif(1).tobytes())
    assert data.getvalue()[8:16] == b"WEBPVP8X" and not is_animation(data.getvalue())


@pytest.mark.corpus
def test_reported_files_of_every_kind_are_read(shared: Path) -> None:
    """HEIC and AVIF of a phone, a PNG with alpha and orientation, an animated WebP: all upright, 16:9."""
    folder = shared / "repro" / "recordings"
    for name in ("a.HEIC", "a.avif", "exif6_rgba.png"):
        assert load_image(folder / name).shape == (360, 640, 3)
    with VideoFile(folder / "anim.webp") as video:
        frames = list(video)
    assert len(frames) == 88 and frames[-1].t == pytest.approx(7.25, abs=0.01)
