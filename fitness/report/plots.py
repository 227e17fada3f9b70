"""Draws PNG plots of a measured session with matplotlib (extra `plot`)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.errors import OptionError
from fitness.report.measures import Measured
from fitness.report.view import heading
from fitness.session import prepare_out_dir, whole_file
from fitness.session.own_files import free_path

_BLUE, _ORANGE, _VIOLET, _GREEN = "#2f6fde", "#e07b1f", "#8a55d7", "#12917a"
_DPI: Final = 120


@dataclass(frozen=True, slots=True)
class _Plot:
    """One plot.   name: part of the file name.   axis: label of the y axis.   draw: functions that draw into the axes."""

    name: str
    title: str
    axis: str
    draw: tuple[Callable[[Any], object], ...]


def write_plots(one: Measured, folder: Path, stem: str) -> list[Path]:
    """Write STEM.phase.png, and with reps STEM.tempo.png, STEM.range.png, STEM.velocity.png and STEM.balance.png.

    Plots that would be empty, without landmarks, are left out.

    Raises:
        OptionError: matplotlib is not installed.
        OutputError: the folder cannot be written.
    """
    try:
        figures: Any = import_module("matplotlib.figure")
    except ImportError as error:
        raise OptionError(
            "PNG plots need the package matplotlib; install it with: pip install matplotlib"
        ) from error
    folder = prepare_out_dir(folder)
    written = []
    for plot in _plots(one):
        path = free_path(folder / f"{stem}.{plot.name}.png")
        data = _png(figures.Figure(figsize=(9.6, 3.2), layout="constrained"), heading(one), plot)
        with whole_file(path) as file:
            file.write(data)
        written.append(path)
    return written


def _png(figure: Any, heading_text: str, plot: _Plot) -> bytes:
    """Draw a plot into a new figure; return it as PNG."""
    axes = figure.add_subplot()
    for draw in plot.draw:
        draw(axes)
    axes.set_title(f"{heading_text}: {plot.title}", loc="left", fontsize=11)
    axes.set_ylabel(plot.axis)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)
    data = io.BytesIO()
    figure.savefig(data, dpi=_DPI, format="png", metadata={"Software": "fitness"})
    return data.getvalue()


def _plots(one: Measured) -> Iterator[_Plot]:
    """The plots of a session that have something to show."""
    ends = [r.rep.t_end for r in one.reps]
    yield _Plot("phase", "phase, and where reps were counted", "way to the turning point, %", (
        lambda axes: axes.plot(one.t, 100 * one.phase, color=_BLUE, linewidth=1),
        lambda axes: [axes.axvline(t, color=_ORANGE, alpha=0.5, linewidth=1) for t in ends],
        lambda axes: axes.set_xlabel("seconds"),
    ))  # fmt: skip
    if one.reps:
        yield _Plot("tempo", "tempo of each rep", "seconds", (
            _bars([r.down_s for r in one.reps], _BLUE, "down", -0.2, 0.4),
            _bars([r.up_s for r in one.reps], _ORANGE, "up", 0.2, 0.4),
            lambda axes: axes.legend(frameon=False),
        ))  # fmt: skip
    losses, balances = _percents([r.loss for r in one.reps]), _percents([r.balance for r in one.reps])
    for name, title, axis, values, colour in (
        ("range", "range of motion of each rep", "degrees", [r.range_deg for r in one.reps], _BLUE),
        ("velocity", "velocity loss in the set", "%", losses, _VIOLET),
        ("balance", "balance (above: right moves more)", "%", balances, _GREEN),
    ):
        if any(value is not None for value in values):
            yield _Plot(name, title, axis, (_bars(values, colour),))


def _percents(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else 100 * value for value in values]


def _bars(
    values: Sequence[float | None], colour: str, label: str = "", shift: float = 0, width: float = 0.7
) -> Any:
    """A function that draws the known values as bars, each at the number of its rep."""
    known = [(i + 1 + shift, value) for i, value in enumerate(values) if value is not None]
    x, y = np.array(known, np.float64).reshape(-1, 2).T

    def draw(axes: Any) -> None:
        axes.bar(x, y, width, color=colour, label=label)
        axes.set_xlabel("rep")

    return draw
