"""`fitness replay`: count landmark logs again, without model or video."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import Command
from fitness.apps.cli.options import counting_options, settings_of
from fitness.errors import printable


@click.command(
    cls=Command,
    examples=["fitness replay results/squats.landmarks.npz"],
    help="Count again from FILES that `fitness analyze --out` wrote (STEM.landmarks.npz).",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document per file, nothing else.")
@counting_options
@click.pass_obj
def replay(common: CommonSettings, /, files: tuple[Path, ...], as_json: bool, **chosen: Any) -> None:
    """Recount every file with today's samples and settings."""
    from dataclasses import replace

    from fitness.apps.cli.progress import frames_progress
    from fitness.pipeline.analyzer import recount
    from fitness.pipeline.settings import classifier, counter, noted
    from fitness.session import read_landmarks, summary
    from fitness.session.amounts import totals_text

    settings = settings_of(chosen)
    fitted = classifier(settings)
    for path in files:
        log = read_landmarks(path)
        counted = replace(settings, model=log.model or settings.model)
        with frames_progress(common) as progress, progress.steps(path.name, len(log.t)) as advance:
            session = recount(log, counter(settings, fitted), noted(counted), advance)
        if as_json:
            click.echo(json.dumps(summary(session)))
        else:
            counts = totals_text(session.totals) if session.totals else "no reps"
            click.echo(f"{printable(path.name)}: {counts}")
