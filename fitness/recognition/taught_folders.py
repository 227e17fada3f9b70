"""The folders in which taught exercises are kept: one for each exercise, with samples of both turning points.

Finding their names loads nothing else of the recogniser, so that the program starts quickly.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from fitness.errors import OptionError

SWINGS_FILE: Final = "swings.npz"
TAUGHT_VARIABLE: Final = "FITNESS_TAUGHT_DIR"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")


def exercise_name(text: str) -> str:
    """Return `text` if it is a valid name of an exercise, which cannot be a path; raise OptionError otherwise."""
    if not _NAME.fullmatch(text):
        raise OptionError(
            "a name must be 2 to 32 lowercase letters, digits and hyphens, a letter first, got "
            + repr(text[:40])
        )
    return text


def taught_names(folder: Path) -> tuple[str, ...]:
    """The exercises that `folder` holds, one folder each, sorted; none if there is no such folder.

    Damaged ones are among them, so that the user learns of them: files may be missing, or not readable.
    """
    try:
        for left in folder.glob(".*.old"):  # the program ended while it replaced the exercise
            recover(folder / left.name[1:-4])
        found = [*folder.iterdir()] if folder.is_dir() else []
    except PermissionError:
        return ()
    return tuple(sorted(p.name for p in found if _NAME.fullmatch(p.name) and is_taught(p)))


def new_folder(place: Path) -> Path:
    """The folder in which new samples are written before they replace those at `place`."""
    return place.with_name(f".{place.name}.new")


def old_folder(place: Path) -> Path:
    """The folder that holds the older samples while new ones replace them."""
    return place.with_name(f".{place.name}.old")


def recover(place: Path) -> None:
    """Finish or undo an interrupted replacement of the exercise at `place`."""
    old = old_folder(place)
    with suppress(OSError):
        if old.is_dir() and place.exists():
            shutil.rmtree(old, ignore_errors=True)
        elif old.is_dir():
            old.rename(place)


def is_taught(folder: Path) -> bool:
    """Whether the folder has a file of a taught exercise, or may not be read."""
    names = (f"{folder.name}_up.csv", f"{folder.name}_down.csv", SWINGS_FILE)
    try:
        return any((folder / name).is_file() for name in names)
    except PermissionError:
        return True


def taught_folder(beside: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of taught exercises: FITNESS_TAUGHT_DIR, else `taught` in the folder of `beside`, the session store."""
    named = environ.get(TAUGHT_VARIABLE)
    return Path(named) if named else beside.parent / "taught"
