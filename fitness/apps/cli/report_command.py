"""`fitness report`: sessions as one HTML page, or as PNG plots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import Command
from fitness.apps.cli.storing import moment_of, store_option
from fitness.errors import OptionError

if TYPE_CHECKING:
    from fitness.report import Measured
    from fitness.session.store import Store


@click.command(
    cls=Command,
    examples=[
        "fitness report 12 # a stored session, written to report.html",
        "fitness report results/squats.summary.json # a result of `fitness analyze --out`",
        "fitness report 12 13 --out compare.html # two sessions side by side",
        "fitness report --since 2026-03-01 # progress since a date",
    ],
    help="Write a report of SESSIONS as one HTML file with charts. A session is a number from `fitness sessions list`, "
    "or a file that `fitness analyze --out` wrote. Two sessions are compared side by side. More than two, or --since, "
    "also show the progress over weeks.",
)
@click.argument("sessions", nargs=-1)
@click.option("--since", metavar="DATE", help="All stored sessions that began on this date or later.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("report.html"),
    show_default=True,
    help="The HTML file to write.",
)
@click.option("--plots", type=click.Path(path_type=Path), help="Also write PNG plots into this folder.")
@store_option
@click.pass_obj
def report(
    common: CommonSettings,
    /,
    sessions: tuple[str, ...],
    since: str | None,
    out: Path,
    plots: Path | None,
    store: Path | None,
) -> None:
    """Measure the chosen sessions and write the page."""
    from fitness.report import write_plots

    if bool(sessions) == bool(since):
        raise click.UsageError("give SESSIONS or --since.")
    chosen = _measured(sessions, since, store)
    if not chosen:
        raise OptionError(
            f"--since {since}: no session began then or later; `fitness sessions list` shows them"
        )
    out = _write(out, chosen)
    if plots is not None:
        names: Counter[str] = Counter()
        for one in chosen:
            names[one.stem] += 1
            again = f"-{names[one.stem]}" if names[one.stem] > 1 else ""
            write_plots(one.measured, plots, one.stem + again)
    if not common.quiet:
        click.echo(f"wrote {out}" if plots is None else f"wrote {out}; plots are in {plots}")


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """A session to report.   stem: name of its plots.   video: for its thumbnails, or None."""

    measured: Measured
    stem: str
    video: Path | None = None


def show_report(sessions: Sequence[str], page: Path, store: Path | None) -> None:
    """Write the report of stored sessions (numbers) or result files to `page`, and open it in the browser."""
    import webbrowser

    page = _write(page, _measured(tuple(sessions), None, store))
    shown = webbrowser.open(page.resolve().as_uri())
    click.echo(f"report: {page}" + ("" if shown else " (no browser was found; open it yourself)"))


def _write(page: Path, chosen: Sequence[_Chosen]) -> Path:
    """Write the page and return its path. It never replaces a file of the user."""
    from fitness.apps.cli.places import output_path
    from fitness.report import thumbnails, write_page
    from fitness.session import prepare_out_dir

    pictures = {
        i: thumbnails(one.measured, one.video) for i, one in enumerate(chosen) if one.video is not None
    }
    if page.parent != Path():
        prepare_out_dir(page.parent)
    page = output_path(page)
    write_page(page, [one.measured for one in chosen], pictures)
    return page


def _measured(sessions: tuple[str, ...], since: str | None, store: Path | None) -> list[_Chosen]:
    """Each session, measured."""
    from fitness.report import measure, read_source
    from fitness.session.store import Store

    if since is not None:
        with Store.open(store, readonly=True) as opened:
            rows = opened.sessions(moment_of(since, "--since"))
            return [_stored(opened, row.id) for row in rows]
    found: list[_Chosen] = []
    for text in sessions:
        if text.isdecimal():
            with Store.open(store, readonly=True) as opened:
                found.append(_stored(opened, int(text)))
        else:
            source = read_source(Path(text))
            found.append(_Chosen(measure(source.session), source.stem, source.video))
    return found


def _stored(store: Store, number: int) -> _Chosen:
    """A stored session, with the user's corrected numbers of reps."""
    from fitness.report import measure_stored

    return _Chosen(measure_stored(store.workout(number), store.load(number)), f"session-{number}")
