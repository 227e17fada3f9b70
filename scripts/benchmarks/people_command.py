"""`scripts/bench people`: measure how well several people are told apart when they cross, hide, leave and come back."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import click

from fitness.apps.cli import Settings as CommonSettings

_FIGURES = ("figures", "ids", "switches", "extra", "tracked", "least_tracked", "longest_gap_s")


@click.command(
    help="Measure how well several people are told apart: rendered clips of two to four figures.\n\n"
    "ids: number of ids (right: as many as figures). switches: how often a figure's id changed. extra: poses on "
    "no figure, or a second one on a figure. tracked: share of a figure's visible frames in which it is found; "
    "least_tracked: the same for the figure found least; longest_gap_s: longest time that a visible figure is not found."
)
@click.option("--models", default="full", show_default=True, help="Landmark models, separated by commas.")
@click.option(
    "--rate",
    type=click.FloatRange(1, 60),
    default=15.0,
    show_default=True,
    help="fps of the clips.",
)
@click.option("--clip", "names", multiple=True, help="Only this clip; can be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def people(
    common: CommonSettings, /, models: str, rate: float, names: tuple[str, ...], as_json: bool
) -> None:
    """Measure and print."""
    from fitness.apps.cli.options import load_engine
    from fitness.engine.options import DEFAULT
    from fitness.engine.tracking.tracker import PoseTracker
    from fitness.pipeline.settings import Settings
    from scripts.benchmarks.company import company_clips, score_company

    clips = company_clips(rate)
    if unknown := [name for name in names if name not in clips]:
        raise click.BadParameter(f"{unknown[0]!r} is none of: {'; '.join(clips)}", param_hint="--clip")
    rows: dict[str, dict[str, dict[str, float]]] = {}
    for model in models.split(","):
        rows[model] = {}
        networks = load_engine(Settings(model=model, precision="exact"), common).networks
        for name in names or clips:
            tracker = PoseTracker(*networks, replace(DEFAULT, num_poses=4))
            rows[model][name] = asdict(score_company(clips[name], tracker.people))
            if not common.quiet:
                click.echo(f"{model}, {name}", err=True)
    if as_json:
        click.echo(json.dumps({"version": 1, "rate": rate, "models": rows}, indent=2))
    else:
        _print(rows)


def _print(rows: dict[str, dict[str, dict[str, float]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("model", "clip", *_FIGURES):
        table.add_column(title, justify="left" if title in ("model", "clip") else "right")
    for model, clips in rows.items():
        for name, row in clips.items():
            table.add_row(model, name, *(f"{row[key]:.3g}" for key in _FIGURES))
    Console().print(table)
