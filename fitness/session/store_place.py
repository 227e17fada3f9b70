"""Path of the user's store."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fitness.resources import user_folder

STORE_VARIABLE: Final = "FITNESS_STORE"
"""Environment variable with the path of the store; it takes precedence over the user's data directory."""

_FILE_NAME: Final = "sessions.sqlite3"


def default_store_path(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The file in FITNESS_STORE, else `sessions.sqlite3` in the user's data folder (`resources.user_folder`)."""
    if named := environ.get(STORE_VARIABLE):
        return Path(named)
    return user_folder("data", environ, platform) / _FILE_NAME
