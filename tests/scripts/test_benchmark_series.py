"""The benchmark on series of landmarks: reading, thinning, counting without truth, scores."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from fitness.errors import SourceError
from scripts.benchmarks.known import guide_for, read_guides
from scripts.benchmarks.series import (
    DOUBTFUL_TRUTH,
    SeriesResult,
    count_series,
    later,
    read_series,
    summarise_series,
    thinned,
)
from scripts.benchmarks.series_command import series

SHARED = Path(__file__).parents[3] / "shared" / "benchmarks"


def boxed(reps: int, fps: float = 30.0, period: float = 2.0) -> np.ndarray:
    """(T, 33, 3) a body in its box whose arms go up and down `reps` times after two seconds of rest."""
    t = np.arange(int((4 + reps * period) * fps)) / fps
    moving = (t >= 2) & (t < 2 + reps * period)
    lift = np.where(moving, 0.5 - 0.5 * np.cos(2 * np.pi * (t - 2) / period), 0.0)
    body = np.zeros((len(t), 33, 3))
    body[:] = np.random.default_rng(0).uniform(0.2, 0.8, (33, 3))
    body[:, 0, :2], body[:, 31, :2] = (0.5, 0.0), (0.5, 1.0)
    for wrist, elbow in ((15, 13), (16, 14)):
        body[:, wrist, 1], body[:, elbow, 1] = 0.6 - 0.5 * lift, 0.45 - 0.25 * lift
    return body


def write(folder: Path, rows: list[dict[str, object]], arrays: dict[str, np.ndarray]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "truth.json").write_text(json.dumps(rows))
    np.savez_compressed(folder / "landmarks.npz", **{k: v.astype(np.float16) for k, v in arrays.items()})
    return folder


def row(name: str, count: int, **more: object) -> dict[str, object]:
    return {"name": name, "exercise": "raise", "count": count, "fps": None, "cycles": [], **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two series: six reps with cycles, and one without a single pose."""
    cycles = [[60 + 60 * i, 120 + 60 * i] for i in range(6)]
    rows = [row("arms", 6, cycles=cycles), row("empty", 2, fps=25)]
    return write(tmp_path / "set", rows, {"arms": boxed(6), "empty": np.zeros((100, 33, 3))})


def test_reading(folder: Path) -> None:
    """A null rate is 30; cycles become seconds; frames of zeros have no pose."""
    arms, empty = read_series(folder)
    assert (arms.fps, empty.fps) == (30.0, 25.0)
    assert arms.cycles_s[0] == (2.0, 4.0)
    assert arms.found.all()
    assert not empty.found.any()


def test_counts_and_scores(folder: Path) -> None:
    """Six reps are found where they are; a series without a pose counts 0 and lowers the scores."""
    results = [count_series(series) for series in read_series(folder)]
    assert [r.counted for r in results] == [6, 0]
    figures = summarise_series(results)
    assert (figures["n"], figures["exact"], figures["obo"], figures["mae"]) == (2, 0.5, 0.5, 0.5)
    assert figures["f1"] == 1.0
    assert figures["per_exercise"]["raise"]["reps"] == 8


def test_truth_is_not_used(folder: Path) -> None:
    """Other counts, names and classes in the truth change nothing that is counted."""
    arms = read_series(folder)[0]
    other = replace(arms, count=99, exercise="squat", name="stu4_27", cycles_s=())
    assert count_series(arms).ends_s == count_series(other).ends_s


@pytest.mark.parametrize("rate", [10.0, 15.0, None])
def test_rate(folder: Path, rate: float | None) -> None:
    """Thinned to 15 or 10 fps, the count is the same."""
    arms = read_series(folder)[0]
    frames = list(thinned(arms, rate))
    assert len(frames) == pytest.approx(len(arms.landmarks) * (rate or 30) / 30, abs=1)
    assert count_series(arms, rate_hz=rate).counted == 6


def test_doubtful_truth_is_reported_apart() -> None:
    """A series on the exclusion list is in the figures, and missing from those without doubtful truth."""
    name = next(iter(DOUBTFUL_TRUTH))
    bad = SeriesResult(name, "squat", 10, 20, (), ())
    good = SeriesResult("good", "squat", 10, 10, (), ())
    still = SeriesResult("still", "squat", 0, 3, (), ())
    figures = summarise_series([bad, good, still])
    assert (figures["n"], figures["exact"], figures["excluded"]) == (2, 0.5, [name])
    assert figures["without_doubtful"]["exact"] == 1.0
    assert (figures["still"], figures["still_reps"]) == (1, 3)
    assert summarise_series([])["n"] == 0


