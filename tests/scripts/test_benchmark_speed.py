"""The speed benchmark: sides in turn on the same frames, medians, ratios, and clear errors if a side fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from fitness.errors import ModelError, OptionError, SourceError
from fitness.media.writer import VideoWriter
from fitness.types import Frame
from scripts.benchmarks import speed
from scripts.benchmarks.speed import Side, SpeedOptions, measure_frames, measure_runs, measure_start, sides
from scripts.figure import Camera, Clip, Motion, Reps
from tests.support.bench import bench_main

ECHO = """
import json, sys
import numpy as np
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    pictures = np.memmap(request["file"], np.uint8, "r", shape=tuple(request["shape"]))
    print(json.dumps({"cpu_ms": [FACTOR * float(p[0, 0, 0]) for p in pictures]}), flush=True)
"""


def fake(factor: float, model: str = "full", *, ours: bool = True) -> Side:
    """A mock side that reports a frame's first value, times a factor, as milliseconds."""
    code = ECHO.replace("FACTOR", str(factor))
    return Side(f"{model} x {factor}", model, ours, [sys.executable, "-c", code])


@pytest.fixture
def frames(make_frame: Callable[..., Frame]) -> list[Frame]:
    """Twelve frames whose grey is their number."""
    return [make_frame(i / 10, i, grey=i) for i in range(12)]


def test_all_sides_see_the_same_frames(frames: list[Frame]) -> None:
    """Each frame reaches each side once and in order; the first batch is a warm-up and does not count."""
    compared = [fake(1.0), fake(2.0)]
    counted = measure_frames(compared, frames, SpeedOptions(batch=3, batches=3))
    assert counted == 6
    assert compared[0].times_ms == {"cpu_ms": [3, 4, 5, 6, 7, 8]}
    assert compared[1].median() == 2 * compared[0].median() == 11


def test_a_clip_may_end_early(frames: list[Frame]) -> None:
    """A batch that the clip does not fill is measured as it is; a clip that only warms up is refused."""
    side = fake(1.0)
    assert measure_frames([side], frames, SpeedOptions(batch=5, batches=10)) == 7
    assert side.times_ms["cpu_ms"] == [5, 6, 7, 8, 9, 10, 11]
    with pytest.raises(SourceError, match="more than 5 frames are needed"):
        measure_frames([fake(1.0)], frames[:5], SpeedOptions(batch=5))


@pytest.mark.parametrize("code", ["raise SystemExit('no such model')", "print('{}', flush=True)"])
def test_a_program_that_stops_early_says_why(frames: list[Frame], code: str) -> None:
    """A side that ends early gives a ModelError that names it, and no process stays."""
    with pytest.raises(ModelError, match=r"^broken ended early: (no such model|without a message)$"):
        measure_frames([Side("broken", "full", True, [sys.executable, "-c", code])], frames, SpeedOptions())


def test_the_sides_are_the_peer_and_our_runtimes() -> None:
    """For each model, MediaPipe comes first if its Python is known, then this program with every runtime."""
    options = SpeedOptions(models=("lite", "heavy"), runtimes=("litert", "openvino"), threads=2)
    names = [side.name for side in sides(options, Path("python"))]
    assert names == [
        "lite, MediaPipe", "lite, litert", "lite, openvino", "heavy, MediaPipe", "heavy, litert", "heavy, openvino",
    ]  # fmt: skip
    assert [side.ours for side in sides(options, None)] == [True] * 4
    assert list(sides(options, Path("python"))[3].command[-2:]) == ["frames", "2"]
    assert list(sides(options, None)[1].command[-3:]) == ["lite", "openvino", "2"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"models": ("full", "tiny")}, "models must be some of lite, full, heavy, got full, tiny"),
        ({"models": ()}, "models must be some of"),
        ({"batches": 1}, "batches must be at least 2, got 1"),
        ({"rounds": 0}, "rounds must be at least 1, got 0"),
    ],
)
def test_options_are_checked(values: dict[str, object], words: str) -> None:
    """An invalid option is refused by name."""
    with pytest.raises(OptionError, match=words):
        SpeedOptions(**values)  # type: ignore[arg-type]


def test_a_start_is_measured_up_to_the_first_landmarks() -> None:
    """There is one more round than requested, for both sides in turn; a process without landmarks is an error."""
    found = [sys.executable, "-c", "print('{\"found\": true}', flush=True)"]
    seconds = measure_start(found, found, rounds=2)
    assert set(seconds) == {"ours", "peer"} and all(len(values) == 2 for values in seconds.values())
    assert set(measure_start(found, None, rounds=1)) == {"ours"}
    with pytest.raises(ModelError, match="no landmarks came from"):
        measure_start([sys.executable, "-c", "print('nothing')"], None, rounds=1)


def test_the_worker_says_when_it_has_landmarks(models: Path, tmp_path: Path) -> None:
    """What `scripts/bench speed` starts: the command line itself, up to the first pose."""
    clip = tmp_path / "squat.mp4"
    film = Clip(
        Motion(Reps("squat", 1, seconds=1.5)), camera=Camera(yaw_deg=40), width=240, height=240, fit=True
    )
    with VideoWriter(clip, 240, 240, 30) as writer:
        for frame in islice(film.frames(), 6):
            writer.write(frame.image, frame.t)
    command = [sys.executable, "-m", "scripts.benchmarks.speed_worker", "start"]
    assert measure_start([*command, "analyze", str(clip), "--no-store"], None, rounds=1)["ours"][0] > 0


