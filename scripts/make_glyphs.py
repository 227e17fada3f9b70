"""Draws the letters of the overlay from TrueType fonts into fitness/drawing/glyphs.npz.

    python scripts/make_glyphs.py FOLDER

FOLDER holds Roboto-Medium.ttf and Roboto-Bold.ttf (Apache License 2.0, Copyright 2015 Google Inc.; Debian
package fonts-roboto-unhinted). Needs Pillow, which the program itself does not. Only needed to change the font.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).parents[1] / "fitness" / "drawing" / "glyphs.npz"

TEXT = (
    [
        *range(0x20, 0x7F),
        *range(0xA0, 0xAD),
        *range(0xAE, 0x180),
    ]  # Latin with the accents of European languages
    + [*range(0x386, 0x38B), 0x38C, *range(0x38E, 0x3A2), *range(0x3A3, 0x3CF)]  # Greek
    + [*range(0x400, 0x460), 0x490, 0x491]  # Cyrillic
    + [ord(c) for c in "–—‘’“”„†•…′″€−≤≥"]  # noqa: RUF001
)
NUMBER = [ord(c) for c in " 0123456789+-–−.,:/%½"]

FACES = {"text": ("Roboto-Medium.ttf", 64, TEXT), "number": ("Roboto-Bold.ttf", 256, NUMBER)}
"""Name of the face -> font file, size in pixels per em, code points."""


def draw_face(path: Path, em_px: int, codes: list[int]) -> dict[str, np.ndarray]:
    """All glyphs side by side in one grey strip, and the place of each.

    pixels: (H, W) uint8 coverage.   codes: (N,) int32, sorted.
    boxes: (N, 4) per glyph, pixels: x in the strip, width, offset of the ink from the pen, the pen's advance.
    metrics: (3,) int16: em, row of the base line in the strip, height of capitals (pixels).
    """
    font = ImageFont.truetype(str(path), em_px, layout_engine=ImageFont.Layout.BASIC)
    ascent, descent = font.getmetrics()
    cap_px = -font.getbbox("H", anchor="ls")[1]
    columns, boxes, x = [], [], 0
    for code in sorted(codes):
        left, _, right, _ = font.getbbox(chr(code), anchor="ls")
        width = max(0, right - left)
        cell = Image.new("L", (width + 2, ascent + descent), 0)  # an empty column on either side for resizing
        ImageDraw.Draw(cell).text((1 - left, ascent), chr(code), fill=255, font=font, anchor="ls")
        columns.append(np.asarray(cell))
        boxes.append((x, width + 2, left - 1, round(font.getlength(chr(code)))))
        x += width + 2
    return {
        "pixels": np.concatenate(columns, axis=1),
        "codes": np.array(sorted(codes), np.int32),
        "boxes": np.array(boxes, np.int16 if x < 2**15 else np.int32),
        "metrics": np.array([em_px, ascent, cap_px], np.int16),
    }


def main(folder: Path) -> None:
    arrays = {
        f"{name}_{key}": array
        for name, (file, em_px, codes) in FACES.items()
        for key, array in draw_face(folder / file, em_px, codes).items()
    }
    arrays["licence"] = np.array("Roboto, Copyright 2015 Google Inc., Apache License 2.0")
    np.savez_compressed(TARGET, **arrays)
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
