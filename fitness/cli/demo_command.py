"""`fitness demo`: render a workout, count it, show the result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fitness.cli import Settings as CommonSettings
from fitness.cli.options import engine_options, load_engine, settings_of

if TYPE_CHECKING:
    from fitness.media.mannequin import Clip, Truth
    from fitness.session import Session

_SIZE = (640, 480)


@click.command(
    help="Render a figure that does squats, then push-ups; count its reps from the pictures alone; compare with what it "
    "really did. Shows where the video and the results lie."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("fitness-demo"),
    show_default=True,
    help="Folder for the video and the results; made if missing.",
)
@click.option("--fps", type=click.FloatRange(5, 120), default=30.0, show_default=True, help="Frame rate.")
@click.option(
    "--yaw", type=float, default=50.0, show_default=True, help="Camera angle around the figure, degrees."
)
@click.option("--squats", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option("--push-ups", type=click.IntRange(1, 50), default=4, show_default=True)
@engine_options
@click.pass_obj
def demo(
    common: CommonSettings,
    /,
    out: Path,
    fps: float,
    yaw: float,
    squats: int,
    push_ups: int,
    **chosen: Any,
) -> int:
    """Render, analyse, compare."""
    from fitness.analysis import Outputs, analyse
    from fitness.cli.progress import frames_progress
    from fitness.config import counter, noted
    from fitness.media.source import VideoFile
    from fitness.session import prepare_out_dir

    settings = settings_of(chosen)
    engine = load_engine(settings, common)
    prepare_out_dir(out)
    clip = _workout(fps, yaw, squats, push_ups)
    video = out / "demo.mp4"
    _render(clip, video, common)
    with VideoFile(video) as frames, frames_progress(common) as progress, progress.file(frames) as on_frame:
        analysis = analyse(
            frames,
            engine.tracker(),
            counter(settings),
            model=settings.model,
            settings=noted(settings),
            outputs=Outputs(out, video.stem),
            on_frame=on_frame,
            landmarks=False,
        )
    if analysis.interrupted:
        return 130
    right = _compare(clip.truth, analysis.session)
    click.echo(f"watch {out / 'demo.annotated.mp4'}; all results are in {out}")
    return 0 if right else 1


def _workout(fps: float, yaw_deg: float, squats: int, push_ups: int) -> Clip:
    from fitness.media.mannequin import Camera, Clip, Idle, Motion, Reps

    motion = Motion(
        Idle(1.0),
        Reps("squat", squats, seconds=2.2, tempo_spread=0.15, depth_spread=0.1, seed=1),
        Idle(0.8),
        Reps("push-up", push_ups, seconds=1.9, tempo_spread=0.15, depth_spread=0.1, seed=2),
    )
    width, height = _SIZE
    framed = Clip(motion, fps=fps, width=width, height=height).framed(Camera(yaw_deg=yaw_deg))
    return Clip(motion, camera=framed, fps=fps, width=width, height=height)


def _render(clip: Clip, path: Path, common: CommonSettings) -> None:
    import sys

    from rich.console import Console
    from rich.progress import track

    from fitness.media.writer import VideoWriter

    shown = not common.quiet and sys.stderr.isatty()
    with VideoWriter(path, clip.width, clip.height, clip.fps) as writer:
        for frame in track(
            clip.frames(),
            description="rendering",
            total=round(clip.duration_s * clip.fps),
            console=Console(stderr=True),
            transient=True,
            disable=not shown,
        ):
            writer.write(frame.image, frame.t)


def _compare(truth: Truth, session: Session) -> bool:
    """Print counted beside true; whether they agree."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("exercise")
    for title in ("counted", "true"):
        table.add_column(title, justify="right")
    names = list(dict.fromkeys([*truth.counts, *session.totals]))
    for name in names:
        counted, true = session.totals.get(name, 0), truth.counts.get(name, 0)
        colour = "green" if counted == true else "red"
        table.add_row(name, f"[{colour}]{counted}[/{colour}]", str(true))
    Console().print(table)
    return all(session.totals.get(name, 0) == truth.counts.get(name, 0) for name in names)
