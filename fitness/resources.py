"""Paths of the files that ship with the program, and of the user's folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

_PACKAGE = Path(__file__).resolve().parent
PACKED = _PACKAGE / "_data"
"""Folder of the data in an installed wheel."""


def resource_root() -> Path:
    """The folder that holds `models/` and `pose_samples/`.

    In an installed wheel that is `fitness/_data`; in a checkout it is the folder above the package.
    """
    return PACKED if PACKED.is_dir() else _PACKAGE.parent


def resource_path(*parts: str) -> Path:
    """The path of a file or folder that ships with the program: `resource_path("models", "manifest.json")`.

    Whether the file exists is not checked.
    """
    return resource_root().joinpath(*parts)


_USER_FOLDERS: Final = {
    "config": (("APPDATA", "AppData/Roaming"), "Library/Application Support", ("XDG_CONFIG_HOME", ".config")),
    "data": (
        ("LOCALAPPDATA", "AppData/Local"),
        "Library/Application Support",
        ("XDG_DATA_HOME", ".local/share"),
    ),
    "cache": (("LOCALAPPDATA", "AppData/Local"), "Library/Caches", ("XDG_CACHE_HOME", ".cache")),
}
"""Kind of folder -> Windows (variable, default), macOS (default), Linux (variable, default); defaults are below home."""


def user_folder(kind: str, environ: Mapping[str, str], platform: str) -> Path:
    """This program's folder for the user's "config", "data" or "cache".

    On Windows it is `fitness` below APPDATA or LOCALAPPDATA, on macOS below ~/Library/Application Support or
    ~/Library/Caches, on other systems below XDG_CONFIG_HOME, XDG_DATA_HOME or XDG_CACHE_HOME (default: ~/.config,
    ~/.local/share, ~/.cache).

    platform: as `sys.platform`.
    """
    windows, mac, other = _USER_FOLDERS[kind]
    home = Path.home()
    if platform == "darwin":
        return home / mac / "fitness"
    variable, default = windows if platform == "win32" else other
    given = Path(environ.get(variable) or "")
    if platform != "win32" and not given.is_absolute():  # the XDG rule: ignore a relative path
        given = Path()
    return (given if given != Path() else home / default) / "fitness"
