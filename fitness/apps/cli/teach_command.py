"""`fitness teach`: teach an exercise of your own, from clips, pictures or published samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import TIME, Command
from fitness.apps.cli.options import (
    damaged_taught,
    engine_options,
    load_engine,
    settings_of,
    user_taught_folder,
)
from fitness.errors import OptionError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fitness.engine.tracking.tracker import PoseTracker
    from fitness.recognition.samples import PoseSamples
    from fitness.recognition.taught import TaughtExercise
    from fitness.teach.clips import TeachingClip
    from fitness.types import Frame, Pose


@click.command(
    cls=Command,
    examples=[
        "fitness teach dip dips.mp4 --reps 8 # from a clip with eight reps",
        "fitness teach dip a.mp4 b.mp4 c.mp4 --reps 8 --reps 5 --reps 6 # from three clips, which counts better",
        "fitness teach dip pictures # from pictures in pictures/up and pictures/down",
        "fitness teach --list # the exercises that you taught",
    ],
    help="Teach an exercise of your own. Afterwards analyze, live and the page can count it.\n\n"
    "SOURCE is one of these: a clip, with the number of its reps as --reps; a folder with pictures in up/ and down/ (or "
    "NAME_up/ and NAME_down/); with --import, published samples (CSV). Two or three clips of different people count "
    "better than one.\n\n"
    "Up is the position at the start and end of a rep, down is the turning point. A folder other/ may hold pictures of "
    "other poses. Nothing leaves this machine.",
)
@click.argument("name", required=False)
@click.argument("sources", metavar="SOURCE", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--reps",
    multiple=True,
    type=click.IntRange(min=1),
    help="Number of reps in the clip; give it once for each clip.",
)
@click.option("--start", type=TIME, metavar="TIME", help="Use the clip from this time on: 90 or 1:30.")
@click.option("--end", type=TIME, metavar="TIME", help="Use the clip up to this time.")
@engine_options
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write the report on the samples to this HTML file, with small pictures.",
)
@click.option("--augment", is_flag=True, help="Also add the mirror image of every sample.")
@click.option(
    "--remove-outliers", is_flag=True, help="Remove samples that the other samples classify differently."
)
@click.option("--force", is_flag=True, help="Save it even if it would count other movements.")
@click.option("--list", "listing", is_flag=True, help="List the taught exercises.")
@click.option("--remove", metavar="NAME", help="Delete a taught exercise.")
@click.option(
    "--import",
    "published",
    is_flag=True,
    help="SOURCE is a CSV file of published samples, or a folder with one for each class.",
)
@click.option("--space", help="Coordinates of the published samples: world-metres.")
@click.option(
    "--samples",
    type=click.Path(path_type=Path),
    help="Folder for taught exercises (also FITNESS_TAUGHT_DIR).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def teach(  # long: one branch for each kind of source
    common: CommonSettings,
    /,
    name: str | None,
    sources: tuple[Path, ...],
    reps: tuple[int, ...],
    start: float | None,
    end: float | None,
    published: bool,
    space: str | None,
    remove_outliers: bool,
    augment: bool,
    report: Path | None,
    samples: Path | None,
    listing: bool,
    remove: str | None,
    force: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Collect samples, check them, save them, and print the report."""
    from fitness.recognition.exercises import AUTO, EXERCISES
    from fitness.recognition.taught import TaughtExercise
    from fitness.recognition.taught_folders import exercise_name
    from fitness.teach.check import augmented, check, without_outliers
    from fitness.teach.clips import taught_from_clips
    from fitness.teach.confusions import confusions
    from fitness.teach.expected import expectation
    from fitness.teach.keeping import forget, keep

    folder = samples or user_taught_folder()
    if listing:
        _list(folder, as_json)
        return
    if remove is not None:
        forget(folder, remove)
        return
    if name is None or not sources:
        raise click.UsageError("give a NAME and a SOURCE, or --list, or --remove NAME.")
    if exercise_name(name) in (AUTO, "any", *EXERCISES):
        raise OptionError(f"'{name}' comes with the program; choose another name, such as my-{name}")
    for one in sources:
        if not one.exists():
            raise OptionError(f"there is no {one}")
    source = sources[0]
    if len(sources) > 1 and (published or any(one.is_dir() for one in sources)):
        raise click.UsageError("several sources must all be clips.")
    document: dict[str, Any] = {"version": 2, "exercise": name}
    pictures: dict[str, Path] = {}
    found_in: dict[str, Pose] = {}
    clips: list[TeachingClip] = []
    taught: TaughtExercise | None = None
    if published:
        from fitness.teach.published import read_published

        if space is None:
            raise click.UsageError("--import needs --space: pixels or world-metres.")
        own = read_published(name, source, space)
    elif source.is_dir():
        own, pictures, found_in = _from_pictures(name, source, settings_of(chosen), common, document)
    else:
        if len(reps) != len(sources):
            raise click.UsageError("give --reps, the number of reps in the clip, once for each clip.")
        if len(sources) > 1 and (start is not None or end is not None):
            raise click.UsageError("--start and --end need a single clip.")
        clips = _clips(sources, reps, (start, end), settings_of(chosen), common)
        own, taught = taught_from_clips(name, clips)
    found = check(own)
    if remove_outliers:
        own = without_outliers(own, found)
    if augment:
        own = augmented(own)
    taught = TaughtExercise.of(name, own, None if taught is None else taught.swings)
    document |= found.document()
    if clips:
        from fitness.teach.trial import trials

        document["clips"] = trials(name, taught, clips)
    if taught.swings is not None:
        document["expected"] = expectation(taught.swings)
    confused = confusions(taught)
    document["confusions"] = confused.document() | {"messages": confused.lines(name)}
    kept = force or not confused.serious
    if kept:
        keep(folder, name, own, taught.swings)
    document["kept"] = len(own) if kept else 0
    _write(report, document, pictures, found_in)
    click.echo(json.dumps(document)) if as_json else _print(document, folder / name)
    if not kept:
        raise OptionError(f"{name} was not saved, because it would count other movements; --force saves it")


