"""`fitness report`: sessions as one HTML page, or as PNG plots."""

from __future__ import annotations

from collections.abc import Sequence
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
        for number, (one, _) in enumerate(chosen, 1):
            write_plots(one, plots, f"session-{number}")
    if not common.quiet:
        click.echo(f"wrote {out}" if plots is None else f"wrote {out}; plots are in {plots}")


def show_report(sessions: Sequence[str], page: Path, store: Path | None) -> None:
    """Write the report of stored sessions (numbers) or result files to `page`, and open it in the browser."""
    import webbrowser

    page = _write(page, _measured(tuple(sessions), None, store))
    shown = webbrowser.open(page.resolve().as_uri())
    click.echo(f"report: {page}" + ("" if shown else " (no browser was found; open it yourself)"))


def _write(page: Path, chosen: Sequence[tuple[Measured, Path | None]]) -> Path:
    """Write the page and return its path. It never replaces a file of the user."""
    from fitness.apps.cli.places import output_path
    from fitness.report import thumbnails, write_page
    from fitness.session import prepare_out_dir

    pictures = {i: thumbnails(one, video) for i, (one, video) in enumerate(chosen) if video is not None}
    if page.parent != Path():
        prepare_out_dir(page.parent)
    page = output_path(page)
    write_page(page, [one for one, _ in chosen], pictures)
    return page


def _measured(
    sessions: tuple[str, ...], since: str | None, store: Path | None
) -> list[tuple[Measured, Path | None]]:
    """Each session, measured, with the video for its thumbnails, or None."""
    from fitness.report import measure, read_source
    from fitness.session.store import Store

    if since is not None:
        with Store.open(store, readonly=True) as opened:
            rows = opened.sessions(moment_of(since, "--since"))
            return [(_stored(opened, row.id), None) for row in rows]
    found: list[tuple[Measured, Path | None]] = []
    for text in sessions:
        if text.isdecimal():
            with Store.open(store, readonly=True) as opened:
                found.append((_stored(opened, int(text)), None))
        else:
            source = read_source(Path(text))
            found.append((measure(source.session), source.video))
    return found


def _stored(store: Store, number: int) -> Measured:
    """A stored session, with the user's corrected numbers of reps."""
    from fitness.report import measure_stored

    return measure_stored(store.workout(number), store.load(number))