@pytest.mark.parametrize(
    ("rows", "arrays", "problem"),
    [
        ([row("a", 1)], {"b": np.zeros((5, 33, 3))}, "KeyError"),
        ([row("a", 1)], {"a": np.zeros((5, 25, 3))}, "shape"),
        ([row("a", 1, fps=-5)], {"a": np.zeros((5, 33, 3))}, "fps"),
        ([{"name": "a"}], {"a": np.zeros((5, 33, 3))}, "exercise"),
    ],
)
def test_broken_folder(
    tmp_path: Path, rows: list[dict[str, object]], arrays: dict[str, np.ndarray], problem: str
) -> None:
    """A one-line error names the folder and the fault."""
    with pytest.raises(SourceError, match=problem) as error:
        read_series(write(tmp_path / "set", rows, arrays))
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_files(tmp_path: Path) -> None:
    """A folder without the files, or with a damaged one, is refused."""
    with pytest.raises(SourceError, match="no such file"):
        read_series(tmp_path)
    (tmp_path / "truth.json").write_text("[]")
    (tmp_path / "landmarks.npz").write_bytes(b"PK not an archive")
    with pytest.raises(SourceError, match="cannot be read"):
        read_series(tmp_path)


def test_command(folder: Path) -> None:
    """`scripts/bench series` prints JSON with the promised keys, or a table; it takes no exercise by name."""
    out = CliRunner().invoke(series, [str(folder), "--json"])
    document = json.loads(out.output)
    assert {"n", "exact", "obo", "mae", "f1", "per_exercise", "series"} <= document.keys()
    assert document["series"][0]["counted"] == 6
    table = CliRunner().invoke(series, [str(folder), "--exercise", "any"]).output
    assert "empty: true 2 raise, counted 0" in table
    assert CliRunner().invoke(series, [str(folder), "--exercise", "squat"]).exit_code == 2


def test_later_starts(folder: Path) -> None:
    """With several starts the mean of the figures is printed, and the figures of each start."""
    arms = read_series(folder)[0]
    assert later(arms, 3).landmarks.shape[0] == arms.landmarks.shape[0] - 3
    assert later(arms, 3).cycles_s[0] == pytest.approx((1.9, 3.9))
    document = json.loads(CliRunner().invoke(series, [str(folder), "--starts", "2", "--json"]).output)
    assert document["starts"]["exact"] == 0.5
    assert [run["mae"] for run in document["starts"]["each"]] == [0.5, 0.5]
    table = CliRunner().invoke(series, [str(folder), "--starts", "2"]).output
    assert "mean over the starts: obo 0.5, mae 0.5, exact 0.5 (0.5 / 0.5 / 0.5, 0.5 / 0.5 / 0.5)" in table


def with_samples(folder: Path) -> Path:
    """The folder with labelled poses of the raise's two ends, in pixels."""
    body = boxed(1)
    top = 90
    lines = []
    for name, frame in (("raises_s1", 0), ("raises_s2", top)):
        numbers = (body[frame] * (200, 400, 1) + (50, 20, 0)).reshape(-1)
        lines += [",".join([f"{name}/{i}.jpg", name, *(f"{x:.3f}" for x in numbers)]) for i in range(12)]
    (folder / "train_samples.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_known_exercise(folder: Path) -> None:
    """With labelled poses beside the series a known exercise is counted; its guide goes from 0 at the start to 1."""
    guides = read_guides(with_samples(folder))
    guide = guide_for("raise", guides)
    assert guide is not None and guide_for("squat", guides) is None
    body = boxed(1)[:, :, :2]
    body = 100 * (body - body.min(axis=1, keepdims=True)) / np.ptp(body, axis=1, keepdims=True)
    assert guide(body[0]) == pytest.approx(0.0, abs=0.02)
    assert guide(body[90]) == pytest.approx(1.0, abs=0.02)
    assert count_series(read_series(folder)[0], None, None, guide).counted == 6
    out = CliRunner().invoke(series, [str(folder), "--exercise", "known"])
    assert out.exit_code == 0, out.output


def test_labelled_poses_are_needed_for_known_exercises(folder: Path) -> None:
    """Missing or damaged, the message names the file and the line."""
    with pytest.raises(SourceError, match="labelled poses are needed"):
        read_guides(folder)
    with_samples(folder)
    with (folder / "train_samples.csv").open("a") as file:
        file.write("x,raises_s1,1,2\n")
    with pytest.raises(SourceError, match="line 25: expected a name, a class"):
        read_guides(folder)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "obo", "mae"), [("repcount_a", 0.5, 0.35), ("countix_fitness", 0.7, 0.25)])
def test_published_series(name: str, obo: float, mae: float) -> None:
    """Every fourth published series: no worse than what the document says, less what so few series can vary."""
    if not (SHARED / name).is_dir():
        pytest.skip(f"{SHARED / name} is absent")
    figures = summarise_series(count_series(series) for series in read_series(SHARED / name)[::4])
    assert figures["obo"] >= obo
    assert figures["mae"] <= mae
