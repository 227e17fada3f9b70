"""Progress over many workouts: personal records, streak, weekly goal, trends, and a comparison of two workouts.

The window, the page and the commands all use these figures. Workouts without a rep or hold are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from fitness.metrics import figures
from fitness.metrics.figures import SetFigures, set_figures
from fitness.recognition.exercises import is_held
from fitness.session.store import WEEKLY_GOAL, SessionRow, SetRow, Workout

RecordKind: TypeAlias = Literal["set", "workout", "weight"]


@dataclass(frozen=True, slots=True)
class Record:
    """A personal record.

    kind: "set", most reps (or seconds) in one set; "workout", most in one workout; "weight", heaviest set, kilograms.
    value: the figure.   session: number of the workout.   day: its date.   set: number of the set; None for "workout".
    """

    exercise: str
    kind: RecordKind
    value: float
    session: int
    day: date
    set: int | None = None

    @property
    def text(self) -> str:
        """ "12 reps in a set", "60 s in a set", "45 reps in a workout", "20 kg"."""
        if self.kind == "weight":
            return f"{self.value:g}{figures.NO_BREAK}kg"
        unit = "s" if is_held(self.exercise) else "rep" if self.value == 1 else "reps"
        return f"{self.value:g}{figures.NO_BREAK}{unit} in a {self.kind}"


@dataclass(frozen=True, slots=True)
class Streak:
    """Weeks in a row with training.   weeks: the current streak.   best: the longest streak so far."""

    weeks: int
    best: int


@dataclass(frozen=True, slots=True)
class Week:
    """One week, Monday to Sunday.   monday: its first day.   days: days with training.   goal: planned days of
    training.
    """

    monday: date
    days: tuple[date, ...]
    goal: int

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return len(self.days) >= self.goal


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One exercise on one day.

    reps, sets: totals of the day; seconds for a hold.   best: most reps in one set.   weight_kg: heaviest, or None.
    tempo_s, range_deg: medians over the reps, or None.
    """

    day: date
    reps: int
    sets: int
    best: int
    weight_kg: float | None
    tempo_s: float | None
    range_deg: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of an exercise in two workouts.   before, after: as text; a dash if unknown."""

    exercise: str
    name: str
    before: str
    after: str
    change: str


def trained(workouts: Iterable[Workout]) -> tuple[Workout, ...]:
    """The workouts with at least one rep or hold, oldest first."""
    done = (one for one in workouts if any(a_set.reps for a_set in one.sets))
    return tuple(sorted(done, key=lambda one: (one.row.started_at, one.row.id)))


def records(workouts: Iterable[Workout]) -> dict[str, tuple[Record, ...]]:
    """Exercise -> its personal records. Of equal values, the earliest one is the record."""
    best: dict[tuple[str, RecordKind], Record] = {}
    for workout in trained(workouts):
        for one in _candidates(workout):
            key = (one.exercise, one.kind)
            if key not in best or one.value > best[key].value:
                best[key] = one
    names = sorted({name for name, _ in best})
    return {name: tuple(one for (exercise, _), one in best.items() if exercise == name) for name in names}


def new_records(workouts: Iterable[Workout], session: int) -> tuple[Record, ...]:
    """The records that workout number `session` broke. The first workout of an exercise breaks none."""
    known = trained(workouts)
    workout = next((one for one in known if one.row.id == session), None)
    if workout is None:
        return ()
    earlier = records(one for one in known if _order(one) < _order(workout))
    own = records([workout])
    return tuple(
        one
        for name, found in own.items()
        for one in found
        if any(old.kind == one.kind and one.value > old.value for old in earlier.get(name, ()))
    )


def _order(workout: Workout) -> tuple[object, int]:
    return workout.row.started_at, workout.row.id


def _candidates(workout: Workout) -> Iterable[Record]:
    for exercise, sets in _by_exercise(workout).items():
        day = workout.row.at(sets[0].start_s).date()
        top = max(sets, key=lambda one: one.reps)
        yield Record(exercise, "set", top.reps, workout.row.id, day, top.set)
        yield Record(exercise, "workout", sum(one.reps for one in sets), workout.row.id, day)
        loaded = [(one.weight_kg, one.set) for one in sets if one.weight_kg]
        if loaded:
            weight, number = max(loaded)
            yield Record(exercise, "weight", weight, workout.row.id, day, number)


def _by_exercise(workout: Workout) -> dict[str, list[SetRow]]:
    found: dict[str, list[SetRow]] = {}
    for one in workout.sets:
        if one.reps:
            found.setdefault(one.exercise, []).append(one)
    return found


def days_trained(rows: Iterable[SessionRow]) -> tuple[date, ...]:
    """The days with training, each once, in order. A workout belongs to the day on which it began."""
    return tuple(sorted({row.started_at.date() for row in rows if any(row.totals.values())}))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def streak(rows: Iterable[SessionRow], today: date) -> Streak:
    """The streak. A current week without training does not count yet, but does not end the streak."""
    weeks = sorted({_monday(day) for day in days_trained(rows) if day <= today})
    runs: list[list[date]] = []
    for week in weeks:
        if runs and week - runs[-1][-1] == timedelta(weeks=1):
            runs[-1].append(week)
        else:
            runs.append([week])
    goes_on = bool(runs) and runs[-1][-1] >= _monday(today) - timedelta(weeks=1)
    return Streak(len(runs[-1]) if goes_on else 0, max(map(len, runs), default=0))


def week_of(rows: Iterable[SessionRow], today: date, goal: int = WEEKLY_GOAL) -> Week:
    """The week of `today` and its days with training."""
    monday = _monday(today)
    days = tuple(day for day in days_trained(rows) if _monday(day) == monday)
    return Week(monday, days, goal)


def trend(workouts: Iterable[Workout], exercise: str) -> tuple[TrendPoint, ...]:
    """The trend of an exercise: one point for each day on which it was done."""
    days: dict[date, list[Workout]] = {}
    for workout in trained(workouts):
        if exercise in _by_exercise(workout):
            days.setdefault(workout.row.started_at.date(), []).append(workout)
    return tuple(_point(day, exercise, found) for day, found in sorted(days.items()))


def _point(day: date, exercise: str, workouts: Sequence[Workout]) -> TrendPoint:
    sets = [one for workout in workouts for one in _by_exercise(workout).get(exercise, ())]
    found = _figures(workouts, exercise)
    weights = [one.weight_kg for one in sets if one.weight_kg is not None]
    return TrendPoint(
        day=day,
        reps=sum(one.reps for one in sets),
        sets=len(sets),
        best=max(one.reps for one in sets),
        weight_kg=max(weights, default=None),
        tempo_s=found.tempo_s,
        range_deg=found.range_deg,
    )


def _figures(workouts: Iterable[Workout], exercise: str) -> SetFigures:
    """The measured figures of all reps of an exercise; empty for a held exercise."""
    if is_held(exercise):
        return SetFigures()
    return set_figures([rep for workout in workouts for rep in workout.reps if rep.exercise == exercise])


def compare(one: Workout, other: Workout) -> tuple[Compared, ...]:
    """The figures of two workouts side by side, exercise by exercise."""
    names = dict.fromkeys([*_by_exercise(one), *_by_exercise(other)])
    return tuple(row for name in names for row in _compared(name, one, other))


def _compared(exercise: str, one: Workout, other: Workout) -> Iterable[Compared]:
    sets = [_by_exercise(workout).get(exercise, []) for workout in (one, other)]
    measured = [_figures([workout], exercise) for workout in (one, other)]
    unit = f"{figures.NO_BREAK}s" if is_held(exercise) else ""

    def whole(value: float) -> str:
        return f"{value:.0f}{unit}"

    def plain(value: float) -> str:
        return f"{value:.0f}"

    rows: list[tuple[str, list[float | None], Callable[[float], str]]] = [
        ("Seconds" if unit else "Reps", [float(sum(s.reps for s in found)) for found in sets], whole),
        ("Sets", [float(len(found)) for found in sets], plain),
        ("Best set", [float(max((s.reps for s in found), default=0)) for found in sets], whole),
    ]
    named: list[tuple[str, Callable[[SetFigures], float | None], Callable[[float], str]]] = [
        ("Tempo", lambda f: f.tempo_s, figures.seconds),
        ("Way down", lambda f: f.down_s, figures.seconds),
        ("Way up", lambda f: f.up_s, figures.seconds),
        ("Range", lambda f: f.range_deg, figures.degrees),
        ("Speed lost", lambda f: f.speed_loss, figures.percent),
    ]
    rows += [(name, [value(each) for each in measured], text) for name, value, text in named]
    for name, (before, after), text in rows:
        if before is None and after is None:
            continue
        shown = [figures.UNKNOWN if value is None else text(value) for value in (before, after)]
        yield Compared(exercise, name, shown[0], shown[1], _change(before, after, text))


def _change(before: float | None, after: float | None, text: Callable[[float], str]) -> str:
    """The difference, such as "+0.3 s"; a dash if a value is unknown. The sign is that of the rounded difference."""
    if before is None or after is None:
        return figures.UNKNOWN
    change = text(abs(after - before))
    sign = "" if change == text(0.0) else "+" if after > before else "-"
    return sign + change
