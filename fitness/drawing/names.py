"""Exercise names as people read them."""

from __future__ import annotations

from typing import Final

_JOINED: Final = ("up", "down", "in", "out", "over", "off")
"""Second parts that keep their hyphen: push-up, step-down, roll-out."""


def pretty_name(exercise: str, *, plural: bool = True) -> str:
    """ "push-up" -> "Push-ups", "jumping-jack" -> "Jumping jacks"; with plural=False in the singular."""
    words = exercise.replace("_", "-").replace(" ", "-").strip("-").split("-")
    name = words[0]
    for word in words[1:]:
        name += ("-" if word in _JOINED else " ") + word
    if plural and words[-1] != "exercise":  # an unknown exercise stays one
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