@pytest.mark.skipif(sys.platform == "win32", reason="the system does not tell")
def test_a_whole_run_has_time_and_memory() -> None:
    """Wall time, CPU time and the peak of memory are those of the process; a failing one is an error."""
    code = "import time; x = bytearray(120_000_000); end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    (run,) = measure_runs({"busy": [sys.executable, "-c", code]}, 1)["busy"]
    assert run.cpu_s >= 0.2 and run.wall_s >= run.cpu_s * 0.9 and 120 < run.memory_mb < 200
    mine = np.ones(60_000_000)  # 480 MB here are none of the process that is measured
    (run,) = measure_runs({"busy": [sys.executable, "-c", code]}, 1)["busy"]
    assert mine.all() and run.memory_mb < 200
    with pytest.raises(ModelError, match="exit code 3 from"):
        measure_runs({"failing": [sys.executable, "-c", "raise SystemExit(3)"]}, 1)


def test_whole_runs_use_compiled_modules() -> None:
    """The warm-up may compile modules, and the runs that count find them, whatever the caller's environment forbids."""
    code = "import os, sys; assert not sys.dont_write_bytecode; place = sys.pycache_prefix + '/made'; "
    warm_up = [sys.executable, "-c", code + "open(place, 'w').close()"]
    runs = measure_runs({"ours": [sys.executable, "-c", code + "os.stat(place)"]}, 2, [warm_up])
    assert len(runs["ours"]) == 2


def test_the_peers_models_are_put_where_it_looks(tmp_path: Path) -> None:
    """Weights that MediaPipe would download are copied into its package; those that are there stay."""
    package = tmp_path / "mediapipe"
    folder = package / "modules" / "pose_landmark"
    folder.mkdir(parents=True)
    (package / "__init__.py").touch()
    (folder / "full.tflite").write_bytes(b"its own")
    weights = {name: tmp_path / f"{name}.tflite" for name in ("lite", "full")}
    for name, path in weights.items():
        path.write_bytes(name.encode())
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec env PYTHONPATH="{tmp_path}" "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    speed.prepare_peer(python, weights)
    assert (folder / "lite.tflite").read_bytes() == b"lite"
    assert (folder / "full.tflite").read_bytes() == b"its own"


def test_a_peer_without_mediapipe_is_an_error() -> None:
    """The message says what makes an environment with it."""
    with pytest.raises(ModelError, match="has no MediaPipe; scripts/bench speed makes"):
        speed.prepare_peer(Path(sys.executable), {})


def test_the_peers_script_stands_alone() -> None:
    """It imports nothing but the standard library when it starts, so that any Python can run it."""
    code = (
        f"import sys, runpy; runpy.run_path({str(speed.PEER_SCRIPT)!r});"
        " print(sorted(set(sys.modules) & {'numpy', 'cv2', 'fitness'}))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_measures_and_writes_json(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a video without a person: CPU time per frame, of the networks and of the rest, as JSON on the terminal
    and in a file.
    """
    clip, out = tmp_path / "grey.mp4", tmp_path / "speed.json"
    with VideoWriter(clip, 96, 64, 10) as writer:
        for i in range(12):
            writer.write(np.full((64, 96, 3), 90, np.uint8), i / 10)
    argv = ["speed", str(clip), "--models", "lite", "--batches", "2", "--no-start"]
    assert bench_main(["--quiet", *argv, "--json", "--out", str(out)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report == json.loads(out.read_text())
    row, mixed = report["sides"]
    assert (
        row["name"] == "lite, auto"
        and mixed["name"] == "lite, auto+mixed"
        and report["frames"] == 10
        and report["environment"]["cpus"]
    )
    assert row["cpu_ms"] > row["model_ms"] > 0 and row["around_ms"] > 0 and "ratio" not in row


def test_an_unknown_model_is_an_error_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The error lists the known models."""
    assert bench_main(["speed", "--models", "tiny"]) == 1
    assert "models must be some of lite, full, heavy, got tiny" in capsys.readouterr().err


def test_the_peer_answers_requests_in_an_environment_of_its_own(tmp_path: Path) -> None:
    """`peer.py` imports nothing of this program; it answers each request with the CPU time of each frame."""
    (tmp_path / "mediapipe.py").write_text(
        "from types import SimpleNamespace as S\n"
        "class Pose:\n"
        "    def __init__(self, model_complexity): pass\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *error): pass\n"
        "    def process(self, image): assert image.shape == (4, 6, 3)\n"
        "solutions = S(pose=S(Pose=Pose))\n__version__ = '0'\n"
    )
    frames = np.zeros((3, 4, 6, 3), np.uint8)
    frames.tofile(tmp_path / "frames")
    request = json.dumps({"file": str(tmp_path / "frames"), "shape": frames.shape})
    done = subprocess.run(
        [sys.executable, str(speed.PEER_SCRIPT), "frames", "1"], input=f"{request}\n{request}\n",
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    ready, *answers = map(json.loads, done.stdout.splitlines())
    assert ready == {"ready": "MediaPipe 0"}
    assert [len(one["cpu_ms"]) for one in answers] == [3, 3]


def test_mediapipes_side_finds_its_protocol_under_a_safe_path() -> None:
    """`scripts/bench` sets PYTHONSAFEPATH, which removes a script's folder from the path. Only mediapipe is missing here."""
    done = subprocess.run(
        [sys.executable, str(speed.PEER_SCRIPT), "frames", "1"],
        env=os.environ | {"PYTHONSAFEPATH": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "No module named 'mediapipe'" in done.stderr