def _list(folder: Path, as_json: bool) -> None:
    """Print the names of the taught exercises; standard error gets a line for each that is damaged."""
    from fitness.recognition.taught_folders import taught_names

    names, damaged = taught_names(folder), damaged_taught(folder)
    lines = [f"{name} (damaged)" if name in damaged else name for name in names]
    click.echo(json.dumps(list(names)) if as_json else "\n".join(lines) or "no exercise was taught yet")
    for problem in damaged.values():
        click.echo(problem, err=True)


def _from_pictures(
    name: str, folder: Path, settings: Any, common: CommonSettings, document: dict[str, Any]
) -> tuple[PoseSamples, dict[str, Path], dict[str, Pose]]:
    from fitness.teach.pictures import collect

    tracker = load_engine(settings, common).tracker(static=True)
    collected = collect(name, folder, tracker.estimate)
    document["without_person"] = list(collected.empty)
    document["broken"] = [list(row) for row in collected.broken]
    return collected.samples, collected.paths, collected.poses


def _clips(
    paths: tuple[Path, ...],
    reps: tuple[int, ...],
    span: tuple[float | None, float | None],
    settings: Any,
    common: CommonSettings,
) -> list[TeachingClip]:
    """The poses in each clip."""
    from fitness.apps.cli.progress import frames_progress
    from fitness.media.source import VideoFile
    from fitness.teach.clip import usable
    from fitness.teach.clips import TeachingClip

    engine, clips = load_engine(settings, common), []
    for path, number in zip(paths, reps, strict=True):
        tracker = engine.tracker()
        with (
            frames_progress(common) as progress,
            VideoFile(path, *span) as video,
            progress.steps(path.name, video.expected_frames or None) as advance,
        ):
            clips.append(TeachingClip(path.name, usable(_steps(tracker, video, advance)), number))
    return clips


def _steps(
    tracker: PoseTracker, video: Iterable[Frame], advance: Callable[[], None]
) -> Iterator[Pose | None]:
    """The main person of each frame."""
    for frame in video:
        yield tracker.step(frame)
        advance()


def _write(
    path: Path | None, document: dict[str, Any], pictures: dict[str, Path], poses: dict[str, Pose]
) -> None:
    if path is None:
        return
    from fitness.apps.cli.places import output_path
    from fitness.report.taught import taught_page
    from fitness.session import whole_file

    with whole_file(output_path(path)) as file:
        file.write(taught_page(document, pictures, poses).encode("utf-8"))


def _print(document: dict[str, Any], folder: Path) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("class", "samples", "views"):
        table.add_column(title)
    for label, count in document["classes"].items():
        views = ", ".join(f"{view} {n}" for view, n in document["views"][label].items())
        table.add_row(escape(label), str(count), views)
    console = Console()
    console.print(table)
    low, high = document["interval_95"]
    lines = [
        f"recognised by other sources: {document['right']} of {document['checked']} (95 %: {low:.0%} to {high:.0%})"
    ]
    lines += [f"no person found: {one}" for one in document.get("without_person", [])]
    lines += [f"cannot be read: {one}: {why}" for one, why in document.get("broken", [])]
    lines += [
        f"outlier: {o['source']} ({o['class']}) looks like {o['answer']}"
        for o in document["wrong"]
        if o["answer"]
    ]
    if document["missing_views"]:
        lines.append("not seen from: " + ", ".join(document["missing_views"]))
    for clip in document.get("clips", []):
        lines.append(f"reps counted in {clip['source']}: {clip['counted']} of {clip['reps']}")
        if clip["halves"]:
            lines.append("counted in one half when taught from the other: " + ", ".join(clip["halves"]))
    if expected := document.get("expected"):
        lines.append(expected["message"])
    lines += [f"confusion: {one}" for one in document["confusions"]["messages"]]
    if document["kept"]:
        lines.append(f"saved in {folder}; use it with --exercise {document['exercise']}")
    for line in lines:
        click.echo(printable(line))
