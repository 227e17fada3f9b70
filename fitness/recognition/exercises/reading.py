"""Reads the descriptions of exercises from their files.

Each exercise has one TOML file; `docs/guides/extending.md` lists the keys. A file with an unknown key is refused, so
that a misspelt limit is not taken for a missing one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

from fitness.errors import OptionError
from fitness.metrics.form import Cue
from fitness.metrics.record import CORNERS, MotionSpec, Order
from fitness.recognition.exercises.description import Exercise, FrameContext, Posture, Sides
from fitness.skeleton import Landmark

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_KEYS: Final = {
    "name", "rank", "joint", "limb", "needs", "max_turn_deg", "usual_range_deg", "trunk_tilt_deg", "samples", "opens",
    "sides", "reversal_deg", "tested", "posture", "measure", "cue",
    "hold", "hinge_votes",
}  # fmt: skip
_LAST: Final = 100
"""Rank of an exercise without one: after the others, by name."""


def read_exercises(folder: Path) -> dict[str, Exercise]:
    """Name -> exercise of each `*.toml` in `folder`, by rank and name. OptionError for a wrong file."""
    found = [read_exercise(path) for path in sorted(folder.glob("*.toml"))]
    ordered = sorted(found, key=lambda one: (one[0], one[1].name))
    return {exercise.name: exercise for _, exercise in ordered}


def read_exercise(path: Path) -> tuple[float, Exercise]:
    """The rank and the description in one file.

    Raises:
        OptionError: it is not TOML, lacks a key, or has an unknown key or value; the message names file and key.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if unknown := sorted(set(table) - _KEYS):
            raise OptionError(f"there is no key '{unknown[0]}'")
        if table["name"] != path.stem:
            raise OptionError(f"name must be '{path.stem}', as the file is called, got '{table['name']}'")
        return float(table.get("rank", _LAST)), _exercise(table)
    except KeyError as error:
        raise OptionError(f"{path.name}: the key {error} is missing") from error
    except (OptionError, TypeError, ValueError, OSError) as error:
        raise OptionError(f"{path.name}: {error}") from error


def _held(table: Mapping[str, Any]) -> Exercise:
    """The exercise in a table with the key `hold`."""
    return Exercise(
        name=table["name"],
        joint=_one_of("joint", table["joint"], (*CORNERS, "trunk")),
        limb=table["limb"],
        needs=_landmarks(table["needs"]),
        max_bottom_deg=0.0,
        usual_range_deg=0.0,
        trunk_tilt_deg=(0.0, 180.0),
        cues=tuple(Cue.of(one) for one in table.get("cue", ())),
        tested=table.get("tested", ""),
        hold=tuple(Cue.of(one) for one in table["hold"]),
    )


def _exercise(table: Mapping[str, Any]) -> Exercise:
    if "hold" in table:
        return _held(table)
    top, bottom = table.get("samples", ("", ""))
    return Exercise(
        name=table["name"],
        joint=_one_of("joint", table["joint"], (*CORNERS, "trunk")),
        limb=table["limb"],
        needs=_landmarks(table["needs"]),
        max_bottom_deg=float(table["max_turn_deg"]),
        usual_range_deg=float(table["usual_range_deg"]),
        trunk_tilt_deg=_range(table["trunk_tilt_deg"]),
        top_class=top,
        bottom_class=bottom,
        opens=bool(table.get("opens", False)),
        hinge_votes=float(table.get("hinge_votes", 0.0)),
        sides=_one_of("sides", table.get("sides", "both"), get_args(Sides)),
        postures=tuple(_posture(one) for one in table.get("posture", ())),
        reversal_deg=float(table.get("reversal_deg", 0.0)),
        spec=_spec(table["measure"]),
        cues=tuple(Cue.of(one) for one in table.get("cue", ())),
        tested=table.get("tested", ""),
    )


def _posture(table: Mapping[str, Any]) -> Posture:
    at = _one_of("at", table["at"], get_args(FrameContext))
    return Posture(_one_of("angle", table["angle"], (*CORNERS, "trunk")), at, *_range(table["range_deg"]))


def _spec(table: Mapping[str, Any]) -> MotionSpec:
    moving, fixed = _landmarks(table["travel"])
    side_joint = table.get("side_joint")
    if side_joint is not None:
        _one_of("side_joint", side_joint, tuple(CORNERS))
    first = _one_of("first", table["first"], get_args(Order))
    return MotionSpec(_one_of("joint", table["joint"], tuple(CORNERS)), first, (moving, fixed), side_joint)


def _range(values: Any) -> tuple[float, float]:
    least, most = (float(value) for value in values)
    if not least <= most:
        raise OptionError(f"a range must have its lower value first, got {least:g} and {most:g}")
    return least, most


def _landmarks(names: Any) -> tuple[str, ...]:
    """Check the names of landmarks without side."""
    for name in names:
        if f"LEFT_{name.upper()}" not in Landmark.__members__:
            raise OptionError(f"there is no landmark '{name}'")
    return tuple(names)


def _one_of(key: str, value: Any, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise OptionError(f"{key} must be one of {', '.join(allowed)}, got '{value}'")
    return value
