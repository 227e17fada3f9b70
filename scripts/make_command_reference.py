"""Writes docs/reference/commands.md: the help of every command, as the program prints it.

    python scripts/make_command_reference.py

tests/test_command_reference.py fails when the page is not what this script writes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from fitness.apps.cli import cli

PAGE = ROOT / "docs" / "reference" / "commands.md"
WIDTH = 100
HELP = ["-h", "--help"]
HEAD = """# Commands

What `fitness COMMAND --help` prints, for every command. `python scripts/make_command_reference.py` makes this page.
"""


def commands(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    """The contexts of a command and of all commands below it, in the order of the help."""
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(
                below,
                click.Context(
                    below, info_name=name, parent=context, max_content_width=WIDTH, help_option_names=HELP
                ),
            )


def page() -> str:
    """The text of the page."""
    top = click.Context(
        cli, info_name="fitness", max_content_width=WIDTH, terminal_width=WIDTH, help_option_names=HELP
    )
    parts = [HEAD]
    for context in commands(cli, top):
        context.terminal_width = WIDTH
        text = "\n".join(line.rstrip() for line in context.command.get_help(context).splitlines())
        level = "##" if context.parent in (None, top) else "###"
        parts.append(f"{level} {context.command_path}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
