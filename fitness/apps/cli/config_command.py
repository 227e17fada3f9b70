"""`fitness config`: show, check and create the file with the user's own defaults."""

from __future__ import annotations

import click

from fitness.apps.cli.command import Command


@click.command(
    cls=Command,
    help="Show where the file with your own defaults is, check it, and list its values.",
    examples=[
        "fitness config # the path of the file, and its values",
        "fitness config --write # create a file to edit",
    ],
)
@click.option(
    "--write", is_flag=True, help="Create an example file to edit. An existing file is not changed."
)
@click.pass_context
def config(context: click.Context, write: bool) -> None:
    """Print the path and the values; the whole file is checked."""
    from fitness.apps.cli import COMMANDS, cli
    from fitness.apps.cli.config_file import EXAMPLE, config_path, default_map, read_config
    from fitness.errors import OptionError
    from fitness.session import prepare_out_dir, whole_file

    path = config_path()
    if write and not path.exists():
        prepare_out_dir(path.parent)
        with whole_file(path) as file:
            file.write(EXAMPLE.encode("utf-8"))
    if not path.exists():
        click.echo(f"{path} (does not exist; `fitness config --write` creates it)")
        return
    found = read_config(path)
    used: set[str] = set()
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        default_map(found, command, context, path, name)
        used |= _names(command, context)
    for key, value in found.items():
        if key not in used and key not in COMMANDS:
            raise OptionError(f"{path}: no command has an option '{key}'")
        if isinstance(value, dict):
            for inner, one in value.items():
                click.echo(f"{key}: {inner} = {one}")
        else:
            click.echo(f"{key} = {value}")
    click.echo(f"file: {path}")


def _names(command: click.Command, context: click.Context) -> set[str]:
    """The long names of all options of a command and of its subcommands."""
    names = {
        text.removeprefix("--")
        for param in command.params
        for text in (*param.opts, *param.secondary_opts)
        if text.startswith("--")
    }
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            inner = command.get_command(context, child)
            names |= set() if inner is None else _names(inner, context)
    return names
