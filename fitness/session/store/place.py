"""Path of the user's store."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

STORE_VARIABLE: Final = "FITNESS_STORE"
"""Environment variable with the path of the store; it takes precedence over the user's data directory."""

_FILE_NAME: Final = "sessions.sqlite3"


def default_store_path(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The file in FITNESS_STORE, else `fitness/sessions.sqlite3` in the user's data directory.

    That is XDG_DATA_HOME or ~/.local/share on Linux, ~/Library/Application Support on macOS, %LOCALAPPDATA%
    on Windows.
    """
    if named := environ.get(STORE_VARIABLE):
        return Path(named)
    home = Path.home()
    if platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        given = Path(environ.get("XDG_DATA_HOME") or "")
        base = (
            given if given.is_absolute() else home / ".local" / "share"
        )  # the XDG rule: ignore a relative path
    return base / "fitness" / _FILE_NAME
