"""`scripts/bench counting`: measure the accuracy of counting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.options import engine_options, settings_of

if TYPE_CHECKING:
    from scripts.benchmarks.made import Made

TABLES: Final = ("clips", "rates", "changes", "named", "any", "figures", "taught", "workouts")

_WIDTH: Final = 140


@click.command(
    help="Count clips with known counts, as the program counts recordings, without pose samples of the person in them.\n\n"
    "TABLE is what to measure. clips: every clip in auto, at full rate. rates: squats and push-ups at full rate, 15 and 10 "
    "fps, as the mean over starts 0 to 3 frames later. changes: squats and push-ups in changed copies. named: the exercise "
    "is given. any: nothing is known about the exercise. figures: a rendered figure, without clips. taught: exercises "
    "taught by whole swings from one clip and from three, on other people, with the logs of models/training/. "
    "workouts: six clips after each other, as in a workout, and each alone.\n\n"
    "The truth is a CSV table with the columns file, exercise, true_reps, accept_min, accept_max, rep_bottom_times_s. "
    "Recordings show the same person if their names end alike (_m1, _f3) or if they come from the same original. "
    "exact: count within accept_min..accept_max; within one: the same, or one beside it. Counting is online: the result is "
    "what the program shows at the end."
)
@click.argument("table", type=click.Choice(TABLES), default="clips")
@click.option(
    "--truth", type=click.Path(path_type=Path), help="Table of the true counts of the recordings (CSV)."
)
@click.option("--videos", type=click.Path(path_type=Path), help="Folder of the recordings.")
@click.option(
    "--landmarks",
    type=click.Path(path_type=Path),
    help="Keep landmark logs of the recordings here, and reuse them; the videos are then not needed. For the table "
    "changes: a folder with one folder for each change.",
)
@click.option(
    "--training",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with landmark logs of further people, logs.npz and logs.csv.",
)
@click.option(
    "--fold-models",
    type=click.Path(file_okay=False, path_type=Path),
    help="Models without the person in a clip, made by scripts/train_recogniser.py --folds DIR. Without it the program's "
    "own model is used, which was fitted to these people.",
)
@click.option(
    "--change", "changes", multiple=True, help="Only this change, for the table changes; may be repeated."
)
@click.option("--rate", type=float, help="Reduce every clip to at most this many fps.")
@click.option("--clips", "each", is_flag=True, help="List every clip; otherwise only those with a fault.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every clip.")
@click.option(
    "--samples", type=click.Path(path_type=Path), help="Folder of pose samples instead of the program's own."
)
@engine_options
@click.pass_obj
def counting(
    common: CommonSettings,
    /,
    table: str,
    truth: Path | None,
    videos: Path | None,
    landmarks: Path | None,
    training: Path | None,
    each: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Score the counter and print one table."""
    if table not in ("figures", "taught") and truth is None and training is None:
        raise click.UsageError("give --truth with --videos or --landmarks, or --training, or both")
    if truth is not None and videos is None and landmarks is None:
        raise click.UsageError("--truth needs --videos or --landmarks")
    from scripts.benchmarks.counting_tables import Material, make

    fold_models, rate, changes = (chosen.pop(name) for name in ("fold_models", "rate", "changes"))
    material = Material(truth, videos, landmarks, training, fold_models, rate, changes)
    made = make(table, material, settings_of(chosen), common)
    if as_json:
        click.echo(json.dumps({"version": 2, "table": table, **made.document()}, indent=2))
    else:
        _print(made, each)


def _print(made: Made, each: bool) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from scripts.benchmarks.tables import COLUMNS

    for note in made.notes:
        click.echo(note, err=True)
    keys = [key for key in COLUMNS if any(key in row for row in made.rows)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for key in keys:
        table.add_column(COLUMNS[key], justify="right")
    for row in made.rows:
        table.add_row(escape(row["name"]), *(_cell(row.get(key)) for key in keys))
    console = Console(width=_WIDTH)
    console.print(table)
    for line in made.lines(each):
        console.print(escape(line), highlight=False, soft_wrap=True)


def _cell(value: float | None) -> str:
    return (
        ""
        if value is None
        else f"{value:.3f}".rstrip("0").rstrip(".")
        if isinstance(value, float)
        else str(value)
    )
