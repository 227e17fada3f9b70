"""`scripts/bench series`: measure counting on published landmark series."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from fitness.types import JsonDict
    from scripts.benchmarks.series import SeriesResult

ANY: Final = "any"
KNOWN: Final = "known"
_FIGURES: Final = ("n", "exact", "obo", "mae", "f1", "reps", "counted")


@click.command(
    help="Count published series of landmarks with known counts. FOLDER holds landmarks.npz and truth.json. The series hold "
    "no metric landmarks, so the program has either no information about the exercise (any) or labelled poses of it (known)."
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--exercise", type=click.Choice([ANY, KNOWN]), default=ANY, show_default=True)
@click.option("--rate", type=float, help="Reduce every series to at most this many fps.")
@click.option(
    "--starts",
    type=click.IntRange(1, 30),
    default=1,
    show_default=True,
    help="Count this many times, each time from one frame later on, and print the mean.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every series' count.")
def series(folder: Path, exercise: str, rate: float | None, starts: int, as_json: bool) -> None:
    """Count the series and print the figures."""
    from scripts.benchmarks.known import guide_for, read_guides
    from scripts.benchmarks.series import count_series, later, read_series, summarise_series

    every = read_series(folder)
    guides = read_guides(folder) if exercise == KNOWN else {}
    pairs = [(one, guide_for(one.exercise, guides)) for one in every]
    if exercise == KNOWN:
        pairs = [(one, guide) for one, guide in pairs if guide is not None]
        click.echo(f"known: {len(pairs)} of {len(every)} series", err=True)
    runs = [
        [count_series(later(one, start), None, rate, guide) for one, guide in pairs]
        for start in range(starts)
    ]
    results, figures = runs[0], summarise_series(runs[0])
    if starts > 1:
        figures["starts"] = _mean_of([summarise_series(run) for run in runs])
    if as_json:
        click.echo(json.dumps({"version": 1, **figures, "series": [_row(r) for r in results]}, indent=2))
    else:
        _print(figures, results)


def _mean_of(runs: list[JsonDict]) -> JsonDict:
    """Mean over the starts of each figure, and the figures of each start."""
    keys = [key for key in ("obo", "mae", "exact", "f1") if runs[0][key] is not None]
    return {key: round(sum(run[key] for run in runs) / len(runs), 4) for key in keys} | {
        "each": [{key: run[key] for key in keys} for run in runs]
    }


def _row(result: SeriesResult) -> JsonDict:
    return {
        "name": result.name,
        "exercise": result.exercise,
        "true": result.true,
        "counted": result.counted,
        "ends_s": [round(t, 3) for t in result.ends_s],
    }


def _print(figures: JsonDict, results: list[SeriesResult]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("exercise", *_FIGURES):
        table.add_column(title, justify="left" if title == "exercise" else "right")
    rows = {**figures["per_exercise"], "all": figures, "all but doubtful truth": figures["without_doubtful"]}
    for name, row in rows.items():
        table.add_row(escape(name), *("-" if row[key] is None else f"{row[key]:g}" for key in _FIGURES))
    console.print(table)
    if figures["interval"] is not None:
        low, high = figures["interval"]
        click.echo(f"within one: 95 % interval {low:g} to {high:g}")
    if "starts" in figures:
        mean = figures["starts"]
        each = ", ".join(f"{run['obo']:g} / {run['mae']:g} / {run['exact']:g}" for run in mean["each"])
        click.echo(
            f"mean over the starts: obo {mean['obo']:g}, mae {mean['mae']:g}, exact {mean['exact']:g} ({each})"
        )
    if figures["excluded"]:
        click.echo(f"doubtful truth (list {figures['exclusions_version']}): {', '.join(figures['excluded'])}")
    if figures["still"]:
        click.echo(f"series without reps: {figures['still']}, counted there: {figures['still_reps']}")
    for result in results:
        if result.true > 0 and abs(result.counted - result.true) > 1:
            console.print(
                f"  {escape(result.name)}: true {result.true} {escape(result.exercise)}, counted {result.counted}"
            )
