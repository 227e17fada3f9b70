"""`fitness demo`: count a short rendered workout that ships with the program, and show the result."""

from __future__ import annotations

import filecmp
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fitness import stopping
from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import Command
from fitness.apps.cli.options import engine_options, load_engine, settings_of

if TYPE_CHECKING:
    from fitness.session import Session

_SHIPPED: Final = Path(__file__).with_name("demo")
"""The clip and its true counts, made by scripts/make_demo.py."""


@click.command(
    cls=Command,
    examples=["fitness demo # prints the counts and the path of the annotated video"],
    help="Count a short clip that ships with the program: a rendered figure does squats, then push-ups. Prints the "
    "counted and the true numbers, and the paths of the annotated video and the other results.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("fitness-demo"),
    show_default=True,
    help="Folder for the video and the results; created if missing.",
)
@engine_options
@click.pass_obj
def demo(common: CommonSettings, /, out: Path, **chosen: Any) -> int:
    """Count the clip that ships with the program, and compare the counts with the true ones."""
    from fitness.apps.cli._malloc import give_back
    from fitness.apps.cli.places import output_path
    from fitness.apps.cli.progress import frames_progress
    from fitness.media.source import VideoFile
    from fitness.pipeline.analyzer import Analyzer
    from fitness.pipeline.outputs import Outputs
    from fitness.session import prepare_out_dir
    from fitness.session.own_files import free_stems

    settings = settings_of(chosen)
    analyzer = Analyzer.of(settings, lambda: load_engine(settings, common), tidy=give_back)
    stopping.hold()
    prepare_out_dir(out)
    video = out / "demo.mp4"
    if not (video.is_file() and filecmp.cmp(_SHIPPED / "clip.mp4", video, shallow=False)):
        video = output_path(video)
        shutil.copyfile(_SHIPPED / "clip.mp4", video)
    ((stem,), _) = free_stems([video], out)
    with VideoFile(video) as frames, frames_progress(common) as progress, progress.file(frames) as on_frame:
        analysis = analyzer.run(frames, Outputs(out, stem), on_frame)
    if analysis.interrupted:
        return 130
    truth = json.loads((_SHIPPED / "truth.json").read_text(encoding="utf-8"))["counts"]
    right = _compare(truth, analysis.session)
    click.echo(f"annotated video: {out / f'{stem}.annotated.mp4'}; all results are in {out}")
    return 0 if right else 1


def _compare(truth: Mapping[str, int], session: Session) -> bool:
    """Print the counted and the true number of reps of each exercise; return whether all agree."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("exercise")
    for title in ("counted", "true"):
        table.add_column(title, justify="right")
    names = list(dict.fromkeys([*truth, *session.totals]))
    for name in names:
        counted, true = session.totals.get(name, 0), truth.get(name, 0)
        colour = "green" if counted == true else "red"
        table.add_row(name, f"[{colour}]{counted}[/{colour}]", str(true))
    Console().print(table)
    return all(session.totals.get(name, 0) == truth.get(name, 0) for name in names)
