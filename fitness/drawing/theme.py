"""Colours and measures of the training screen; `docs/explanation/design.md` explains each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fitness.drawing.paint import Colour

SCRIM: Final[Colour] = (11, 13, 16)
SCRIM_OPACITY: Final = 0.86
"""Text has a background of this colour and opacity, so that its contrast is at least 4.5 on any frame."""

WHITE: Final[Colour] = (255, 255, 255)
SOFT: Final[Colour] = (201, 209, 217)
GO: Final[Colour] = (61, 220, 132)
MOVE: Final[Colour] = (90, 200, 250)
REST: Final[Colour] = (183, 156, 255)
WARN: Final[Colour] = (255, 196, 61)
STOP: Final[Colour] = (255, 123, 114)

TRACK_OPACITY: Final = 0.18
"""Opacity of the empty part of a ring, in white."""

SideOfScreen: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Screen:
    """Measures, in pixels, of a screen of `width` x `height`."""

    width: int
    height: int

    @property
    def unit(self) -> float:
        """The unit: a hundredth of the shorter side."""
        return min(self.width, self.height) / 100

    @property
    def portrait(self) -> bool:
        """Whether cards are above and below the person instead of beside."""
        return self.width < 1.1 * self.height

    @property
    def margin(self) -> int:
        """Space between cards and the edge."""
        return max(2, round(2.5 * self.unit))

    @property
    def radius(self) -> int:
        """Radius of the corners of cards."""
        return max(2, round(2.4 * self.unit))

    @property
    def column(self) -> int:
        """Width of the card with the ring, and of the cards on the other side."""
        if self.portrait:
            return self.width - 2 * self.margin
        return min(self.px(50), round(0.31 * self.width))

    def px(self, units: float) -> int:
        """Convert units to pixels, at least 1."""
        return max(1, round(units * self.unit))

    def cap(self, units: float) -> int:
        """Height of capitals: units converted to pixels, at least 6."""
        return max(6, round(units * self.unit))
