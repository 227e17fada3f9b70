"""The results of `scripts/bench speed`: the machine they depend on, and their tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from fitness.types import JsonDict


def environment() -> JsonDict:
    """The environment that the figures depend on."""
    processor = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), processor)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": processor,
        "cpus": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": None if load is None else round(load, 2),
    }


def print_report(report: JsonDict) -> None:
    """Print CPU times per frame, accuracy on labelled images, starts and whole recordings."""
    console = Console()
    place = report["environment"]
    console.print(f"{place['processor']}, {place['cpus']} processors, load {place['load']}", highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("CPU ms a frame", "landmarks", "networks", "around them", "counting", "ratio to MediaPipe"):
        table.add_column(title, justify="left" if title == "CPU ms a frame" else "right")
    for row in report["sides"]:
        keys = ("cpu_ms", "model_ms", "around_ms", "recognition_ms", "ratio")
        table.add_row(row["name"], *(_number(row.get(key)) for key in keys))
    console.print(table)
    if "keypoints" in report:
        _print_rows(console, "landmarks in labelled images", report["keypoints"])
    for title, figures in _other_rows(report):
        ratio = figures.get("ratio")
        theirs = "" if ratio is None else f", MediaPipe {figures['peer']:.2f}, ratio {ratio:.2f}"
        console.print(f"{title}: {figures['ours']:.2f}{theirs}", highlight=False)


def print_tables(report: JsonDict) -> None:
    """Print the costs against length, people and frame size."""
    console = Console()
    place = report["environment"]
    console.print(f"{place['processor']}, {place['cpus']} processors, load {place['load']}", highlight=False)
    for name, rows in report.items():
        if name not in ("version", "environment"):
            _print_rows(console, name, rows)


def _print_rows(console: Console, title: str, rows: list[JsonDict]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left")
    for key in rows[0]:
        table.add_column(key, justify="right")
    for row in rows:
        table.add_row(*(_number(value) if isinstance(value, float) else str(value) for value in row.values()))
    console.print(table)


def _other_rows(report: JsonDict) -> Iterator[tuple[str, dict[str, Any]]]:
    if "start" in report:
        yield "start to first landmarks, s", {key.removesuffix("_s"): v for key, v in report["start"].items()}
    titles = {"wall_s": "whole recording, s", "cpu_s": "CPU time of that, s", "memory_mb": "most memory, MB"}
    for key, title in titles.items():
        if "whole" in report:
            yield title, report["whole"][key]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
