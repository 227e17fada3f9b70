"""`scripts/bench counting`: measure the accuracy of counting."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.options import counting_options, engine_options, load_engine, settings_of
from fitness.errors import SourceError
from scripts.benchmarks.series_command import ANY, KNOWN, run_series

if TYPE_CHECKING:
    from fitness.session import LandmarkLog
    from fitness.types import JsonDict
    from scripts.benchmarks.scores import ClipResult
    from scripts.benchmarks.truth import ClipTruth

_FIGURES = ("n", "exact", "obo", "mae", "f1", "reps", "counted")


@click.command(
    help="Count recordings with known counts, each with samples of other people only.\n\n"
    "TRUTH is a table with the columns file, exercise, true_reps, accept_min, accept_max, rep_bottom_times_s. "
    "Recordings show the same person if their names end alike (_m1, _f3) or if they come from the same original. "
    "exact: counts within accept_min..accept_max; obo: within one; mae: mean relative error; f1: turning points within "
    "0.3 s; false reps: reps counted in recordings without any. Counting is online: the last count is reported. "
    "With --exercise known, the program gets the exercise of each recording; with --exercise any, it has no information "
    "about it and counts every repeated motion."
)
@click.option("--videos", type=click.Path(path_type=Path), help="Folder of the recordings.")
@click.option("--truth", type=click.Path(path_type=Path), help="Table of the true counts (CSV).")
@click.option(
    "--series",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with landmarks.npz and truth.json, instead of recordings; counted without knowing the exercise.",
)
@click.option("--landmarks", type=click.Path(path_type=Path), help="Keep landmarks here, and reuse them.")
@click.option("--rate", type=float, help="Reduce every recording to at most this many fps.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every recording's count.")
@counting_options
@engine_options
@click.pass_obj
# long: a command with many options, step by step
def counting(
    common: CommonSettings,
    /,
    videos: Path | None,
    truth: Path | None,
    series: Path | None,
    landmarks: Path | None,
    rate: float | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Score the counter."""
    if series is not None:
        if videos is not None or truth is not None:
            raise click.UsageError("--series stands alone, without --videos and --truth")
        run_series(series, chosen["exercise"], rate, as_json)
        return
    if videos is None or truth is None:
        raise click.UsageError("give --videos and --truth, or --series")
    from fitness.pipeline.settings import sample_folder
    from fitness.recognition.exercises import AUTO, EXERCISES, exercises_named
    from fitness.recognition.samples import load_samples
    from scripts.benchmarks.clips import landmarks_of
    from scripts.benchmarks.counting import leave_one_person_out
    from scripts.benchmarks.scores import summarise
    from scripts.benchmarks.truth import NONE, people, read_truth
    from scripts.benchmarks.unseen import count_unseen

    unseen, known = chosen["exercise"] == ANY, chosen["exercise"] == KNOWN
    settings = settings_of({**chosen, "exercise": AUTO} if unseen or known else chosen)
    clips = read_truth(truth)
    for clip in clips:
        if not (videos / clip.file).is_file():
            raise SourceError(f"{videos / clip.file}: listed in {truth.name}, but there is no such file")
    engine = load_engine(settings, common)

    def logs() -> Iterator[tuple[ClipTruth, LandmarkLog]]:
        for clip in _followed(clips, common):
            log = landmarks_of(
                videos / clip.file, engine.tracker, model=settings.model, rate_hz=rate, kept_in=landmarks
            )
            yield clip, log

    if unseen:
        results = [count_unseen(clip, log.poses()) for clip, log in logs()]
        counted = tuple({clip.exercise for clip in clips} - {NONE})
    else:
        samples = load_samples(sample_folder(settings))
        options = replace(settings.recogniser, taught=())
        everybody = ((clip, log.people()) for clip, log in logs())
        results = list(leave_one_person_out(everybody, samples, people(clips), options, known=known))
        counted = tuple(EXERCISES if known else (e.name for e in exercises_named(options.exercise)))
    figures = summarise(results, counted)
    if as_json:
        click.echo(json.dumps({"version": 1, **figures, "clips": [_row(r) for r in results]}, indent=2))
    else:
        _print(figures, results)


def _followed(clips: list[ClipTruth], common: CommonSettings) -> Iterable[ClipTruth]:
    """The clips, with a progress bar on standard error if it is a terminal."""
    if common.quiet or not sys.stderr.isatty():
        return clips
    from rich.console import Console
    from rich.progress import track

    return track(clips, description="recordings", console=Console(stderr=True), transient=True)


def _row(result: ClipResult) -> JsonDict:
    truth = result.truth
    return {
        "file": truth.file,
        "exercise": truth.exercise,
        "true": truth.reps,
        "accept": list(truth.accept),
        "counted": result.count,
        "totals": dict(result.totals),
        "peaks_s": {name: [round(t, 3) for t in times] for name, times in result.peaks_s.items()},
    }


def _print(figures: JsonDict, results: list[ClipResult]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("exercise", *_FIGURES):
        table.add_column(title, justify="left" if title == "exercise" else "right")
    rows = {**figures["per_exercise"], "all": figures}
    for name, row in rows.items():
        table.add_row(name, *("-" if row[key] is None else f"{row[key]:g}" for key in _FIGURES))
    console.print(table)
    click.echo(
        f"negatives: {figures['false_reps']} false reps in {figures['negatives']} recordings, "
        f"{figures['negative_minutes']:.1f} min; reps of another exercise on positives: {figures['cross']}"
    )
    if figures["unknown_reps"]:
        click.echo(
            f"counted as unknown exercise where another exercise is done: {figures['unknown_reps']} of "
            f"{figures['unknown_true']} reps"
        )
    wrong = [r for r in results if r.false or (r.truth.exercise in rows and not r.truth.accepts(r.count))]
    for result in wrong:
        totals = ", ".join(f"{count} {name}" for name, count in result.totals.items()) or "nothing"
        console.print(
            f"  {escape(result.truth.file)}: true {result.truth.reps} {result.truth.exercise}, counted {totals}"
        )
