"""The style of all commands: help with examples, expert options last, one-line errors, times such as 1:30."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import click

from fitness.errors import OptionError

_TIME: Final = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d*)?|\.\d+)")

_FIELD: Final = re.compile(r"option (?P<field>(?P<name>\w+?)(?:_s|_kg)?) must be ")
"""The beginning of an error of `check_options`; `name` is the field without its unit."""


class Expert(click.Option):
    """An option that few people need: `--help` lists it after the others."""


class Command(click.Command):
    """A command whose help has examples before the options, and expert options after them.

    Args:
        examples: command lines; ` # what it does` may follow a line.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def invoke(self, ctx: click.Context) -> Any:
        """As in click. An error about a value names the option as it is typed: --rest, not rest_s."""
        try:
            return super().invoke(ctx)
        except OptionError as error:
            raise OptionError(self._as_typed(str(error))) from error

    def _as_typed(self, text: str) -> str:
        match = _FIELD.match(text)
        if match is None:
            return text
        typed = {
            param.name: max(param.opts, key=len) for param in self.params if isinstance(param, click.Option)
        }
        option = typed.get(match["field"], typed.get(match["name"]))
        if option is None:
            return text
        return option + text[match.end("field") :].replace(", or None, got", ", got")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Description, then examples."""
        super().format_help_text(ctx, formatter)
        _write_examples(self.examples, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usual options, then expert options."""
        for title, expert in (("Options", False), ("Expert options", True)):
            rows = [
                record
                for param in self.get_params(ctx)
                if isinstance(param, click.Option)
                and isinstance(param, Expert) == expert
                and (record := param.get_help_record(ctx)) is not None
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class Group(click.Group):
    """A group of such commands that suggests the right name for a misspelt command.

    Args:
        examples: as for `Command`.
    """

    command_class = Command

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which the commands were defined, most used first."""
        return list(self.commands)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Description, then examples."""
        super().format_help_text(ctx, formatter)
        _write_examples(self.examples, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in click, with a suggestion for an unknown name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if args and not args[0].startswith("-"):
                known = did_you_mean(args[0], self.list_commands(ctx)) or "."
                raise click.UsageError(f"No such command '{args[0]}'{known}", ctx) from error
            raise


def _write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    if not examples:
        return
    with formatter.section("Examples"):
        for example in examples:
            line, _, about = example.partition(" # ")
            if about:
                formatter.write(f"{'':>{formatter.current_indent}}# {about}\n")
            formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class TimeType(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    """Seconds, as 90, 1:30 or 1:02:03.5."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Text -> seconds."""
        if isinstance(value, (int, float)):
            return float(value)
        match = _TIME.fullmatch(str(value).strip())
        minutes = None if match is None else match[2]
        if (
            match is None
            or (minutes is not None and float(match[3]) >= 60)
            or (match[1] and int(match[2]) >= 60)
        ):
            self.fail(f"a time such as 90, 1:30 or 1:02:03.5 is needed, got '{value}'.", param, ctx)
        return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + float(match[3])


TIME: Final = TimeType()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "; did you mean 'analyze'?", or "" if no known word is similar."""
    import difflib  # slow to import, and only needed after a mistake

    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def show_error(error: click.ClickException) -> None:
    """Print a usage error: the usage line, how to get help, and one line that begins with `error:`."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(f"Try '{context.command_path} --help' for help.", err=True)
    text = " ".join(error.format_message().split())
    if text[:1].isupper() and text[1:2].islower():
        text = text[0].lower() + text[1:]
    click.echo(f"error: {text}", err=True)
