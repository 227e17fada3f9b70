"""`fitness completion`: the script with which a shell completes commands, options and exercises."""

from __future__ import annotations

import click

from fitness.apps.cli.command import Command


@click.command(
    cls=Command,
    help="Print the script that lets your shell complete commands, options, exercises and files with the Tab key.",
    examples=[
        'eval "$(fitness completion bash)" # in bash; add this line to ~/.bashrc',
        'eval "$(fitness completion zsh)" # in zsh; add this line to ~/.zshrc',
        "fitness completion fish > ~/.config/fish/completions/fitness.fish",
    ],
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print click's script for this shell."""
    from click.shell_completion import get_completion_class

    from fitness.apps.cli import cli

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(cli, {}, "fitness", "_FITNESS_COMPLETE").source())
