"""Decides which form cue is shown: one at a time, long enough to be read, and each one once per rep."""

from __future__ import annotations

from typing import Final

from fitness.errors import OptionError
from fitness.types import Rep

PARTIAL: Final = "½ rep: not far enough to count"
"""Cue for a partial rep."""

MIN_SHOW_S: Final = 1.5
"""Minimum time that a cue is shown, seconds; usual in fitness apps."""

SHOW_S: Final = 3.0


class CueShow:
    """Remembers the shown cue with its start time, and the cues already shown for the newest rep.

    Args:
        min_show_s, show_s: minimum and maximum time that a cue is shown, seconds.

    Raises:
        OptionError: unless 0 < min_show_s <= show_s.
    """

    def __init__(self, min_show_s: float = MIN_SHOW_S, show_s: float = SHOW_S) -> None:
        if not 0 < min_show_s <= show_s:
            raise OptionError(
                f"option min_show_s must be above 0 and at most show_s ({show_s}), got {min_show_s}"
            )
        self._min_show_s, self._show_s = min_show_s, show_s
        self._text: str | None = None
        self._since = 0.0
        self._rep: int | None = None
        self._given: set[str] = set()

    def offer(self, text: str, t: float, rep: Rep | None = None) -> None:
        """Show `text` from `t` on.

        It is ignored while another cue is within its minimum time, or if it was already shown for this rep.
        """
        if rep is not None and self._rep != rep.id:
            self._rep = rep.id
            self._given.clear()
        if rep is not None and text in self._given:
            return
        if self.shown(t) is not None and text != self._text and t - self._since < self._min_show_s:
            return
        self._text, self._since = text, t
        self._given.add(text)

    def shown(self, t: float) -> str | None:
        """The cue shown at `t` seconds, or None."""
        return self._text if 0 <= t - self._since < self._show_s else None
