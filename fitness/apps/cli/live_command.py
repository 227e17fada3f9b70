"""`fitness live`: count from a camera, in a window or on the terminal."""

from __future__ import annotations

import contextlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fitness import stopping
from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli import one_line
from fitness.apps.cli.command import Command
from fitness.apps.cli.live_store import StoreLog
from fitness.apps.cli.options import (
    counting_options,
    engine_options,
    load_engine,
    people_option,
    privacy_option,
    settings_of,
    typed,
)
from fitness.apps.cli.storing import store_option
from fitness.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fitness.apps.window.runner import Log, Runner, Shown
    from fitness.drawing.overlay import Privacy
    from fitness.media.camera import Camera
    from fitness.types import JsonDict


@click.command(
    cls=Command,
    examples=[
        "fitness live # the first camera, in a window",
        "fitness live --exercise squat --target 3x12 --rest 90 # three sets of twelve squats",
        "fitness live --plan 'squat 3x8 rest 60, plank 3x45s' # several exercises",
        "fitness live --camera rtsp://192.168.1.5/stream --headless # a network camera, without a window",
    ],
    help="Count live from a camera, a network address or a video file. The key h shows all keys, q ends the workout.",
)
@counting_options
@click.option("--target", help="Goal: sets x reps such as 3x12, or sets x seconds of a hold.")
@click.option("--rest", type=float, default=60.0, show_default=True, help="Seconds of rest between sets.")
@click.option("--plan", help="Exercises in order, such as 'squat 3x8 rest 60, plank 3x45s', or a TOML file.")
@click.option("--again", is_flag=True, help="Repeat the plan of the last stored workout, with its rests.")
@click.option(
    "--camera", default="0", show_default=True, help="Camera number, rtsp:// or http:// address, or file."
)
@people_option
@engine_options
@click.option("--headless", is_flag=True, help="Open no window; print a line for each rep.")
@click.option("--fullscreen", is_flag=True, help="Start in full screen; the key f switches.")
@click.option("--mirror/--no-mirror", default=True, help="Show yourself as in a mirror.")
@click.option("--sound/--no-sound", default=True, help="Beep on reps and at the end of a rest.")
@click.option("--speak", is_flag=True, help="Speak the numbers, if a voice is installed.")
@privacy_option
@click.option("--save-video", type=click.Path(path_type=Path), help="Write the annotated video to this file.")
@click.option(
    "--snapshots", type=click.Path(path_type=Path), default=Path("fitness-snapshots"), show_default=True,
    help="Folder for pictures that you save with the key s.",
)  # fmt: skip
@click.option(
    "--auto-model/--no-auto-model",
    default=True,
    help="Switch to the lite model if the full model is too slow.",
)
@click.option("--no-store", is_flag=True, help="Do not store the session.")
@store_option
@click.pass_obj
# long: a command with many options, step by step
def live(
    common: CommonSettings,
    /,
    camera: str,
    target: str | None,
    plan: str | None,
    again: bool,
    rest: float,
    headless: bool,
    save_video: Path | None,
    privacy: Privacy,
    sound: bool,
    speak: bool,
    fullscreen: bool,
    mirror: bool,
    auto_model: bool,
    snapshots: Path,
    no_store: bool,
    store: Path | None,
    **chosen: Any,
) -> int:
    """Count until the stream or the user ends it, store the session, and print the summary."""
    from dataclasses import replace
    from datetime import datetime

    # This must come first: if PyAV loads its libxcb before OpenCV does, OpenCV waits forever for its window.
    import cv2  # noqa: F401

    from fitness.apps.cli.planning import plan_from
    from fitness.apps.window.app import Window, check_display
    from fitness.apps.window.runner import Runner
    from fitness.coach import CoachOptions
    from fitness.coach.sound import Sounds
    from fitness.media.camera import Camera
    from fitness.pipeline.settings import classifier, counter
    from fitness.pipeline.workout import Workout
    from fitness.recognition.exercises import EXERCISES
    from fitness.session.store import date_text

    settings = settings_of(chosen)
    taught = settings.recogniser.taught
    chosen_rest = rest if typed("rest") else None
    planned = plan_from(
        target, plan, store if again else None, again=again, rest_s=chosen_rest, taught=taught
    )
    options = CoachOptions(plan=planned, rest_s=rest)
    if not headless:
        check_display()
    engine, fitted = load_engine(settings, common), classifier(settings)
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(Camera(camera))
        stopping.hold()
        sounds = stack.enter_context(Sounds(_bell, speak=speak)) if sound else None
        video = _Video(save_video, privacy, camera) if save_video is not None else None
        if video is not None:
            stack.callback(video.close)
        workout = Workout(
            options,
            lambda name, ids: counter(settings.with_exercise(name), fitted, ids),
            settings.recogniser.exercise,
        )
        log = None if no_store else StoreLog(store, settings, source)
        lighter = None
        if auto_model and settings.model == "full" and settings.model_file is None:

            def lighter() -> Any:
                return load_engine(replace(settings, model="lite"), common).tracker()

        def heard(shown: Shown) -> None:
            _sound(sounds, shown)
            if video is not None:
                video.add(shown)
            if headless:
                _line(shown)

        runner = Runner(
            source,
            engine.tracker(),
            workout,
            log=log,
            lighter=lighter,
            on_state=heard,
            on_note=lambda text, t: click.echo(text, err=True),
        )
        if headless:
            stack.enter_context(_reporting_camera_faults(lambda: source.message))
            with contextlib.suppress(KeyboardInterrupt):
                runner.run()
        else:
            window = Window(
                runner,
                lambda: source.message,
                tuple(EXERCISES),
                snapshots,
                None if log is None else log.highlights,
            )
            window.fullscreen = fullscreen
            window.look.date = date_text(datetime.now().date())
            window.look.mirror = mirror
            window.look.privacy = privacy
            with contextlib.suppress(KeyboardInterrupt):
                window.run()
    return _finish(runner, source, log, None if video is None else video.path)


