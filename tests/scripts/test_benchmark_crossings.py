"""`scripts/bench crossings`: people are cut out and pasted where they should be, and counts are compared by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from fitness.types import Frame, Pose
from scripts.benchmarks import crossings
from scripts.benchmarks.commands import bench
from scripts.benchmarks.crossing_cases import ALL, BASES, HELD_OUT, KINDS, Passer
from scripts.benchmarks.crossing_cases import crossings as crossings_of
from scripts.benchmarks.crossings import Composer, Crossed, kept, tracked
from scripts.benchmarks.cut_outs import RATE_HZ, CutClip, cut_outs, paste


def _clip(grey: int, x: int) -> CutClip:
    """A person, who is a grey rectangle of 8 x 20 pixels with the left edge at `x`, before a black wall."""
    images = np.zeros((30, 40, 60, 3), np.uint8)
    masks = np.zeros((30, 40, 60), np.uint8)
    images[:, 15:35, x : x + 8], masks[:, 15:35, x : x + 8] = grey, 255
    return CutClip(images, masks, tuple(i / RATE_HZ for i in range(30)))


def test_a_person_is_pasted_with_the_feet_and_the_height_asked_for() -> None:
    """The cut-out keeps the person only; behind somebody it changes nothing."""
    person = cut_outs(_clip(200, 20))[0]
    image = np.zeros((80, 100, 3), np.uint8)
    paste(image, person, 50, 70, 40)
    rows, columns = np.nonzero(image[..., 0] > 100)
    assert abs(rows.max() - 69) <= 2 and abs(rows.min() - 30) <= 3
    assert abs(columns.mean() - 50) <= 2
    hidden = np.zeros((80, 100, 3), np.uint8)
    paste(hidden, person, 50, 70, 40, behind=np.ones((80, 100), np.float32))
    assert not hidden.any()


def test_bystanders_walk_stop_and_return() -> None:
    """They reach the person who exercises, stand as long as asked for, and leave the frame."""
    passer = Passer("walk.mp4", start_s=1.0, speed=0.5)
    assert passer.x(0.9, 100, 50.0) is None
    walked = [x for t in np.arange(1, 9, 0.1) if (x := passer.x(float(t), 100, 50.0)) is not None]
    assert walked == sorted(walked) and walked[0] < 0 and walked[-1] > 100
    stopping = replace(passer, stop_s=2.0, beside=0.1)
    stands = [t for t in np.arange(1, 9, 0.1) if stopping.x(float(t), 100, 50.0) == pytest.approx(60.0)]
    assert max(stands) - min(stands) == pytest.approx(2.0, abs=0.15)
    back = replace(passer, returns=True)
    way = [x for t in np.arange(1, 9, 0.1) if (x := back.x(float(t), 100, 50.0)) is not None]
    assert max(way) == pytest.approx(50.0, abs=5.0) and way[-1] < 0
    assert replace(passer, at=0.25).x(0.0, 100, 50.0) == 25.0


def test_no_held_out_clip_is_used_for_tuning() -> None:
    assert not {file for file, _ in BASES.values()} & {file for file, _ in HELD_OUT.values()}


@pytest.mark.parametrize("base", ALL)
def test_every_base_is_crossed_in_every_way(base: str) -> None:
    """Nobody crosses the same person, except where both are dressed alike."""
    made = crossings_of(base)
    assert tuple(made) == KINDS
    for kind in ("squats", "gym"):
        assert all(passer.file != ALL[base][0] for passer in made[kind])


def test_a_composed_clip_is_tracked_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The bystander is in the frames, and the kept log is read instead of made again."""
    clips = {BASES["studio"][0]: _clip(200, 26), "walk.mp4": _clip(100, 10)}
    monkeypatch.setattr(crossings, "cut_clip", lambda video, tracker, end_s: clips[video.name])
    composer = Composer(Path("videos"), lambda: _Nobody())
    passer = Passer("walk.mp4", start_s=0.0, speed=1.0, height=0.5)
    frames = list(composer.frames("studio", [passer]))
    alone = list(composer.frames("studio", []))
    changed = [(one.image != other.image).any() for one, other in zip(frames, alone, strict=True)]
    assert len(frames) == 30 and any(changed) and not all(changed)
    log = kept(tmp_path, "studio.front", lambda: tracked(frames, _Nobody(), "studio.front", "full"))
    again = kept(tmp_path, "studio.front", _never)
    assert len(log) == len(again) == 30


def test_counts_are_compared_by_name() -> None:
    """A rep under another name is one too few and one too many."""
    alone = Crossed({"lunge": 3}, 0)
    assert Crossed({"lunge": 3}, 5).wrong(alone) == 0
    assert Crossed({"lunge": 2, "squat": 1}, 0).wrong(alone) == 2


def test_an_unknown_base_is_refused() -> None:
    """The message lists the known ones."""
    found = CliRunner().invoke(bench, ["crossings", "videos", "--base", "nobody"])
    assert found.exit_code == 2 and "nobody" in found.output and "studio" in found.output


class _Nobody:
    """A tracker that finds nobody."""

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        return ()


def _never() -> Any:
    raise AssertionError("the log is there")
