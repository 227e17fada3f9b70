"""Options of a recogniser: the exercise, and the thresholds by which it is recognised."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.options import bounded, check_options, of_type
from fitness.recognition.exercises import AUTO, exercises_named
from fitness.recognition.rep_candidate import CounterOptions
from fitness.recognition.unknown_options import UnknownExerciseOptions


@dataclass(frozen=True, slots=True)
class RecogniserOptions:
    """Options of a `Recogniser`.

    exercise: a built-in exercise, one of `taught`, "auto" for all, or "any" for all repeated motion without a name.
    counter: thresholds of the counters of joint angles.
    score_smoothing_s: time constant of the class scores for display, seconds.
    active_smoothing_s: time constant of the votes that recognise the current exercise, seconds.
    active_share: minimum share of the votes for an exercise to be the current one.
    active_bottom: minimum share for its bottom class, so that standing is not taken for a squat.
    idle_s: the current exercise ends if it is not recognised for this time, seconds.
    seen_share: minimum mean visibility of the needed joints; below it nothing can be measured.
    rest_s: a pause of this length begins a new set, seconds.
    taught: names of taught exercises, which "auto" counts, too.
    count_partials: count partial reps, too, and mark them.
    whole_reps: in "auto", recognise whole swings with the trajectory model and check squats and push-ups with it; if False,
        joint angles alone decide.
    unseen: which unknown exercises "auto" counts while it recognises no known one; None for none.
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
