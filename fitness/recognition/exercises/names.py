"""Converts exercise names to and from the form that people read and type."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from fitness.errors import OptionError

_JOINED: Final = ("up", "down", "in", "out", "over", "off")
"""Second parts that keep their hyphen: push-up, step-down, roll-out."""


def pretty_name(exercise: str, *, plural: bool = True) -> str:
    """ "push-up" -> "Push-ups", "jumping-jack" -> "Jumping jacks"; with plural=False in the singular."""
    words = exercise.replace("_", "-").replace(" ", "-").strip("-").split("-")
    name = words[0]
    for word in words[1:]:
        name += ("-" if word in _JOINED else " ") + word
    if plural and words[-1] != "exercise":  # "unknown-exercise" has no plural
        name = _plural(name)
    return name[:1].upper() + name[1:]


def _plural(name: str) -> str:
    if not name or (name[-1] == "s" and name[-2:] != "ss"):
        return name
    if name.endswith(("ss", "x", "z", "ch", "sh")):
        return name + "es"
    if name[-1] == "y" and name[-2:-1] not in set("aeiou"):
        return name[:-1] + "ies"
    return name + "s"


def known_name(text: str, known: Sequence[str]) -> str:
    """The name of the exercise that the user typed: "Push ups" -> "push-up".

    Args:
        known: the valid names; if empty, any name is valid.

    Raises:
        OptionError: the name is not valid; the message has the most similar one.
    """
    name = plain_name(text)
    if not known or name in known:
        return name
    plurals = {plain_name(pretty_name(one)): one for one in known}
    if name in plurals:
        return plurals[name]
    close = get_close_matches(name, [*known, *plurals], n=1)
    hint = f"did you mean {plurals.get(close[0], close[0])}?" if close else f"there are {', '.join(known)}"
    raise OptionError(f"there is no exercise '{text.strip()[:40]}'; {hint}")


def plain_name(text: str) -> str:
    """Lower case with hyphens: "Push up" -> "push-up"."""
    return "-".join(text.lower().replace("-", " ").replace("_", " ").split())
