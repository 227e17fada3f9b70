"""How well an exercise that was taught from clips will probably count other people.

The figures are of `scripts/bench counting taught` (docs/guides/teach.md): shares of all clips, of exercises that were taught
from one clip and from three, and counted by name on people who did not teach them. For movements that are not built in,
they are those of nine exercises that were left out of the trajectory model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fitness.recognition.taught_model import TaughtSwings
from fitness.types import JsonDict

_MANY: Final = 3
"""Number of clips of the second figures."""


@dataclass(frozen=True, slots=True)
class Expected:
    """right: share of clips of other people whose count will be right, 0..1.   within_one: the same, or one beside it."""

    right: float
    within_one: float


_MEASURED: Final = {
    True: (Expected(0.81, 0.885), Expected(0.90, 0.945)),
    False: (Expected(0.53, 0.67), Expected(0.655, 0.79)),
}
"""Whether the movement is one of a built-in exercise -> taught from one clip, and from three."""


def expected(taught: TaughtSwings, clips: int | None = None) -> Expected:
    """The expectation for a taught exercise, as it is or if it were taught from `clips` clips of different people.

    Between one and three clips it is interpolated; more than three count as three.
    """
    one, many = _MEASURED[bool(taught.kind)]
    share = (min(clips or taught.clips, _MANY) - 1) / (_MANY - 1)
    return Expected(
        one.right + share * (many.right - one.right),
        one.within_one + share * (many.within_one - one.within_one),
    )


def expectation(taught: TaughtSwings) -> JsonDict:
    """JSON values: the `right` and `within_one` shares, the built-in exercise it resembles (`kind`), and a `message`."""
    now, more = expected(taught), expected(taught, _MANY)
    message = (
        f"on other people, expect the right count in about {now.right:.0%} of clips, "
        f"within one rep in {now.within_one:.0%}"
    )
    if taught.clips < _MANY:
        message += f"; taught from clips of three people, {more.right:.0%} and {more.within_one:.0%}"
    kind = f"it moves like {taught.kind}" if taught.kind else "it is like no built-in exercise"
    return {
        "right": round(now.right, 3),
        "within_one": round(now.within_one, 3),
        "kind": taught.kind,
        "message": f"{message} ({kind})",
    }
