"""Decides which exercise a person is doing at the moment, and whether its joints are visible."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from fitness.metrics.record.motion import SEEN
from fitness.recognition.exercise_counter import ExerciseCounter
from fitness.recognition.recogniser_options import RecogniserOptions
from fitness.types import Event, Rep, RepCounted, Side


class CurrentExercise:
    """The exercise of one person. `name` is None while none is recognised.

    Args:
        counters: the counters of all exercises that are looked for; two for an exercise that is counted on each side.
        options: the thresholds `active_share`, `active_bottom`, `idle_s` and `seen_share` are used.
    """

    def __init__(self, counters: Sequence[ExerciseCounter], options: RecogniserOptions) -> None:
        self._counters = counters
        self._options = options
        self.name: str | None = None
        self._t = -math.inf

    def recognised(self, name: str, t: float) -> None:
        """The exercise `name` is being done at `t` seconds."""
        self.name, self._t = name, t

    def expire(self, t: float) -> None:
        """Forget the exercise if it was not recognised for `idle_s` before `t` seconds."""
        if t - self._t > self._options.idle_s:
            self.name = None

    def update(self, events: Iterable[Event], last: Rep | None, t: float) -> ExerciseCounter | None:
        """Take in one frame, and return the counter of the exercise that is being done, if it has one.

        A counted rep decides. Otherwise it is one of the exercises that the votes clearly recognise: the one counted last,
        else a built-in one, else the one with most votes.

        Args:
            events: what happened in the frame.   last: the rep that was counted last.   t: seconds.
        """
        for event in events:
            if isinstance(event, RepCounted):
                self.recognised(event.rep.exercise, t)
        o = self._options
        clear = [
            (
                last is not None and one.exercise.name == last.exercise,
                one.built_in,
                one.share,
                one.exercise.name,
            )
            for one in self._counters
            if one.share > o.active_share
            and (one.bottom_share > o.active_bottom or one.exercise.name == self.name)
        ]
        if clear:
            self.recognised(max(clear)[-1], t)
        return next((one for one in self._counters if one.exercise.name == self.name), None)

    def problem(self) -> str | None:
        """What to tell the user when a person is found but the joints of no exercise are visible; else None."""
        least = self._options.seen_share
        if not self._counters or any(one.visibility >= least for one in self._counters):
            return None
        likeliest = max(self._counters, key=lambda one: one.share).exercise
        return f"step back: {likeliest.limb} not visible"

    def side_of(self, counter: ExerciseCounter) -> Side | None:
        """The side that `counter` counts, if it counts one side and both are visible; else None."""
        if counter.side is None:
            return None
        pair = [one for one in self._counters if one.exercise is counter.exercise]
        return counter.side if all(one.visibility >= SEEN for one in pair) else None
