"""The screen, the store, the report and the tables have the same figures of a session."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from statistics import median

import numpy as np
import pytest

from fitness.coach import CoachOptions, SetSummary
from fitness.media.info import SourceInfo
from fitness.metrics.figures import degrees, percent, seconds, set_figures
from fitness.pipeline.settings import Settings, classifier, counter
from fitness.pipeline.workout import Workout
from fitness.report import measure_stored
from fitness.report.view import session_view
from fitness.session.exports import format_named
from fitness.session.store import Store
from fitness.session.store import Workout as StoredWorkout
from fitness.types import Frame, FrameResult
from scripts.benchmarks.session_net import workout_log
from tests.support.store_cases import START

_IMAGE = np.zeros((4, 4, 3), np.uint8)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workout, Store]]:
    """Squats, push-ups and squats again, from recordings; one set is ended by hand, and two are corrected."""
    log, settings = workout_log(), Settings()
    fitted = classifier(settings)
    workout = Workout(
        CoachOptions(get_ready_s=0),
        lambda name, ids: counter(settings.with_exercise(name), fitted, ids),
    )
    with Store.open(tmp_path_factory.mktemp("one") / "s.sqlite3") as store:
        live = store.begin(SourceInfo("camera", 0.0, 10.0, 64, 48, 0), {}, started_at=START)
        pressed: set[str] = set()
        for index, (t, people) in enumerate(log.people()):
            pose, classification, count = workout.step(people, t)
            result = FrameResult(
                Frame(_IMAGE, t, index), pose, classification, count, others=tuple(people[1:])
            )
            state = workout.take(result)
            live.add(result)
            if state.total == 2 and "n" not in pressed:
                pressed.add("n")
                workout.coach.next_set(t)
            if state.exercise == "push-up" and state.reps == 3 and "+" not in pressed:
                pressed.add("+")
                workout.coach.correct(1, t)
            if (sets := workout.news()) is not None:
                live.arrange(sets)
        workout.coach.finish(t)
        workout.coach.correct(-1, t)
        live.end(sets=workout.sets)
        assert pressed == {"n", "+"}
        yield workout, store


def stored(store: Store) -> StoredWorkout:
    (row,) = store.sessions()
    return store.workout(row.id)


def test_reps_are_the_same_everywhere(trained: tuple[Workout, Store]) -> None:
    """Corrected and counted reps of every set, and the totals."""
    workout, store = trained
    screen = [(one.number, one.exercise, one.reps, one.counted) for one in workout.coach.summaries()]
    assert len(screen) >= 4 and any(reps != counted for *_, reps, counted in screen)
    kept = stored(store)
    assert [(one.set, one.exercise, one.reps, one.counted) for one in kept.sets] == screen
    beside = format_named("csv").beside
    assert beside is not None
    table = csv.DictReader(io.StringIO(beside[1]([kept]).decode()))
    assert [
        (int(row["set"]), row["exercise"], int(row["reps"]), int(row["counted_reps"])) for row in table
    ] == screen
    report = session_view(measure_stored(kept, store.load(kept.row.id)))
    shown = [f"{reps} ({counted} counted)" if reps != counted else str(reps) for *_, reps, counted in screen]
    assert [row["reps"] for row in report["sets"]] == shown
    totals: dict[str, int] = {}
    for _, exercise, reps, _ in screen:
        totals[str(exercise)] = totals.get(str(exercise), 0) + reps
    assert kept.row.totals == totals and workout.coach.state(1e9).total == sum(totals.values())


def test_figures_are_the_same_everywhere(trained: tuple[Workout, Store]) -> None:
    """Tempo, way down and up, range and speed lost of every set are equal everywhere; a rep's duration is the sum
    of its parts.
    """
    workout, store = trained
    kept = stored(store)
    report = session_view(measure_stored(kept, store.load(kept.row.id)))["sets"]
    whole = format_named("csv").whole
    assert whole is not None
    table = list(csv.DictReader(io.StringIO(whole([kept]).decode())))
    for one, row in zip(workout.coach.summaries(), report, strict=True):
        rows = [each for each in table if (each["set"], each["exercise"]) == (str(one.number), one.exercise)]
        assert len(rows) == one.counted
        assert one.figures == set_figures([rep for rep in kept.reps if rep.set == one.number])
        if rows:
            agree(one, row, rows)
    for each in table:
        parts = [each[name] for name in ("eccentric_s", "pause_turn_s", "concentric_s")]
        if all(parts):
            assert float(each["duration_s"]) == pytest.approx(sum(map(float, parts)), abs=0.002)
            assert (each["lowering_s"], each["lifting_s"]) == (each["eccentric_s"], each["concentric_s"])


def agree(one: SetSummary, report: dict[str, str], rows: list[dict[str, str]]) -> None:
    """The screen's card, the report's row and the table's rows of one set."""
    figures, card = one.figures, dict(one.rows)
    assert figures.tempo_s is not None
    assert card["Tempo"] == f"{report['rep']} a rep" == f"{seconds(figures.tempo_s)} a rep"
    assert card["Way down, way up"] == f"{report['down']}, {report['up']}"
    assert figures.tempo_s == pytest.approx(median(float(row["duration_s"]) for row in rows), abs=0.001)
    if figures.range_deg is not None:
        assert card["Range"].startswith(report["range"]) and report["range"] == degrees(figures.range_deg)
    assert report["loss"] == percent(figures.speed_loss)
    if figures.speed_loss is not None:
        assert card["Speed lost"] == report["loss"]
