"""The names that other programs use for our exercises: a table that ships, and the user's own on top of it.

Each name was compared with the app's own list of exercises, as other programs keep it:

- Strong: `files/strong_exercises.txt` in github.com/ikkani/Fitnotes2Hevy.
- Hevy: `src/A2S.Web/src/data/hevyExercises.ts` in github.com/JoeR96/99-strength, read from Hevy's API.
- FitNotes: `data/exercises/fitnotes_default.txt` in github.com/alanjonesit/FitNotes2Hevy, and for "Dumbbell Curl"
  `files/fitnotes_exercises.txt` in github.com/ikkani/Fitnotes2Hevy.
- FIT: the profile of Garmin's FIT SDK.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeAlias

from fitness.errors import OptionError, SourceError
from fitness.session.store_place import default_store_path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Pair: TypeAlias = tuple[str, str]
FitPair: TypeAlias = tuple[tuple[int, int], tuple[int, int]]

FIT_UNKNOWN: Final = 65534
"""FIT profile: `exercise_category` "unknown"."""

MAX_FILE_BYTES: Final = 1_000_000
"""Largest table of names that is read."""

_TABLE: Final = "names.toml"
_OWN_TABLE: Final = "export-names.toml"


@dataclass(frozen=True, slots=True)
class AppNames:
    """The names of one exercise in other programs; each pair is (without a weight, with a weight).

    strong, hevy, fitnotes: names in these apps.   category: of FitNotes.
    fit: numbers of the FIT profile, (exercise_category, exercise name).
    """

    strong: Pair
    hevy: Pair
    fitnotes: Pair
    category: str
    fit: FitPair

    def name(self, app: str, weight_kg: float | None) -> str:
        """The name in an app ("strong", "hevy" or "fitnotes")."""
        pair: Pair = getattr(self, app)
        return pair[bool(weight_kg)]


Names: TypeAlias = Mapping[str, AppNames]
"""Exercise -> its names in other programs."""

_KEYS: Final = tuple(one.name for one in fields(AppNames))


def app_names(exercise: str, names: Names | None = None) -> AppNames:
    """The names of an exercise; an exercise that is in no table keeps its own name, in title case, and is unknown to
    FIT.

    Args:
        names: a table from `read_names`; None for the one that ships.
    """
    table = shipped_names() if names is None else names
    return table[exercise] if exercise in table else _own_name(exercise)


@functools.cache
def shipped_names() -> Names:
    """The table that comes with the program: every exercise that it counts."""
    return _parsed(shipped_text(), _TABLE, {})


def shipped_text() -> str:
    """The file with that table, for a user who wants to edit it."""
    return (resources.files(__package__) / _TABLE).read_text(encoding="utf-8")


def user_names_path() -> Path:
    """The path of the user's own table: `export-names.toml` beside the store."""
    return default_store_path().with_name(_OWN_TABLE)


def user_names(path: Path | None = None) -> Names:
    """The user's table at `path` (None: at `user_names_path`, if it exists), else the shipped table.

    Raises:
        SourceError, OptionError: as `read_names`.
    """
    place = user_names_path() if path is None else path
    return shipped_names() if path is None and not place.exists() else read_names(place)


def read_names(path: Path) -> Names:
    """The shipped table, overridden by the user's table; a user's entry may have names for only some of the apps.

    Raises:
        SourceError: the file is missing or not TOML.   OptionError: an entry does not have the form of the shipped
            table.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceError(f"{path}: too large for a table of names; the limit is 1 MB")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SourceError(
            f"{path}: no such file; `fitness export --write-names {path}` writes one"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read as a table of names ({error})") from error
    return _parsed(text, str(path), shipped_names())


def _parsed(text: str, where: str, base: Names) -> Names:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{where}: not a table of names in TOML: {error}") from error
    table = dict(base)
    for exercise, entry in document.items():
        start = table.get(exercise) or _own_name(exercise)
        table[exercise] = _entry(entry, start, f"{where}: [{exercise}]")
    return table


def _entry(entry: Any, start: AppNames, where: str) -> AppNames:
    if not isinstance(entry, dict):
        raise OptionError(f"{where} must be a table with some of {', '.join(_KEYS)}")
    if unknown := [key for key in entry if key not in _KEYS]:
        raise OptionError(f"{where} knows {', '.join(_KEYS)}; got '{unknown[0]}'")
    values: dict[str, Any] = {key: getattr(start, key) for key in _KEYS}
    for key, value in entry.items():
        if key == "category":
            if not isinstance(value, str) or not value:
                raise OptionError(f"{where} category must be a text, got {value!r}")
            values[key] = value
        elif key == "fit":
            values[key] = _fit(value, where)
        else:
            values[key] = _pair(value, f"{where} {key}")
    return AppNames(**values)


def _pair(value: Any, where: str) -> Pair:
    pair = [value, value] if isinstance(value, str) else value
    if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) and one for one in pair)):
        raise OptionError(f"{where} must be a name, or two (without and with a weight), got {value!r}")
    return pair[0], pair[1]


def _fit(value: Any, where: str) -> FitPair:
    pairs = [value, value] if isinstance(value, list) and value and isinstance(value[0], int) else value
    if not (isinstance(pairs, list) and len(pairs) == 2 and all(map(_is_fit, pairs))):
        raise OptionError(
            f"{where} fit must be [category, name], or two of them, each 0 to {FIT_UNKNOWN}, got {value!r}"
        )
    (a, b), (c, d) = pairs
    return (a, b), (c, d)


def _is_fit(pair: Any) -> bool:
    if not (isinstance(pair, list) and len(pair) == 2):
        return False
    return all(type(one) is int and 0 <= one <= FIT_UNKNOWN for one in pair)


def _own_name(exercise: str) -> AppNames:
    plain = exercise.replace("-", " ").replace("_", " ").title()
    unknown = (FIT_UNKNOWN, FIT_UNKNOWN)
    return AppNames((plain, plain), (plain, plain), (plain, plain), "Other", (unknown, unknown))