class _Video:
    """Writes the annotated video. If the frame size changes, frames are scaled to the size of the first one."""

    def __init__(self, path: Path, privacy: Privacy, camera: str) -> None:
        from fitness.apps.cli.places import output_path
        from fitness.drawing.overlay import Overlay, OverlayOptions

        self.path, self._writer = output_path(path, [Path(camera)]), None
        self._failed = False
        self._overlay = Overlay(OverlayOptions(privacy=privacy))

    _writer: Any

    def add(self, shown: Shown) -> None:
        from fitness.apps.window.placing import scaled
        from fitness.media.writer import VideoWriter

        if self._failed:
            return
        try:
            if self._writer is None:
                height, width = shown.frame.image.shape[:2]
                self._size = (width, height)
                self._writer = VideoWriter(self.path, width, height)
            self._writer.write(self._overlay.draw(scaled(shown, self._size)), shown.frame.t)
        except OutputError as error:
            self._fail(error)

    def close(self) -> None:
        if self._writer is not None and not self._failed:
            try:
                self._writer.close()
            except OutputError as error:
                self._fail(error)

    def _fail(self, error: OutputError) -> None:
        self._failed = True
        click.echo(f"the video is not written: {one_line(error)}; counting continues", err=True)
        if self._writer is not None:
            self._writer.abort()


@contextlib.contextmanager
def _reporting_camera_faults(message: Callable[[], str | None]) -> Iterator[None]:
    """Print camera faults when they change, also while no frames arrive."""
    over = threading.Event()

    def watch() -> None:
        last = None
        while not over.wait(0.25):
            text = message()
            if text != last:
                click.echo(text or "the camera works again", err=True)
            last = text

    thread = threading.Thread(target=watch, name="fitness-camera-message", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _bell() -> None:
    if sys.stderr.isatty():
        click.echo("\a", err=True, nl=False)


def _sound(sounds: Any, shown: Shown) -> None:
    names = {
        "rep": "rep",
        "partial": "partial",
        "target": "target",
        "tick": "tick",
        "rest_over": "go",
        "go": "go",
    }
    for event in shown.state.events:
        if sounds is not None and event.kind.value in names:
            sounds.play(names[event.kind.value], event.number)


def _line(shown: Shown) -> None:
    for event in shown.state.events:
        if event.kind.value == "rep":
            click.echo(f"{event.t:8.2f} s  {shown.state.exercise} {event.number}")
        elif event.kind.value != "tick":
            click.echo(f"{event.t:8.2f} s  {event.kind.value.replace('_', ' ')}")


def _finish(runner: Runner, source: Camera, log: Log | None, video: Path | None) -> int:
    """Close the session and print the summary. An error of the stream is raised again."""
    from fitness.apps.window.words import set_line, total_line

    coach, notes = runner.coach, [*source.warnings, *runner.notes]
    if (sentence := runner.latencies.sentence()) is not None:
        notes.append(sentence)
    stored = True
    if isinstance(log, StoreLog):
        latency = runner.latencies.to_json()
        more: JsonDict = {**runner.workout.settings, **({"latency": latency} if latency else {})}
        stored = log.end([*notes, *map(str, coach.corrections)], runner.workout.sets, more, video)
    for text in notes:
        click.echo(text, err=True)
    for one in coach.summaries():
        click.echo(set_line(one))
    click.echo(total_line(coach.summaries()))
    if runner.error is not None:
        raise runner.error
    return 0 if stored else 1
