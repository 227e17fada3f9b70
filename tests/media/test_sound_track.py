"""Annotated videos keep the recording's sound, synchronous with the frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from fitness.media.video_file import VideoFile
from fitness.media.writer import VideoWriter
from fitness.pipeline.outputs import Outputs
from tests.support.clips import picture

RATE = 16_000
BEEP_S = (1.0, 2.0)


def record(path: Path, codec: str = "aac", seconds: float = 3.0) -> Path:
    """A clip of 10 fps that is silent except for a tone from `BEEP_S[0]` to `BEEP_S[1]` seconds."""
    with av.open(str(path), "w") as file:
        video = file.add_stream("libx264", rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = file.add_stream(codec, rate=RATE)
        audio.layout = "mono"
        for number in range(round(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            file.mux(video.encode(frame))
        t = np.arange(round(seconds * RATE)) / RATE
        tone = np.where((t >= BEEP_S[0]) & (t < BEEP_S[1]), np.sin(2 * np.pi * 440 * t), 0.0)
        for start in range(0, len(tone), 1024):
            piece = (tone[start : start + 1024] * 20_000).astype(np.int16)[None]
            sound = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            sound.sample_rate, sound.pts, sound.time_base = RATE, start, Fraction(1, RATE)
            file.mux(audio.encode(sound))
        file.mux(audio.encode(None))
        file.mux(video.encode(None))
    return path


def loud(path: Path) -> tuple[float, float] | None:
    """Start and end of the loud part of the file, seconds; None without sound."""
    with av.open(str(path)) as file:
        if not file.streams.audio:
            return None
        times = []
        for frame in file.decode(audio=0):
            if np.abs(frame.to_ndarray().astype(np.float64)).max() > 0.2 and frame.pts is not None:
                times.append(float(frame.pts * frame.time_base))
    return (min(times), max(times)) if times else (0.0, 0.0)


def annotated(
    source: Path, out: Path, start_s: float | None = None, end_s: float | None = None
) -> str | None:
    """Copy frames and sound of a part of a recording; returns the note on the sound."""
    with VideoFile(source, start_s, end_s) as video:
        sound = video.sound()
        with VideoWriter(out, 64, 48, 10, sound=sound) as writer:
            for frame in video:
                writer.write(frame.image, frame.t)
    return sound.note


@pytest.mark.parametrize("start_s", [None, 0.5, 1.7])
def test_sound_stays_in_sync_with_the_frames(tmp_path: Path, start_s: float | None) -> None:
    """The tone of the second second is in the same second, or earlier by the part that was cut off."""
    assert annotated(record(tmp_path / "a.mp4"), tmp_path / "b.mp4", start_s) is None
    begin = start_s or 0.0
    found = loud(tmp_path / "b.mp4")
    assert found is not None
    assert found[0] == pytest.approx(max(BEEP_S[0] - begin, 0.0), abs=0.15)
    assert found[1] == pytest.approx(BEEP_S[1] - begin, abs=0.15)


def test_sound_ends_with_the_video(tmp_path: Path) -> None:
    """Sound after `--end` is not in the file."""
    annotated(record(tmp_path / "a.mp4"), tmp_path / "b.mp4", None, 1.5)
    with av.open(str(tmp_path / "b.mp4")) as file:
        assert file.duration is not None and file.duration / 1e6 == pytest.approx(1.5, abs=0.2)


def test_a_silent_recording_stays_silent(tmp_path: Path) -> None:
    """A recording without sound needs no note; sound that MP4 cannot hold is reported."""
    with VideoWriter(tmp_path / "a.mp4", 64, 48, 10) as writer:
        for number in range(5):
            writer.write(picture(number), number / 10)
    assert annotated(tmp_path / "a.mp4", tmp_path / "b.mp4") is None and loud(tmp_path / "b.mp4") is None
    note = annotated(record(tmp_path / "c.mkv", "pcm_s16le"), tmp_path / "d.mp4")
    assert note == "the sound was left out: MP4 holds no pcm_s16le"
    assert loud(tmp_path / "d.mp4") is None


def test_privacy_leaves_the_sound_out(tmp_path: Path) -> None:
    """With `--privacy` no sound is copied, because a voice identifies a person."""
    assert Outputs(tmp_path, "a").with_sound
    assert not Outputs(tmp_path, "a", audio=False).with_sound
    assert not Outputs(tmp_path, "a", privacy="blur").with_sound
    assert not Outputs(tmp_path, "a", privacy="skeleton").with_sound
