"""`scripts/bench crossings`: measure whether bystanders change the count of the person who exercises."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.options import engine_options, settings_of

if TYPE_CHECKING:
    from fitness.session import LandmarkLog
    from fitness.types import JsonDict
    from scripts.benchmarks.crossings import Crossed

Found: TypeAlias = "dict[str, dict[str, Crossed]]"
"""Base clip -> kind of crossing -> count."""

_WIDTH: Final = 160


@click.command(
    help="Compose bystanders into clips of one person: how often does the count stay that of the clip alone?\n\n"
    "VIDEOS is the folder of the base clips. Each base clip is crossed in eleven ways: quickly and slowly in front, behind, "
    "two people, a person who stops in front or beside, who squats, who is dressed alike, who squats in the background all "
    "the time while another walks past (gym), who is very near (big), and who passes at the start. The table has the reps "
    "too few and too many of each crossing; 0 is right.\n\n"
    "The networks are slow, recognition is quick: with --landmarks the people of each composed clip are tracked once.\n\n"
    "Example: scripts/bench crossings ../shared/corpus/videos --landmarks crossings --kind gym"
)
@click.argument("videos", type=click.Path(path_type=Path))
@click.option(
    "--landmarks",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep landmark logs of the composed clips here, and reuse them; remove them after a change of the tracker.",
)
@click.option("--base", "bases", multiple=True, help="Only this base clip; may be repeated.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind of crossing; may be repeated.")
@click.option(
    "--held-out",
    is_flag=True,
    help="Measure the clips on which no limit was chosen, instead of the usual ones.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every count.")
@engine_options
@click.pass_obj
def crossings(
    common: CommonSettings,
    /,
    videos: Path,
    landmarks: Path | None,
    bases: tuple[str, ...],
    kinds: tuple[str, ...],
    held_out: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Measure and print."""
    from scripts.benchmarks.crossing_cases import ALL, BASES, HELD_OUT, KINDS

    for given, known, hint in ((bases, tuple(ALL), "--base"), (kinds, KINDS, "--kind")):
        if unknown := [name for name in given if name not in known]:
            raise click.BadParameter(f"{unknown[0]!r} is none of: {', '.join(known)}", param_hint=hint)
    found = _measured(
        videos, landmarks, bases or tuple(HELD_OUT if held_out else BASES), kinds or KINDS, common, chosen
    )
    if as_json:
        click.echo(json.dumps(_document(found), indent=2))
    else:
        _print(found)


def _measured(
    videos: Path,
    landmarks: Path | None,
    bases: Sequence[str],
    kinds: Sequence[str],
    common: CommonSettings,
    chosen: dict[str, Any],
) -> Found:
    """The counts of some crossings and of their base clips."""
    from fitness.apps.cli.options import load_engine
    from fitness.pipeline.settings import classifier, counter
    from scripts.benchmarks.crossing_cases import ALONE, crossings
    from scripts.benchmarks.crossings import Composer, counted, kept, tracked
    from scripts.benchmarks.cut_outs import SEGMENTATION

    settings = settings_of(chosen)
    cutter = load_engine(replace(settings, tracker=SEGMENTATION), common)
    engine, fitted = load_engine(settings, common), classifier(settings)
    composer = Composer(videos, cutter.tracker)

    def made(base: str, kind: str) -> LandmarkLog:
        passers = () if kind == ALONE else crossings(base)[kind]
        frames = composer.frames(base, passers)
        return tracked(frames, engine.tracker(), f"{base}.{kind}", settings.model)

    found: Found = {}
    for base in bases:
        found[base] = {}
        for kind in (ALONE, *kinds):
            log = kept(landmarks, f"{base}.{kind}", partial(made, base, kind))
            found[base][kind] = counted(log, counter(settings, fitted))
            if not common.quiet:
                click.echo(f"{base}, {kind}", err=True)
    return found


def _wrong(found: Found) -> dict[str, dict[str, int]]:
    """Kind -> base -> reps too few and too many."""
    from scripts.benchmarks.crossing_cases import ALONE

    kinds = dict.fromkeys(kind for counts in found.values() for kind in counts if kind != ALONE)
    return {
        kind: {base: counts[kind].wrong(counts[ALONE]) for base, counts in found.items()} for kind in kinds
    }


def _document(found: Found) -> JsonDict:
    wrong = _wrong(found)
    return {
        "version": 1,
        "right": _right([each for row in wrong.values() for each in row.values()]),
        "wrong_reps": wrong,
        "counts": {
            base: {kind: asdict(each) for kind, each in counts.items()} for base, counts in found.items()
        },
    }


def _right(wrong: Collection[int]) -> float:
    """Share of crossings with the right count."""
    return sum(each == 0 for each in wrong) / len(wrong)


def _print(found: Found) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("crossing")
    for base in (*found, "right"):
        table.add_column(base, justify="right")
    wrong = _wrong(found)
    for kind, row in wrong.items():
        table.add_row(kind, *map(str, row.values()), f"{_right(row.values()):.2f}")
    by_base = [[row[base] for row in wrong.values()] for base in found]
    every = [each for column in by_base for each in column]
    table.add_row("right", *(f"{_right(column):.2f}" for column in by_base), f"{_right(every):.3f}")
    Console(width=_WIDTH).print(table)
