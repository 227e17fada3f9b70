"""Reads a plan from a TOML file.

name = "Legs and push"
rest = 60            # seconds, for exercises without their own rest

[[exercise]]
name = "squat"
sets = 3
reps = 8             # or seconds, for an exercise that is held
rest = 90
weight_kg = 20
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from fitness.coach.plan import Plan, PlanItem, item_of
from fitness.errors import OptionError, SourceError
from fitness.recognition.exercises.names import plain_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAX_BYTES: Final = 100_000
"""Largest plan file that is read; fifty exercises take 5 KB."""

_KEYS: Final = ("name", "rest", "exercise")
_ITEM_KEYS: Final = ("name", "sets", "reps", "seconds", "rest", "weight_kg")


def read_plan(path: str | os.PathLike[str], named: Callable[[str], str] = plain_name) -> Plan:
    """The plan in a TOML file.

    Args:
        named: what the file says for an exercise -> its name; OptionError for an unknown one.

    Raises:
        SourceError: the file cannot be read, or is no plan; the text names the file and what is wrong.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise OptionError(f"too large for a plan; the limit is {MAX_BYTES // 1000} KB")
        return plan_of(tomllib.loads(path.read_text(encoding="utf-8")), named)
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file; check the path") from error
    except (OptionError, ValueError, OSError, RecursionError) as error:
        raise SourceError(f"{path}: {str(error).splitlines()[0]}") from error


def plan_of(table: Mapping[str, Any], named: Callable[[str], str] = plain_name) -> Plan:
    """The plan in the values of a TOML or JSON document. OptionError where they are none."""
    _check_keys(table, _KEYS, "a plan")
    rest_s = _number(table, "rest")
    rows = table.get("exercise")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise OptionError("a plan needs [[exercise]] tables with name, sets and reps")
    return Plan(tuple(_item(row, rest_s, named) for row in rows), str(table.get("name", ""))[:200])


def _item(row: Mapping[str, Any], rest_s: float | None, named: Callable[[str], str]) -> PlanItem:
    _check_keys(row, _ITEM_KEYS, "an exercise")
    if not isinstance(row.get("name"), str):
        raise OptionError("an exercise needs a name")
    if ("reps" in row) == ("seconds" in row):
        raise OptionError(f"{row['name']} needs reps, or seconds where it is held")
    rest = _number(row, "rest")
    return item_of(
        named(row["name"]),
        _whole(row, "sets", 1),
        _whole(row, "seconds" if "seconds" in row else "reps", 0),
        in_seconds="seconds" in row,
        rest_s=rest_s if rest is None else rest,
        weight_kg=_number(row, "weight_kg"),
    )


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    if unknown := sorted(set(table) - set(known)):
        raise OptionError(f"{what} has no '{unknown[0]}'; it may have {', '.join(known)}")


def _whole(row: Mapping[str, Any], key: str, default: int) -> int:
    value = row.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise OptionError(f"{key} must be a whole number, got {value!r}")
    return value


def _number(row: Mapping[str, Any], key: str) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise OptionError(f"{key} must be a number, got {value!r}")
    return float(value)
