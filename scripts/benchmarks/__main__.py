"""`scripts/bench`: the benchmarks as commands."""

from __future__ import annotations

import sys

from fitness.apps.cli import main
from scripts.benchmarks.commands import bench

if __name__ == "__main__":
    sys.exit(main(command=bench, name="scripts/bench"))
