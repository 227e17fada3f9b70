"""`scripts/bench speed`: measure this program's speed on this machine, compared with MediaPipe."""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fitness.apps.cli import Settings as CommonSettings

if TYPE_CHECKING:
    from fitness.types import Frame, JsonDict
    from scripts.benchmarks.onnx_pose import NamedPeer
    from scripts.benchmarks.speed import Run, Side, SpeedOptions

_SHORT: Final = (960, 544, 10.0)
_LONG: Final = (1280, 720, 60.0)
"""Width, height and seconds of the rendered clips: for single frames, and for whole recordings."""


@click.command(
    help="Measure this program's speed on this machine: CPU time per frame, start time, whole recordings.\n\n"
    "With --peer, a Python that has MediaPipe 0.10.14, it is compared with MediaPipe: the same frames, the two in turn. "
    "`scripts/bench speed` sets up that Python and passes it. --peer rtmpose or yolo-pose compares with that model instead; "
    "--weights names its ONNX file. Without CLIP, a rendered figure is used. A quiet machine "
    "gives steadier figures; CPU times are medians, so some noise does not matter.\n\n"
    "With --table, only the costs against length, people or frame size are measured."
)
@click.argument("clip", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--peer", metavar="NAME|PYTHON", help="rtmpose, yolo-pose, or a Python with MediaPipe to compare with."
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="ONNX file of that --peer.",
)
@click.option(
    "--keypoints",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with images and keypoints_gt.json: also measure the accuracy of landmarks (PCK@0.2).",
)
@click.option(
    "--table",
    type=click.Choice(["length", "people", "size", "all"]),
    help="Cost against length, people or frame size.",
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw those tables into this file (.svg).",
)
@click.option(
    "--models", default="lite,full,heavy", show_default=True, help="Landmark models, separated by commas."
)
@click.option(
    "--runtimes",
    default="auto,auto+mixed",
    show_default=True,
    help="Runtimes of this program, separated by commas; +mixed for --precision mixed.",
)
@click.option(
    "--threads", default=1, show_default=True, help="CPU threads for one inference of this program."
)
@click.option("--batches", default=20, show_default=True, help="Number of turns of 10 frames for each side.")
@click.option(
    "--rounds", default=3, show_default=True, help="Number of measurements of starts and whole runs."
)
@click.option("--start/--no-start", default=True, help="Measure the time to the first landmarks.")
@click.option("--whole/--no-whole", default=False, help="Measure the analysis of a whole recording too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Also write the JSON here.")
@click.pass_obj
def speed(
    common: CommonSettings,
    /,
    clip: Path | None,
    peer: str | None,
    weights: Path | None,
    keypoints: Path | None,
    table: str | None,
    picture: Path | None,
    models: str,
    runtimes: str,
    threads: int,
    batches: int,
    rounds: int,
    start: bool,
    whole: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    """Measure and print."""
    from scripts.benchmarks.onnx_pose import accuracy
    from scripts.benchmarks.speed import SpeedOptions, measure_frames, prepare_peer, sides
    from scripts.benchmarks.speed_report import environment, print_report

    if picture is not None and table is None:
        raise click.UsageError("--picture draws the tables of --table.")
    if table is not None:
        _tables(table, picture, as_json, out, common)
        return
    python, named = _peer(peer, weights)
    options = SpeedOptions(
        models=tuple(models.split(",")), runtimes=tuple(runtimes.split(",")), threads=threads,
        batches=batches, rounds=rounds,
    )  # fmt: skip
    fetched = _weights(options, common)
    if python is not None:
        prepare_peer(python, fetched)
    compared = sides(options, python, named)
    _say(common, f"CPU time a frame: {len(compared)} processes in turn")
    report: JsonDict = {"version": 1, "environment": environment()}
    report["frames"] = measure_frames(compared, _frames(clip, options, common), options)
    report["sides"] = [_row(side, compared) for side in compared]
    if start:
        report["start"] = _starts(clip or _rendered(_SHORT, common), python, options, common)
    if whole:
        report["whole"] = _whole(clip or _rendered(_LONG, common), python, options, common)
    if keypoints is not None:
        _say(common, "landmarks in labelled images")
        report["keypoints"] = accuracy(keypoints, options.models, named, options.threads)
    if out is not None:
        out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        print_report(report)


def _peer(peer: str | None, weights: Path | None) -> tuple[Path | None, NamedPeer | None]:
    """The Python with MediaPipe, or the other model, that --peer names; either may be missing."""
    from scripts.benchmarks.onnx_pose import PEERS, NamedPeer, onnx_runtime

    if peer is not None and peer in PEERS:
        onnx_runtime(peer)
        if weights is None:
            raise click.UsageError(f"--peer {peer} needs --weights FILE, that model as ONNX.")
        return None, NamedPeer(peer, weights)
    if weights is not None:
        raise click.UsageError(f"--weights goes with --peer {' or '.join(PEERS)}.")
    if peer is not None and not Path(peer).is_file():
        raise click.UsageError(f"--peer takes {', '.join(PEERS)} or the path of a Python, got {peer!r}.")
    return None if peer is None else Path(peer), None


def _tables(
    table: str, picture: Path | None, as_json: bool, out: Path | None, common: CommonSettings
) -> None:
    """Measure, print and draw the costs against length, people or frame size."""
    from scripts.benchmarks.costs import TABLES, draw, measure_table
    from scripts.benchmarks.speed_report import environment, print_tables

    report: JsonDict = {"version": 1, "environment": environment()}
    for name in TABLES if table == "all" else (table,):
        _say(common, f"cost against {name}")
        report[name] = measure_table(name)
    if out is not None:
        out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        print_tables(report)
    if picture is not None:  # last, so that no measurement is lost if it fails
        draw(report, picture)


def _weights(options: SpeedOptions, common: CommonSettings) -> dict[str, Path]:
    """Fetch all needed weights that are not in the cache."""
    from fitness.apps.cli.downloads import download_progress
    from fitness.engine.runtime.weights import ModelFiles

    with download_progress(common) as progress:
        return ModelFiles(progress=progress).ensure_all(["detector", *options.models])


def _frames(clip: Path | None, options: SpeedOptions, common: CommonSettings) -> Iterator[Frame]:
    """The frames of the clip, repeated until there are enough."""
    from fitness.media.source import VideoFile

    path = clip or _rendered(_SHORT, common)
    for _ in itertools.count():
        with VideoFile(path) as video:
            yield from video


def _rendered(kind: tuple[int, int, float], common: CommonSettings) -> Path:
    """A video of a figure that does squats, rendered once and kept in the program's cache."""
    from fitness.engine.runtime.weights import default_cache_dir
    from fitness.media.writer import VideoWriter
    from scripts.figure import Camera, Clip, Motion, Reps

    width, height, seconds = kind
    path = default_cache_dir() / "benchmark" / f"squats-{width}x{height}-{seconds:g}s-v1.mp4"
    if not path.exists():
        _say(common, f"rendering {seconds:g} s of {width}x{height}, once")
        path.parent.mkdir(parents=True, exist_ok=True)
        motion = Motion(Reps("squat", round(seconds / 2.5), seconds=2.5, tempo_spread=0.1, seed=1))
        camera = Clip(motion, width=width, height=height).framed(Camera(yaw_deg=40))
        film = Clip(motion, camera=camera, width=width, height=height)
        with VideoWriter(path, width, height, film.fps) as writer:
            for frame in film.frames():
                writer.write(frame.image, frame.t)
    return path


def _row(side: Side, compared: list[Side]) -> JsonDict:
    """The medians of one side, and their ratio to MediaPipe's with the same model."""
    row: JsonDict = {"name": side.name, "model": side.model, "ours": side.ours}
    row |= {quantity: round(side.median(quantity), 3) for quantity in side.times_ms}
    if "model_ms" in side.times_ms:
        both = zip(side.times_ms["cpu_ms"], side.times_ms["model_ms"], strict=True)
        row["around_ms"] = round(statistics.median(whole - model for whole, model in both), 3)
    for other in compared:
        if side.ours and not other.ours and other.model == side.model:
            row["ratio"] = round(side.median() / other.median(), 3)
    return row


def _starts(clip: Path, peer: Path | None, options: SpeedOptions, common: CommonSettings) -> JsonDict:
    """Seconds from process start to the first landmarks, with the full model."""
    from scripts.benchmarks.speed import PEER_SCRIPT, measure_start

    _say(common, "start to first landmarks")
    ours = [
        sys.executable,
        "-m",
        "scripts.benchmarks.speed_worker",
        "start",
        "analyze",
        str(clip),
        "--end",
        "0.5",
        "--no-store",
    ]
    theirs = None if peer is None else [str(peer), str(PEER_SCRIPT), "start", "1", str(clip)]
    seconds = measure_start(ours, theirs, options.rounds)
    return _compared({name: statistics.median(values) for name, values in seconds.items()}, "_s")


def _whole(clip: Path, peer: Path | None, options: SpeedOptions, common: CommonSettings) -> JsonDict:
    """Wall time, CPU time and memory of the analysis of a recording with its annotated video."""
    from scripts.benchmarks.speed import PEER_SCRIPT, measure_runs

    _say(common, f"whole recording {clip.name}, {options.rounds} times each")
    with tempfile.TemporaryDirectory(prefix="fitness-") as folder:
        ours = [
            sys.executable,
            "-m",
            "fitness",
            "--quiet",
            "analyze",
            str(clip),
            "--out",
            folder,
            "--no-store",
        ]
        commands, warm_up = {"ours": ours}, [[*ours, "--end", "0.5"]]
        if peer is not None:
            film = str(Path(folder) / "peer.mp4")
            commands = {"peer": [str(peer), str(PEER_SCRIPT), "film", "1", str(clip), film], **commands}
            warm_up.append([str(peer), str(PEER_SCRIPT), "start", "1", str(clip)])
        runs = measure_runs(commands, options.rounds, warm_up)
    report: JsonDict = {}
    for quantity in ("wall_s", "cpu_s", "memory_mb"):
        medians = {name: _median(each, quantity) for name, each in runs.items()}
        report[quantity] = _compared(medians, "")
    return report


def _median(runs: list[Run], quantity: str) -> float:
    return float(statistics.median(getattr(run, quantity) for run in runs))


def _compared(medians: dict[str, float], unit: str) -> JsonDict:
    report: JsonDict = {f"{name}{unit}": round(value, 3) for name, value in medians.items()}
    if "peer" in medians:
        report["ratio"] = round(medians["ours"] / medians["peer"], 3)
    return report


def _say(common: CommonSettings, text: str) -> None:
    if not common.quiet:
        click.echo(f"{text} ...", err=True)
