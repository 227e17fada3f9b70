"""The whole path on a rendered workout: frames in; counts, files and an exact replay out."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from fitness.apps.cli import main
from fitness.media.writer import VideoWriter
from fitness.session import read_landmarks, read_reps_csv
from fitness.session.tables import REP_COLUMNS
from scripts.figure import Clip, Idle, Motion, Reps
from scripts.make_demo import render, workout
from tests.support.waiting import LIMIT_S, wait_until

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("models")


@pytest.mark.parametrize(("fps", "reps"), [(15, 2), (30, 2), (60, 1)])
def test_a_rendered_workout_counts_exactly_at_any_frame_rate(fps: int, reps: int, tmp_path: Path) -> None:
    """Rendered squats and push-ups are counted exactly at 15, 30 and 60 fps."""
    clip = tmp_path / "workout.mp4"
    render(workout(fps, reps, reps), clip)
    assert main(["analyze", str(clip), "--no-annotate", "--out", str(tmp_path / "out")]) == 0
    totals = json.loads((tmp_path / "out" / "workout.summary.json").read_text())["totals"]
    assert totals == {"squat": reps, "push-up": reps}


def test_the_demo_counts_its_clip_exactly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 0 if the counts are true."""
    assert main(["demo", "--out", str(tmp_path)]) == 0, capsys.readouterr().out
    totals = json.loads((tmp_path / "demo.summary.json").read_text())["totals"]
    assert totals == {"squat": 5, "push-up": 4}


@pytest.fixture(scope="module")
def squats(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Clip]:
    """A video of three squats and its true reps."""
    clip = Clip(Motion(Idle(0.6), Reps("squat", 3, seconds=1.6), Idle(0.4)), fps=15, width=320, height=320)
    path = tmp_path_factory.mktemp("film") / "three squats.mp4"
    with VideoWriter(path, clip.width, clip.height, clip.fps) as writer:
        for frame in clip.frames():
            writer.write(frame.image, frame.t)
    return path, clip


@pytest.fixture(scope="module")
def results(squats: tuple[Path, Clip]) -> Path:
    """The folder with everything that `analyze --out` writes for this video."""
    out = squats[0].parent / "out" / "deep"
    assert main(["analyze", str(squats[0]), "--out", str(out)]) == 0
    return out


def test_rep_times_are_those_of_the_figure(squats: tuple[Path, Clip], results: Path) -> None:
    """The turning point of every rep is within 0.3 s of the true one, and reps are in order."""
    found = read_reps_csv(results / "three squats.reps.csv")
    true = squats[1].truth.reps
    assert [rep.exercise for rep in found] == ["squat"] * 3 and [rep.number for rep in found] == [1, 2, 3]
    for rep, real in zip(found, true, strict=True):
        assert abs(rep.t_peak - real.t_peak) < 0.3
        assert rep.t_start < rep.t_peak < rep.t_end and 0 < rep.confidence <= 1


