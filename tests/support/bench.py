"""Runs `scripts/bench` inside the test process."""

from __future__ import annotations

from collections.abc import Sequence

from fitness.apps.cli import main
from scripts.benchmarks.commands import bench


def bench_main(argv: Sequence[str]) -> int:
    """The exit code of `scripts/bench ARGV`."""
    return main(argv, command=bench, name="scripts/bench")
