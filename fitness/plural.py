"""Numbers with a noun, in words."""

from __future__ import annotations


def some(number: int, noun: str) -> str:
    """ "1 rep", "2 reps".   noun: singular; its plural must end in s."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
