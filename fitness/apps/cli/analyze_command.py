"""`fitness analyze`: count the reps in recorded workouts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from fitness import stopping
from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli import one_line
from fitness.apps.cli.command import TIME, Command, Expert
from fitness.apps.cli.options import (
    begin_loading,
    counting_options,
    engine_options,
    people_option,
    privacy_option,
    settings_of,
    stride_value,
)
from fitness.apps.cli.results import print_left_out
from fitness.apps.cli.storing import Keeper, SessionDate, date_option, store_option
from fitness.errors import FitnessError, printable

if TYPE_CHECKING:
    from fitness.apps.cli.batch_run import BatchOptions
    from fitness.apps.cli.progress import FramesProgress
    from fitness.drawing.overlay import Privacy
    from fitness.pipeline.analyzer import Analysis, Analyzer
    from fitness.pipeline.settings import Settings
    from fitness.types import FrameResult


@click.command(
    cls=Command,
    examples=[
        "fitness analyze squats.mp4 # count, and store the session",
        "fitness analyze squats.mp4 --out results # also write the annotated video and the tables",
        "fitness analyze squats.mp4 --open # also show the report in the browser",
        "fitness analyze gym.mov --exercise lunge --start 1:30 --end 4:00 # one exercise, a part of the video",
        "fitness analyze clips --out results --workers 4 # a folder, four recordings at a time",
    ],
    help="Count the reps in recorded workouts. SOURCES are video files, folders or patterns such as '*.mp4'.\n\n"
    "With --out, each recording gets an annotated video, a table of reps (STEM.reps.csv), a table of frames, a summary "
    "(STEM.summary.json) and a landmark log for `fitness replay`. STEM is the file's name without its ending. "
    "With --workers or --cluster, recordings.csv and reps.csv list all recordings.",
)
@click.argument("sources", nargs=-1, required=True, type=click.Path())
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results; created if missing.")
@counting_options
@people_option
@engine_options
@click.option("--start", type=TIME, metavar="TIME", help="Begin at this time: 90 or 1:30.")
@click.option("--end", type=TIME, metavar="TIME", help="Stop before this time.")
@click.option("--annotate/--no-annotate", default=True, help="Write the annotated video; needs --out.")
@click.option("--audio/--no-audio", default=True, help="Copy the sound into the video; never with --privacy.")
@privacy_option
@click.option("--open", "opened", is_flag=True, help="Show the report in the browser afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document per recording, and no table.")
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    help="Count this many recordings at the same time; needs --out. Finished recordings are skipped. A single recording "
    "gets this many threads instead.",
)
@date_option
@click.option("--no-store", is_flag=True, help="Do not store the sessions.")
@click.option(
    "--cluster",
    cls=Expert,
    metavar="ADDRESS",
    help="Count on a Dask cluster: the address of its scheduler. Needs --out.",
)
@click.option(
    "--parquet",
    cls=Expert,
    is_flag=True,
    help="Also write the combined tables as Parquet; needs --workers or --cluster.",
)
@click.option(
    "--stride",
    cls=Expert,
    default="1",
    show_default=True,
    metavar="N|auto",
    callback=stride_value,
    help="Track only every N-th frame. auto skips frames when the tempo of the reps allows it, and while nobody moves.",
)
@store_option
@click.pass_obj
# long: a command with many options, step by step
def analyze(
    common: CommonSettings,
    /,
    sources: tuple[str, ...],
    out: Path | None,
    annotate: bool,
    privacy: Privacy,
    audio: bool,
    as_json: bool,
    start: float | None,
    end: float | None,
    workers: int | None,
    cluster: str | None,
    parquet: bool,
    opened: bool,
    date: str,
    store: Path | None,
    no_store: bool,
    **chosen: Any,
) -> int:
    """Count each recording in turn; an error in one does not stop the others."""
    from fitness.apps.cli._malloc import give_back
    from fitness.apps.cli.cores import inference_threads
    from fitness.apps.cli.progress import frames_progress
    from fitness.media.source import find_sources

    typed = click.get_current_context().get_parameter_source("annotate") is ParameterSource.COMMANDLINE
    if annotate and typed and out is None:
        raise click.UsageError("--annotate needs --out, the folder for the video.")
    found = find_sources(sources)
    paths = found.videos
    if chosen.get("threads") is None:
        chosen["threads"] = inference_threads(len(paths), workers, bool(cluster), annotate and bool(out))
    if workers is not None and cluster is None and out is None and len(paths) == 1:
        workers = None  # for a single recording, --workers only sets the threads
    settings = settings_of(chosen)
    if not common.quiet:
        print_left_out(found)
    if opened and out is None and no_store:
        raise click.UsageError("--open needs a result to show: give --out, or leave out --no-store.")
    if workers is not None or cluster is not None:
        from fitness.apps.cli.batch_run import BatchOptions, run_batch

        options = BatchOptions(
            workers, cluster, parquet, as_json, annotate, start, end, privacy, opened, audio
        )
        folder = _batch_folder(out, options)
        return run_batch(paths, settings, folder, options, _keeper(store, no_store, date), common)
    if parquet:
        raise click.UsageError("--parquet needs --workers or --cluster.")
    engine = begin_loading(settings, common)
    from fitness.pipeline.analyzer import Analyzer
    from fitness.session import prepare_out_dir
    from fitness.session.own_files import free_stems

    if out is not None:
        prepare_out_dir(out)
    names, notes = free_stems(paths, out)
    for note in notes:
        click.echo(note, err=True)
    keeper = _keeper(store, no_store, date)
    analyzer = Analyzer.of(settings, engine, tidy=give_back)
    job = _Job(settings, analyzer, out, annotate, privacy, audio, start, end, keeper)
    rows: list[tuple[Path, Analysis | FitnessError]] = []
    interrupted = False
    stopping.hold()
    with frames_progress(common) as progress:
        for path, stem in zip(paths, names, strict=True):
            try:
                analysis = job.run(path, stem, progress)
            except FitnessError as error:
                rows.append((path, error))
                click.echo(f"error: {one_line(error)}", err=True)
                continue
            except KeyboardInterrupt:
                click.echo(printable(f"{path.name}: stopped before the first frame was counted"), err=True)
                interrupted = True
                break
            rows.append((path, analysis))
            _print_notes(path, analysis, as_json=as_json)
            if analysis.interrupted:
                interrupted = True
                break
    if rows and not as_json:
        _print_results(rows, out, keeper)
    if opened:
        _open_report(rows, names, out, keeper, store)
    failed = keeper.failed or any(isinstance(result, FitnessError) for _, result in rows)
    return 130 if interrupted else int(failed)


def _keeper(store: Path | None, no_store: bool, date: str) -> Keeper:
    """The keeper that stores the sessions; it is closed when the command ends."""
    keeper = Keeper.of(store, wanted=not no_store, date=SessionDate.of(date))
    click.get_current_context().call_on_close(keeper.close)
    return keeper


def _batch_folder(out: Path | None, options: BatchOptions) -> Path:
    """The output folder of a batch. Usage error without --out, or with both --workers and --cluster."""
    if out is None:
        raise click.UsageError("--workers and --cluster need --out, the folder for the results.")
    if options.workers is not None and options.cluster is not None:
        raise click.UsageError("give --workers or --cluster, not both.")
    return out


@dataclass(frozen=True, slots=True)
class _Job:
    """The values that are the same for every recording."""

    settings: Settings
    analyzer: Analyzer
    out: Path | None
    annotate: bool
    privacy: Privacy
    audio: bool
    start: float | None
    end: float | None
    keeper: Keeper

    def run(self, path: Path, stem: str, progress: FramesProgress) -> Analysis:
        """Count one recording from beginning to end."""
        from fitness.media.source import VideoFile
        from fitness.pipeline.outputs import Outputs
        from fitness.session import SessionRecorder

        outputs = (
            None if self.out is None else Outputs(self.out, stem, self.annotate, self.privacy, self.audio)
        )
        recorder = SessionRecorder()
        with (
            VideoFile(path, self.start, self.end) as video,
            progress.file(video) as show,
            self.keeper.session(
                video,
                path,
                self.settings,
                recorder,
                outputs.annotated if outputs is not None and self.annotate else None,
            ) as keep,
        ):

            def on_frame(result: FrameResult) -> None:
                keep(result)
                if show is not None:
                    show(result)

            return self.analyzer.run(video, outputs, on_frame, recorder=recorder)


def _print_notes(path: Path, analysis: Analysis, *, as_json: bool) -> None:
    """Print warnings and notes, and the JSON document if requested."""
    for text in (*analysis.session.warnings, *analysis.notes):
        click.echo(printable(f"{path.name}: {text}"), err=True)
    if as_json:
        from fitness.session import summary

        click.echo(json.dumps(summary(analysis.session)))


def _print_results(
    rows: list[tuple[Path, Analysis | FitnessError]], out: Path | None, keeper: Keeper
) -> None:
    """Print the table of counts, the paths of the results, and the stored sessions."""
    from fitness.apps.cli.results import Result, print_results
    from fitness.session import summary

    print_results(
        [
            Result(path.name, None if isinstance(result, FitnessError) else summary(result.session))
            for path, result in rows
        ]
    )
    if out is not None and any(not isinstance(result, FitnessError) for _, result in rows):
        click.echo(f"results: {out}")
    if (stored := keeper.summary()) is not None:
        click.echo(stored)


def _open_report(
    rows: list[tuple[Path, Analysis | FitnessError]],
    names: list[str],
    out: Path | None,
    keeper: Keeper,
    store: Path | None,
) -> None:
    """Open the report: beside the results, or for stored sessions in a temporary folder."""
    import tempfile

    from fitness.apps.cli.report_command import show_report

    done = [
        name for name, (_, result) in zip(names, rows, strict=False) if not isinstance(result, FitnessError)
    ]
    if not done:
        return
    if out is not None:
        page = out / (f"{done[0]}.report.html" if len(done) == 1 else "report.html")
        show_report([str(out / f"{name}.summary.json") for name in done], page, store)
    elif keeper.kept:
        folder = Path(tempfile.mkdtemp(prefix="fitness-report-"))
        show_report([str(row.id) for row in keeper.kept], folder / "report.html", store)