def test_the_tables_have_their_columns(results: Path) -> None:
    """Both CSV files have the documented columns, one row per frame or rep."""
    with (results / "three squats.reps.csv").open(newline="") as file:
        header = next(csv.reader(file))
    assert header[:8] == ["exercise", "set", "rep", "start_s", "peak_s", "end_s", "duration_s", "confidence"]
    assert tuple(header) == REP_COLUMNS
    with (results / "three squats.frames.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(read_landmarks(results / "three squats.landmarks.npz"))
    assert {"time_s", "phase", "count", "score_squat_down", "score_other"} <= set(rows[0])
    assert rows[-1]["count"] == "3"


def test_the_annotated_video_plays_in_browsers(results: Path, squats: tuple[Path, Clip]) -> None:
    """H.264, 4:2:0, with as many frames and the same length as the original."""
    with av.open(str(results / "three squats.annotated.mp4")) as film, av.open(str(squats[0])) as original:
        stream = film.streams.video[0]
        assert stream.codec_context.name == "h264" and stream.codec_context.pix_fmt == "yuv420p"
        times = [float(f.pts * f.time_base) for f in film.decode(video=0)]
        expected = [float(f.pts * f.time_base) for f in original.decode(video=0)]
    assert np.allclose(np.subtract(times, times[0]), np.subtract(expected, expected[0]), atol=2e-3)


def test_a_replay_gives_an_identical_document(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A replay from the landmarks, without model or video, gives exactly the same document."""
    assert main(["replay", str(results / "three squats.landmarks.npz"), "--json"]) == 0
    replayed = json.loads(capsys.readouterr().out)
    written = json.loads((results / "three squats.summary.json").read_text())
    assert replayed == written


def test_json_is_one_document_a_source_and_nothing_else(
    squats: tuple[Path, Clip], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output has one line of JSON per recording."""
    second = shutil.copy(squats[0], tmp_path / "second.mp4")
    assert main(["analyze", str(squats[0]), str(second), "--json", "--end", "1.0"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    document = json.loads(lines[0])
    assert {"version", "source", "totals", "sets", "reps", "unmeasurable_s"} <= set(document)
    assert set(document["source"]) == {"name", "duration_s", "fps", "width", "height", "frames"}
    assert document["source"]["frames"] == 15


def test_a_named_exercise_is_the_only_one_counted(
    squats: tuple[Path, Clip], capsys: pytest.CaptureFixture[str]
) -> None:
    """Squats are counted with `--exercise squat`, and not with `--exercise push-up`."""
    path = str(squats[0])
    assert main(["analyze", path, "--json", "--exercise", "squat"]) == 0
    assert json.loads(capsys.readouterr().out)["totals"] == {"squat": 3}
    assert main(["analyze", path, "--json", "--exercise", "push-up"]) == 0
    assert json.loads(capsys.readouterr().out)["totals"] == {}


@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
def test_a_signal_keeps_what_was_counted(squats: tuple[Path, Clip], tmp_path: Path, name: str) -> None:
    """If it is stopped half-way by Ctrl-C, `kill` or a closed terminal, the command writes its results, with a
    warning.
    """
    if not hasattr(signal, name):
        pytest.skip(f"this system has no {name}")
    number = getattr(signal, name)
    out = tmp_path / "out"
    long = tmp_path / "long.mp4"
    clip = squats[1]
    frames = [frame.image for frame in clip.frames()]
    with VideoWriter(long, clip.width, clip.height, clip.fps) as writer:
        for k in range(40 * len(frames)):
            writer.write(frames[k % len(frames)], k / clip.fps)
    process = subprocess.Popen(
        [sys.executable, "-m", "fitness", "analyze", str(long), "--out", str(out), "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background may have it ignored, which children inherit.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    part = out / "long.annotated.part.mp4"
    wait_until(lambda: part.exists() and part.stat().st_size > 100_000, process)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 128 + number and "Traceback" not in stderr and "stopped" in stderr
    document = json.loads(stdout)
    assert 0 < document["source"]["frames"] < 40 * len(frames)
    log = read_landmarks(out / "long.landmarks.npz")
    assert len(log) == document["source"]["frames"]
    assert document["totals"].get("squat", 0) == len(read_reps_csv(out / "long.reps.csv"))
    with av.open(str(out / "long.annotated.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) >= len(log) - 1
    assert not [name for name in os.listdir(out) if ".part" in name]


def test_image_prints_and_draws_the_pose(
    squats: tuple[Path, Clip], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture of the figure gives 33 landmarks close to the true ones, and a copy with the skeleton."""
    import cv2

    clip = squats[1]
    frame = next(f for f in clip.frames() if f.t >= clip.truth.reps[0].t_peak)
    picture = tmp_path / "low.png"
    cv2.imwrite(str(picture), frame.image[:, :, ::-1])
    assert main(["image", str(picture), "--json", "--out", str(tmp_path / "out")]) == 0
    pose = json.loads(capsys.readouterr().out)["pose"]
    assert [p["name"] for p in pose["landmarks"]][:1] == ["nose"] and len(pose["landmarks"]) == 33
    assert max(pose["classes"], key=pose["classes"].get) == "squat_down"
    found = np.array([p["image_px"][:2] for p in pose["landmarks"]])
    limbs = [11, 12, 23, 24, 25, 26, 27, 28]
    assert np.linalg.norm(found - clip.image(frame.t)[:, :2], axis=1)[limbs].mean() < 12
    drawn = cv2.imread(str(tmp_path / "out" / "low.pose.png"))
    assert drawn.shape == frame.image.shape and (drawn != frame.image[:, :, ::-1]).any()
