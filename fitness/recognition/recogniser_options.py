"""What a recogniser looks for, and by which times and shares it says what is going on."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.options import bounded, check_options, of_type
from fitness.recognition.exercises import AUTO, exercises_named
from fitness.recognition.rep_candidate import CounterOptions
from fitness.recognition.unknown_exercise import UnknownExerciseOptions


@dataclass(frozen=True, slots=True)
class RecogniserOptions:
    """exercise: a known exercise, one of `taught`, "auto", or "any": whatever repeats, its name unknown.
    counter: thresholds of the rep counter.
    score_smoothing_s: time constant of the class scores that are shown.
    active_smoothing_s: time constant by which the running exercise is recognised.
    active_share: share of votes for its classes from which on an exercise is running.
    active_bottom: share for its bottom class that must have been reached (standing still is no squat).
    idle_s: an exercise is over after so long without it being recognised.
    seen_share: mean visibility of the needed joints below which nothing can be measured.
    rest_s: a pause of this length or more begins a new set.
    taught: names of the exercises that the user taught; "auto" looks for them too.
    count_partials: reps that did not go far enough are counted too, and marked.
    whole_reps: in "auto", name whole swings and check those of squats and push-ups; False: joint angles alone decide.
    unseen: what "auto" counts as unknown exercise while it recognises none; None for nothing.
    """

    exercise: str = AUTO
    counter: CounterOptions = of_type(CounterOptions, CounterOptions)
    score_smoothing_s: float = bounded(0.12, above=0)
    active_smoothing_s: float = bounded(0.5, above=0)
    active_share: float = bounded(0.6, low=0, high=1)
    active_bottom: float = bounded(0.3, low=0, high=1)
    idle_s: float = bounded(4.0, above=0)
    seen_share: float = bounded(0.4, low=0, high=1)
    rest_s: float = bounded(8.0, above=0)
    taught: tuple[str, ...] = ()
    count_partials: bool = False
    whole_reps: bool = True
    unseen: UnknownExerciseOptions | None = of_type(
        UnknownExerciseOptions, UnknownExerciseOptions, optional=True
    )

    def __post_init__(self) -> None:
        check_options(self)
        if self.exercise not in self.taught:
            exercises_named(self.exercise, self.taught)
