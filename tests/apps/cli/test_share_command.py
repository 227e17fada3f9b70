"""`fitness share`: a picture of a workout that shows no person unless asked."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fitness.apps.cli import main
from fitness.session import WorkoutSet
from fitness.session.store import Store
from tests.support.store_cases import SOURCE, START, recorded, stream


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Two workouts; in the later one a set was corrected to 12."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as opened:
        for year in (2026, 2027):
            session = recorded(stream(8.0))
            live = opened.begin(SOURCE, {}, started_at=START.replace(year=year))
            for step in stream(8.0):
                live.add_counted(*step)
            live.end(sets=[WorkoutSet(1, "squat", session.reps, 12 if year == 2027 else 3, 0.0, 8.0)])
    return path


def test_the_last_workout_is_shared(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a number, the last workout is drawn. The picture is the same each time and never replaces a file of
    the user.
    """
    mine = tmp_path / "mine.png"
    mine.write_bytes(b"not ours")
    out = tmp_path / "a.png"
    assert main(["share", "--store", str(store), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"wrote {out}\n"
    assert main(["share", "2", "--store", str(store), "--out", str(mine)]) == 0
    assert mine.read_bytes() == b"not ours"
    (other,) = [path for path in tmp_path.glob("mine*.png") if path != mine]
    assert other.read_bytes() == out.read_bytes()
    picture = cv2.imread(str(out))
    assert picture.shape == (1350, 1080, 3)
    assert main(["share", "1", "--store", str(store), "--out", str(tmp_path / "b.png")]) == 0
    assert (tmp_path / "b.png").read_bytes() != out.read_bytes()


def test_a_photo_is_shown_when_asked(store: Path, tmp_path: Path) -> None:
    """The photo is drawn above the figures; the photo itself is not changed."""
    photo = tmp_path / "me.png"
    cv2.imwrite(str(photo), np.full((400, 300, 3), (0, 0, 255), np.uint8))
    before = photo.read_bytes()
    out = tmp_path / "a.png"
    assert main(["share", "--store", str(store), "--picture", str(photo), "--out", str(out)]) == 0
    picture = cv2.imread(str(out))
    assert picture[5, 500].tolist() == [0, 0, 255] and photo.read_bytes() == before


def test_without_a_workout_share_gives_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty store, an unknown number and a session without reps give one line each, and no picture."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as opened:
        opened.add(recorded(stream(1.0)), started_at=START)
    assert main(["share", "--store", str(path)]) == 1
    assert "no stored session has reps" in capsys.readouterr().err
    assert main(["share", "7", "--store", str(path)]) == 1
    assert "no session 7" in capsys.readouterr().err
    assert main(["share", "1", "--store", str(path), "--out", str(tmp_path / "a.png")]) == 1
    assert "session 1 has no reps to show" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()
