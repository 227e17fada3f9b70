"""`scripts/bench engine`: measure the accuracy of landmarks for every profile of the tracker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fitness.apps.cli import Settings as CommonSettings

if TYPE_CHECKING:
    from fitness.engine.options import TrackerOptions
    from fitness.engine.tracking.tracker import PoseTracker
    from fitness.types import Frame, JsonDict, Pose

_PICTURE_FIGURES = ("n", "found", "pck", "pck_hidden")
_CLIP_FIGURES = ("found", "error", "world_mm", "still", "moving", "lag_ms")


@click.command(
    help="Measure the accuracy of landmarks on rendered clips with known joints, and on images with labelled key points.\n\n"
    "Clips, joints of arms and legs: error in per cent of the trunk, world_mm in millimetres, still and moving are the "
    "RMS of the error's acceleration in trunks/s2 of joints that are still or moving, lag_ms their delay. "
    "Images, with --keypoints: pck is the share of visible joints within 0.2 trunks, pck_hidden that of all joints. "
    "Each profile of the tracker is measured; with --settings, also the default with single settings changed."
)
@click.option(
    "--keypoints",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder with images and keypoints_gt.json.",
)
@click.option("--clips/--no-clips", default=True, help="Measure rendered clips.")
@click.option("--settings", is_flag=True, help="Also the default with single settings changed.")
@click.option("--models", default="full", show_default=True, help="Landmark models, separated by commas.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def engine(
    common: CommonSettings,
    /,
    keypoints: Path | None,
    clips: bool,
    settings: bool,
    models: str,
    as_json: bool,
) -> None:
    """Measure and print."""
    from scripts.benchmarks.following import rendered_clips, score_following, truth_of
    from scripts.benchmarks.keypoints import keypoint_pictures, score_keypoints

    pictures = [] if keypoints is None else keypoint_pictures(keypoints)
    truths = [truth_of(clip) for clip in rendered_clips().values()] if clips else []
    report: JsonDict = {"version": 1, "models": {}}
    for model in models.split(","):
        rows: JsonDict = {}
        for name, options, tracker in _trackers(model, common, settings):
            rows[name] = {}
            if truths:
                rows[name]["clips"] = asdict(score_following(truths, _following(tracker, options)))
            if pictures:
                rows[name]["pictures"] = asdict(score_keypoints(pictures, tracker(options).estimate))
            if not common.quiet:
                click.echo(f"{model}, {name}", err=True)
        report["models"][model] = rows
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        _print(report)


def _trackers(
    model: str, common: CommonSettings, settings: bool
) -> Iterator[tuple[str, TrackerOptions, Callable[[TrackerOptions], PoseTracker]]]:
    """Name, options and tracker factory of every measured profile."""
    from fitness.apps.cli.options import load_engine
    from fitness.engine.options import COUNTING, PROFILES
    from fitness.engine.tracking.tracker import PoseTracker
    from fitness.pipeline.settings import Settings

    detector, landmarks = load_engine(Settings(model=model, precision="exact"), common).networks

    def tracker(options: TrackerOptions) -> PoseTracker:
        return PoseTracker(detector, landmarks, options)

    for name, options in {**PROFILES, "counting": COUNTING, **(_changed() if settings else {})}.items():
        yield name, options, tracker


def _changed() -> dict[str, TrackerOptions]:
    """The default with single settings changed."""
    from fitness.engine.options import COUNTING, DEFAULT

    one_euro = {name: getattr(COUNTING, name) for name in ("image_filter", "roi_filter", "world_filter")}
    return {
        "default, one landmark pass": replace(DEFAULT, still_passes=1),
        "default, two landmark passes": replace(DEFAULT, still_passes=2),
        "default, no second search": replace(DEFAULT, still_search_score=None),
        "default, refined in 7 x 7": replace(DEFAULT, refine_soft=False, refine_window=7),
        "default, refined in 9 x 9": replace(DEFAULT, refine_soft=False, refine_window=9),
        "default, not refined": replace(DEFAULT, refine_soft=False, refine_window=0),
        "default, MediaPipe's filters": replace(DEFAULT, **one_euro),
        "default, ROI not filtered": replace(DEFAULT, roi_filter=None),
        "default, filters without lead": replace(
            DEFAULT,
            image_filter=replace(DEFAULT.image_filter, lead=0.0),
            world_filter=replace(DEFAULT.world_filter, lead=0.0),
        ),
        "default, not smoothed": replace(DEFAULT, smooth=False),
        "default, detector at every frame": replace(DEFAULT, detect_every_s=0.0),
        "default, filters kept after a loss": replace(DEFAULT, restart_filters=False),
    }


def _following(
    tracker: Callable[[TrackerOptions], PoseTracker], options: TrackerOptions
) -> Callable[[Sequence[Frame]], list[Pose | None]]:
    """Follow the subject through the frames of one clip."""

    def follow(frames: Sequence[Frame]) -> list[Pose | None]:
        fresh = tracker(options)
        return [found.subject for found in map(fresh.step_all, frames)]

    return follow


def _print(report: JsonDict) -> None:
    from rich.console import Console
    from rich.table import Table

    for kind, figures in (("clips", _CLIP_FIGURES), ("pictures", _PICTURE_FIGURES)):
        table = Table(box=None, pad_edge=False, header_style="bold", title=kind, title_justify="left")
        for title in ("model", "profile", *figures):
            table.add_column(title, justify="left" if title in ("model", "profile") else "right")
        for model, rows in report["models"].items():
            for name, row in rows.items():
                if kind in row:
                    table.add_row(model, name, *(f"{row[kind][key]:.4g}" for key in figures))
        if table.row_count:
            Console().print(table)
