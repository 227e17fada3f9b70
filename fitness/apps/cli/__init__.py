"""Arguments in, exit code out.

Exit codes: 0 done, 1 a `FitnessError` or a file that may not be used (one line on standard error), 2 wrong usage, 130
stopped with Ctrl-C, 143 with SIGTERM, 129 with SIGHUP, 141 the program that reads the output has ended.
A bug keeps its traceback.

A command lives in its own module and is imported only when it runs, so `--version` and `--help` answer at once.
It may return an int, which becomes the exit code. `context.obj` is a `Settings`.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from fitness import __version__
from fitness.apps.cli.command import Group, show_error
from fitness.errors import FitnessError, printable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "demo": ("fitness.apps.cli.demo_command:demo", "Count a short clip that ships with the program."),
    "analyze": ("fitness.apps.cli.analyze_command:analyze", "Count the reps in recorded workouts."),
    "live": ("fitness.apps.cli.live_command:live", "Count live from a camera, in a window."),
    "serve": (
        "fitness.apps.cli.serve_command:serve",
        "Open a web page that counts: camera, recordings, pictures.",
    ),
    "teach": (
        "fitness.apps.cli.teach_command:teach",
        "Teach an exercise of your own from clips or pictures.",
    ),
    "exercises": ("fitness.apps.cli.exercises_command:exercises", "List the exercises that can be counted."),
    "sessions": (
        "fitness.apps.cli.sessions_command:sessions",
        "List, show, edit, merge and recount stored sessions.",
    ),
    "report": ("fitness.apps.cli.report_command:report", "Show sessions as an HTML page with charts."),
    "export": (
        "fitness.apps.cli.export_command:export",
        "Write stored sessions to files for other programs.",
    ),
    "share": ("fitness.apps.cli.share_command:share", "Draw a stored workout as a picture to show others."),
    "image": ("fitness.apps.cli.image_command:image", "Find the pose in pictures."),
    "replay": ("fitness.apps.cli.replay_command:replay", "Count a landmark log again."),
    "cameras": ("fitness.apps.cli.cameras_command:cameras", "List the cameras of this machine."),
    "models": (
        "fitness.apps.cli.models_command:models",
        "List, download and check the weights of the models.",
    ),
    "config": ("fitness.apps.cli.config_command:config", "Show or create the file with your own defaults."),
    "completion": (
        "fitness.apps.cli.completion_command:completion",
        "Set up completion with the Tab key in your shell.",
    ),
    "doctor": ("fitness.apps.cli.doctor_command:doctor", "Show what is installed and whether it works."),
}
"""Name -> (module:attribute of the click command, its line in `fitness --help`), in the order of that list."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Options that come before the name of a command.   quiet: no notices, no progress.   verbose: the number of -v."""

    quiet: bool = False
    verbose: int = 0


class _PipeClosedError(Exception):
    """The program that reads the output has ended."""


class _LazyGroup(Group):
    """A group whose commands are the rows of `COMMANDS`."""

    def invoke(self, ctx: click.Context) -> Any:
        # Caught here, because click and rich would turn a closed pipe into exit code 1.
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _PipeClosedError from None
        except SystemExit as stop:
            if isinstance(stop.__context__, BrokenPipeError):
                raise _PipeClosedError from None
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands, without importing them, and of options."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=text)
            for name, (_, text) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=[
        "fitness demo # count a short clip that ships with the program",
        "fitness analyze workout.mp4 --out results # count a recording",
        "fitness live --target 3x12 # train in front of the camera",
        "fitness analyze --help # options and examples of a command",
    ],
    help="Count exercise repetitions and classify poses, on an ordinary CPU.",
)
@click.version_option(__version__, prog_name="fitness", message="%(prog)s %(version)s")
@click.option("-v", "--verbose", count=True, help="Print details on standard error; -vv prints more.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors and results only, no notices or progress.")
@click.pass_context
def cli(context: click.Context, verbose: int, quiet: bool) -> None:
    """The group that all commands belong to."""
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude each other.")
    context.obj = Settings(quiet=quiet, verbose=verbose)
    _log_to_stderr(context, context.obj)
    _take_defaults(context)


def _take_defaults(context: click.Context) -> None:
    """Let the user's config file set the defaults of the command that is called."""
    name = context.invoked_subcommand
    if name is None or name not in COMMANDS or name == "config":  # `config` reports the faults of the file
        return
    # Imported here, because --version must be quick.
    from fitness.apps.cli.config_file import (
        config_path,
        default_map,
        read_config,
    )

    path = config_path()
    config = read_config(path)
    command = cli.get_command(context, name) if config else None
    if command is not None:
        context.default_map = {name: default_map(config, command, context, path, name)}


def main(
    argv: Sequence[str] | None = None, *, command: click.Command | None = None, name: str = "fitness"
) -> int:
    """Run the command line `argv` (None: the process's own) and return the exit code.

    command: None for the program's own command.   name: what help and errors call it.
    """
    from fitness.apps.cli._malloc import share_heaps
    from fitness.apps.cli.signals import noting_signals

    share_heaps()
    with suppress(AttributeError, ValueError):  # not a real stream
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    with noting_signals() as came:
        code = _run(argv, command or cli, name)
    return 128 + came[0] if came and code in (0, 130) else code


def _run(argv: Sequence[str] | None, command: click.Command, name: str) -> int:
    try:
        result: Any = command.main(
            args=None if argv is None else list(argv), prog_name=name, standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as error:
        show_error(error)
        return error.exit_code
    except FitnessError as error:
        click.echo(f"error: {one_line(error)}", err=True)
        return 1
    except PermissionError as error:
        place = (
            printable(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else "a file"
        )
        click.echo(f"error: not allowed to use {place} ({error.strerror}); check its permissions", err=True)
        return 1
    except (KeyboardInterrupt, click.Abort):
        return 130
    except (BrokenPipeError, _PipeClosedError):
        _discard_stdout()
        return 141
    return result if isinstance(result, int) and not isinstance(result, bool) else 0


def one_line(error: BaseException) -> str:
    """The text of an error without line breaks."""
    return printable(" ".join(str(error).split()))


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{record.levelname.lower()}: {super().format(record)}"


def _log_to_stderr(context: click.Context, settings: Settings) -> None:
    """Write the program's log to standard error while this command line runs."""
    level = logging.ERROR if settings.quiet else logging.WARNING
    if settings.verbose:
        level = logging.INFO if settings.verbose == 1 else logging.DEBUG
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter())
    logger = logging.getLogger("fitness")
    before = logger.level
    logger.setLevel(level)
    logger.addHandler(handler)

    def restore() -> None:
        logger.removeHandler(handler)
        logger.setLevel(before)

    context.call_on_close(restore)


def _discard_stdout() -> None:
    """Discard what Python flushes at exit, because nobody reads it."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):  # not a real file
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
