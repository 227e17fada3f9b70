"""The user's own defaults for options: a TOML file.

A value at the top is the default of every command that has the option. A table sets the defaults of one command:

    model = "lite"

    [analyze]
    no-store = true
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from fitness.apps.cli.command import did_you_mean
from fitness.errors import OptionError, SourceError
from fitness.resources import user_folder

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CONFIG_VARIABLE: Final = "FITNESS_CONFIG"
"""Environment variable with the path of the file, instead of the default path."""

MAX_BYTES: Final = 1_000_000

EXAMPLE: Final = """\
# Defaults for the options of `fitness`. A value at the top is the default of every command that has the option.
# A table such as [analyze] sets the defaults of one command. Options that you type override this file.

# model = "lite"
# exercise = "squat"
# privacy = "face"

# [analyze]
# annotate = false
# people = 1

# [live]
# rest = 90

# [sessions.list]
# since = "2026-01-01"
"""


def config_path(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The file that FITNESS_CONFIG names, else `config.toml` in the user's folder for settings (`resources.user_folder`)."""
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named)
    return user_folder("config", environ, platform) / "config.toml"


def read_config(path: Path) -> dict[str, Any]:
    """The content of the file; empty if there is none. SourceError if it cannot be read as TOML."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"{path}: too large for a config file; the limit is 1 MB")
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return document
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(
            f"{path}: cannot be read as a config file ({error}); correct or remove it"
        ) from error


def default_map(
    config: Mapping[str, Any], command: click.Command, context: click.Context, path: Path, name: str
) -> dict[str, Any]:
    """The `default_map` of click for a command: parameter -> value, and the same for its subcommands.

    Args:
        config: the whole file. command: the command. context: any context. path: of the file, for messages.
        name: of the command, with dots for a command of a group, as in `sessions.list`.

    Raises:
        OptionError: the command's own table names an option that it does not have, or a wrong value.
    """
    return _filled(_plain(config), _table(config, path, name), command, context, path, name)


def _filled(
    top: Mapping[str, Any],
    own: Mapping[str, Any],
    command: click.Command,
    context: click.Context,
    path: Path,
    name: str,
) -> dict[str, Any]:
    options = dict(_options(command))
    found = {
        str(options[key][0].name): _value(options[key], value, context, f"{path}: {key}")
        for key, value in top.items()
        if key in options
    }
    children = command.list_commands(context) if isinstance(command, click.Group) else []
    for key, value in own.items():
        if isinstance(value, dict) and key in children:
            continue
        if key not in options:
            known = did_you_mean(key, options)
            raise OptionError(
                f"{path}: [{name}] has no option '{key}'{known or '; see fitness ' + name + ' --help'}"
            )
        where = f"{path}: [{name}] {key}"
        found[str(options[key][0].name)] = _value(options[key], value, context, where)
    for child in children:
        inner = command.get_command(context, child) if isinstance(command, click.Group) else None
        table = own.get(child, {})
        if inner is not None and isinstance(table, dict):
            found[child] = _filled(top, table, inner, context, path, f"{name}.{child}")
    return found


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if not isinstance(value, dict)}


def _table(config: Mapping[str, Any], path: Path, name: str) -> dict[str, Any]:
    table = config.get(name, {})
    if not isinstance(table, dict):
        raise OptionError(f"{path}: {name} must be a table: [{name}]")
    return table


def _options(command: click.Command) -> Iterator[tuple[str, tuple[click.Option, bool]]]:
    """Name as in the file -> option, and its value if it is a flag."""
    for param in command.params:
        if isinstance(param, click.Option) and param.name is not None:
            for text in param.opts:
                if text.startswith("--"):
                    yield text[2:], (param, True)
            for text in param.secondary_opts:
                yield text.removeprefix("--"), (param, False)


def _value(option: tuple[click.Option, bool], value: Any, context: click.Context, where: str) -> Any:
    """The value for click, checked as if it were typed.   where: file and key, for messages."""
    param, on = option
    if param.is_flag:
        if not isinstance(value, bool):
            raise OptionError(f"{where} must be true or false, got {value!r}")
        return on if value else not on
    if isinstance(value, (bool, dict)):
        raise OptionError(f"{where} must be a value of the option, got {value!r}")
    if isinstance(value, list) or param.multiple or param.nargs != 1:
        return value
    try:
        param.type_cast_value(context, str(value))
    except click.BadParameter as error:
        raise OptionError(f"{where}: {error.message}") from error
    return str(value)
