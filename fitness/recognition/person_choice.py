"""Decides whether a person who has just completed a rep becomes the counted person.

The leading person is the largest one in view; the tracker's subject counts as twice as large. One rep of the leading person
is enough. While the leading person moves, anybody else has to wait until that person has had time for a rep: someone who
squats quickly in the background must not be counted instead of slow sit-ups in front. If the leading person stands still,
such as a trainer who watches, one rep of a person of about that size is enough, and a smaller person needs more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from fitness.options import bounded, check_options
from fitness.recognition.selectable_person import SelectablePerson

_AS_LARGE: Final = 0.75
"""Share of the largest person's size from which a person counts as equally large. Pixels per metre of equally near people
differ by about that much, because world landmarks do not show how tall a person is."""

_SUBJECT: Final = 2.0
"""Factor on the size of the tracker's subject: the user placed the camera for that person."""

_MOVING_M_PER_S: Final = 0.2
"""Mean speed of elbows, wrists, knees and ankles from which a person moves, metres per second. Logs of people who exercise
are above it in 95 % of the frames, logs of planks and of people who stand are below it in 75 %."""


@dataclass(frozen=True, slots=True)
class PeopleOptions:
    """When another person is selected.

    away_s: if the counted person is out of view for this time, one rep of another person is enough.
    quiet_s, takeover_reps: if the counted person does no rep for `quiet_s`, `takeover_reps` reps of one exercise by another
        person in that time are enough; a person who is smaller in the frame needs more. While nobody is counted, a moving
        leading person is given the same time.
    """

    away_s: float = bounded(30.0, low=0)
    quiet_s: float = bounded(15.0, low=0)
    takeover_reps: int = bounded(2, low=1, whole=True)

    def __post_init__(self) -> None:
        check_options(self)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The people in one frame.

    people: those who are in view, and the counted person.   subject: the tracker's subject.
    counted: the counted person.   t: seconds.
    """

    people: Collection[SelectablePerson]
    subject: SelectablePerson | None
    counted: SelectablePerson | None
    t: float

    def takes_over(self, person: SelectablePerson, options: PeopleOptions) -> bool:
        """Whether this person, who has just completed a rep, becomes the counted person."""
        largest = max(one.size for one in self.people)
        weight = min(1.0, self._prominence(person) / (_AS_LARGE * largest)) if largest else 1.0
        claim = weight * person.consistent(self.t - options.quiet_s)
        if self.counted is None:
            return claim >= 1.0 and not self._waits(person, options)
        if self.t - self.counted.t_seen > options.away_s:
            return True
        quiet = not self.counted.reps or self.t - self.counted.reps[-1][0] > options.quiet_s
        return quiet and claim >= options.takeover_reps

    def _waits(self, person: SelectablePerson, options: PeopleOptions) -> bool:
        """Whether another person who leads and moves may still complete a rep."""
        leading = max(self.people, key=self._prominence)
        return (
            leading is not person
            and leading.t_seen == self.t
            and self.t - leading.t_found <= options.quiet_s
            and leading.speed > _MOVING_M_PER_S
        )

    def _prominence(self, person: SelectablePerson) -> float:
        return person.size * (_SUBJECT if person is self.subject else 1.0)
