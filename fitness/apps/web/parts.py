"""Objects that live workouts and recordings of a server share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fitness.apps.web.dependencies import Dependencies, Limits
from fitness.apps.web.inference import Inference
from fitness.apps.web.taught import Exercises


@dataclass(frozen=True, slots=True)
class Parts:
    """services: the dependencies that the server was started with.   exercises: all that can be counted, including
    taught ones.

    inference: the thread of the models.   limits: of one browser.
    """

    services: Dependencies
    exercises: Exercises
    inference: Inference
    limits: Limits


def now() -> datetime:
    """The current time with its UTC offset."""
    return datetime.now().astimezone()
