"""The files that scripts/measure_files.py writes have the properties in their names."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from fitness.media.source import VideoFile
from scripts.measure_files import KINDS, Kind, encode

TURNED = [kind for kind in KINDS if kind.turn_deg]


def test_every_quarter_turn_of_the_display_matrix_is_measured() -> None:
    assert {kind.turn_deg for kind in TURNED} == {90, 180, 270}


@pytest.mark.parametrize("kind", TURNED, ids=[kind.name for kind in TURNED])
def test_a_turned_kind_is_stored_turned_and_shown_upright(kind: Kind, tmp_path: Path) -> None:
    """The stored image lies on its side or stands on its head; the reader turns it back by the display matrix."""
    image = np.full((96, 128, 3), 60, np.uint8)
    image[:30, :40] = 230
    path = tmp_path / kind.name
    try:
        encode([image] * 3, kind, path)
    except (av.FFmpegError, ValueError):
        pytest.skip("this FFmpeg lacks the encoder")
    with av.open(str(path)) as file:
        stored = file.streams.video[0].codec_context
        assert (stored.width, stored.height) == ((96, 128) if kind.turn_deg % 180 else (128, 96))
    with VideoFile(path) as video:
        shown = next(iter(video)).image
    assert np.abs(shown.astype(int) - image).mean() < 8
