"""The group of measuring commands: counting, crossings, engine, people, series and speed."""

from __future__ import annotations

import click

from fitness.apps.cli import Settings
from scripts.benchmarks.counting_command import counting
from scripts.benchmarks.crossings_command import crossings
from scripts.benchmarks.engine_command import engine
from scripts.benchmarks.people_command import people
from scripts.benchmarks.series_command import series
from scripts.benchmarks.speed_command import speed


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Measure the accuracy of counting and of landmarks, and the speed of the program.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only errors: no notices, no progress.")
@click.pass_context
def bench(context: click.Context, quiet: bool) -> None:
    """The group of all benchmark commands."""
    context.obj = Settings(quiet=quiet)


for _command in (counting, crossings, engine, people, series, speed):
    bench.add_command(_command)
