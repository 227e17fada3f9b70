"""Reps and phases -> one form cue at a time, long enough to be read and never twice for one rep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fitness.errors import OptionError
from fitness.types import Count

DEEPER: Final = "Go a little deeper"
HALF: Final = "½ rep: not deep enough to count"
SLOWER: Final = "Slower: stay in control"


@dataclass(frozen=True, slots=True)
class CueOptions:
    """When form cues are given.

    min_show_s: a cue stays at least so long (1.5 s is the habit of fitness apps).   show_s: and at most so long.
    goal: phase that a rep should reach, above 0 and at most 1.   tolerance: how much less is let pass.
    half_from, top_until: phases; a swing that reached the first and came back below the second without being counted
        was half a rep.
    wait_s: so long after coming back the counter may still count it.
    fast_s: a rep shorter than this is too fast, seconds.

    Raises:
        OptionError: a number is out of its range.
    """

    min_show_s: float = 1.5
    show_s: float = 3.0
    goal: float = 0.8
    tolerance: float = 0.1
    half_from: float = 0.35
    top_until: float = 0.12
    wait_s: float = 1.0
    fast_s: float = 0.8

    def __post_init__(self) -> None:
        if not 0 < self.min_show_s <= self.show_s:
            raise OptionError(
                f"option min_show_s must be above 0 and at most show_s ({self.show_s}), got {self.min_show_s}"
            )
        if not 0 < self.goal <= 1:
            raise OptionError(f"option goal must be above 0 and at most 1, got {self.goal}")
        if not 0 <= self.top_until < self.half_from <= 1:
            raise OptionError(
                f"option half_from must be above top_until ({self.top_until}) and at most 1, got {self.half_from}"
            )
        for name in ("tolerance", "wait_s", "fast_s"):
            if not getattr(self, name) >= 0:
                raise OptionError(f"option {name} must be 0 or more, got {getattr(self, name)}")


class CueKeeper:
    """Chooses the cue that is shown; remembers the running swing and when the cue came up."""

    def __init__(self, options: CueOptions | None = None) -> None:
        self.options = options or CueOptions()
        self._text: str | None = None
        self._since = 0.0
        self._said: set[str] = set()
        self._peak = 0.0
        self._back_t: float | None = None

    def step(self, count: Count, t: float) -> tuple[str | None, float]:
        """The next frame's count at `t` seconds -> (cue or None, greatest phase since the last rep)."""
        options, depth = self.options, self._peak
        if count.phase is not None:
            self._peak = depth = max(self._peak, count.phase)
        if count.rep is not None:
            self._said.clear()
            if 0 < depth < options.goal - options.tolerance:
                self.offer(DEEPER, t)
            elif count.rep.duration < options.fast_s:
                self.offer(SLOWER, t)
            self._peak, self._back_t = 0.0, None
        else:
            self._half(count.phase, t)
        return self.shown(t), depth

    def _half(self, phase: float | None, t: float) -> None:
        """Notice a swing that came back to the top and was not counted."""
        if phase is None or self._peak < self.options.half_from or phase > self.options.top_until:
            self._back_t = None
        elif self._back_t is None:
            self._back_t = t
        elif t - self._back_t >= self.options.wait_s:
            self.offer(HALF, t)
            self._peak, self._back_t = 0.0, None
            self._said.discard(HALF)

    def offer(self, text: str, t: float) -> None:
        """Show `text` from `t` on, unless another cue is still fresh or it was said for this rep."""
        shown = self.shown(t)
        if text in self._said or (shown is not None and t - self._since < self.options.min_show_s):
            return
        self._text, self._since = text, t
        self._said.add(text)

    def shown(self, t: float) -> str | None:
        """The cue on show at `t` seconds."""
        return self._text if 0 <= t - self._since < self.options.show_s else None
