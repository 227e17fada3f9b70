"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import Expert
from fitness.errors import printable

if TYPE_CHECKING:
    from fitness.pipeline.settings import Engine, Settings

_Function = TypeVar("_Function", bound=Callable[..., Any])
_PLAIN: Final[tuple[str, ...]] = (
    "model", "runtime", "threads", "precision", "stride", "samples", "model_file", "detector_file", "cache_dir",
)  # fmt: skip
"""Options that `Settings` has by the same names."""


def _complete_exercise(context: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from fitness.recognition.exercises import ANY, AUTO, EXERCISES
    from fitness.recognition.taught_folders import taught_names

    names = (AUTO, ANY, *EXERCISES, *taught_names(user_taught_folder()))
    return [name for name in names if name.startswith(incomplete)]


def counting_options(function: _Function) -> _Function:
    """--exercise, --samples and --count-partials; the command takes them by the same names."""
    for option in (
        click.option(
            "--count-partials/--no-count-partials",
            default=False,
            help="Also count partial reps (not deep enough). By default they are only listed.",
        ),
        click.option(
            "--samples",
            cls=Expert,
            type=click.Path(path_type=Path),
            help="Folder of pose samples to use instead of the program's own.",
        ),
        click.option(
            "--exercise",
            default="auto",
            show_default=True,
            metavar="NAME",
            shell_complete=_complete_exercise,
            help="Exercise to count: a name from `fitness exercises`, auto (recognise it), or any (any repeated movement).",
        ),
    ):
        function = option(function)
    return function


# long: a list of options
def engine_options(function: _Function) -> _Function:
    """--model, --runtime, --precision, --threads, --model-file, --detector-file, --cache-dir, by the names of `Settings`."""
    for option in (
        click.option(
            "--cache-dir",
            cls=Expert,
            type=click.Path(file_okay=False, path_type=Path),
            help="Folder for downloaded weights (also FITNESS_CACHE_DIR).",
        ),
        click.option(
            "--detector-file",
            cls=Expert,
            type=click.Path(path_type=Path),
            help="Detector weights to use instead of the program's own (.tflite).",
        ),
        click.option(
            "--model-file",
            cls=Expert,
            type=click.Path(path_type=Path),
            help="Landmark weights to use instead of the program's own (.tflite).",
        ),
        click.option(
            "--threads",
            cls=Expert,
            type=int,
            show_default="1; for a single recording the free cores, at most 4",
            help="CPU threads for one inference. Results are the same for any number.",
        ),
        click.option(
            "--precision",
            cls=Expert,
            default="exact",
            show_default=True,
            type=click.Choice(["exact", "mixed", "half"]),
            help="Arithmetic of the models. mixed: 8-bit numbers in some layers, half: 16-bit floats. Both are faster on "
            "processors that support them, and move landmarks by 0.3 or 0.1 pixels on average.",
        ),
        click.option(
            "--runtime",
            cls=Expert,
            default="auto",
            show_default=True,
            metavar="NAME",
            help="Library that runs the models, or auto; `fitness doctor` lists the installed ones.",
        ),
        click.option(
            "--model",
            default="full",
            show_default=True,
            type=click.Choice(["lite", "full", "heavy"]),
            help="Landmark model: lite is fastest, heavy is most accurate.",
        ),
    ):
        function = option(function)
    return function


def people_option(function: _Function) -> _Function:
    """--people, as `people`."""
    return click.option(
        "--people",
        type=click.IntRange(1, 8),
        default=2,
        show_default=True,
        help="People to track. The person who exercises is counted; reps of others are listed separately.",
    )(function)


def privacy_option(function: _Function) -> _Function:
    """--privacy, as `privacy`."""
    return click.option(
        "--privacy",
        default="none",
        show_default=True,
        type=click.Choice(["none", "face", "person", "blur", "skeleton"]),
        help="What to hide in videos and pictures: face, person (the whole body), blur (the body with a margin, or the "
        "whole frame in doubt), or skeleton (everything else).",
    )(function)


def typed(name: str) -> bool:
    """Whether the user gave this parameter of the running command on its command line, not in the settings file."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


def stride_value(context: click.Context, parameter: click.Parameter, text: str) -> int | None:
    """The value of --stride: a whole number of at least 1, or None for "auto"."""
    if text == "auto":
        return None
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise click.BadParameter(f"auto or a whole number of at least 1 is needed, got {text!r}.")
    return int(text)


def settings_of(chosen: dict[str, Any]) -> Settings:
    """`Settings` from the values of these options; removes them from `chosen`.

    If "auto" has to leave out damaged taught exercises, standard error gets a line for each.
    """
    from dataclasses import replace

    from fitness.pipeline.settings import Settings
    from fitness.recognition.exercises import AUTO
    from fitness.recognition.recogniser_options import RecogniserOptions
    from fitness.recognition.taught_folders import taught_names

    people = chosen.pop("people", None)
    given = {name: chosen.pop(name) for name in _PLAIN if name in chosen}
    if given.get("threads") is None:
        given.pop("threads", None)
    if "exercise" in chosen:
        folder = user_taught_folder()
        given["taught"] = folder
        given["recogniser"] = RecogniserOptions(
            exercise=chosen.pop("exercise"),
            taught=taught_names(folder),
            count_partials=chosen.pop("count_partials", False),
        )
        if given["recogniser"].exercise == AUTO:
            for problem in damaged_taught(folder).values():
                click.echo(f"not counted: {problem}", err=True)
    settings = Settings(**given)
    if people is None:
        return settings
    return replace(settings, tracker=replace(settings.tracker, num_poses=people))


def user_taught_folder() -> Path:
    """The folder of this user's taught exercises."""
    from fitness.recognition.taught_folders import taught_folder
    from fitness.session.store_place import default_store_path

    return taught_folder(default_store_path())


def damaged_taught(folder: Path) -> dict[str, str]:
    """The damaged exercises of `folder`: name -> problem and cure, for the terminal."""
    from fitness.recognition.taught_folders import taught_names

    names = taught_names(folder)
    if not names:  # so that a start loads nothing more
        return {}
    from fitness.recognition.taught import load_usable

    return {name: printable(text) for name, text in load_usable(folder, names)[1].items()}


def begin_loading(settings: Settings, common: CommonSettings) -> Callable[[], Engine]:
    """Start `load_engine` in a thread, and import PyAV meanwhile. Call the returned function to wait for the engine.

    OpenCV gets one thread. Weights that are missing, or given by an option, are loaded by the thread that calls the
    returned function.
    """
    from fitness.apps.cli.cores import one_opencv_thread
    from fitness.engine.runtime.weights import ModelFiles
    from fitness.pipeline.prefetch import Background

    one_opencv_thread()
    files = ModelFiles(settings.cache_dir)
    here = all(
        (files.folder / files.manifest.spec(name).file).is_file() for name in ("detector", settings.model)
    )
    if not here or settings.model_file is not None or settings.detector_file is not None:
        return lambda: load_engine(settings, common)
    loading = Background(lambda: load_engine(settings, common), name="load")
    click.get_current_context().call_on_close(loading.wait)  # native code must not run while the process ends
    import av  # noqa: F401 - recordings are decoded with it

    return loading.result


def load_engine(settings: Settings, common: CommonSettings) -> Engine:
    """Load the engine; download missing weights first, with progress on standard error."""
    from fitness.apps.cli.downloads import download_progress
    from fitness.pipeline.settings import Engine

    with download_progress(common) as report:
        engine = Engine(settings, report)
    engine.tune_in_background()
    return engine
