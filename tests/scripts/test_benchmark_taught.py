"""`scripts/bench counting taught`: nobody is among both the teachers or the reference and the tested people."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from fitness.teach.reference import Reference, load_reference
from scripts.benchmarks import taught
from scripts.benchmarks.taught import Material, TaughtScore, material, reference_without, score_taught


@pytest.fixture(scope="module")
def of() -> Material:
    return material()


def test_tested_people_are_not_in_the_reference(of: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tested people neither teach nor are in the reference; teachers are there with other exercises only."""
    references: list[Any] = []
    fit = taught.fit

    def watched(learned: Any, reference: Any) -> Any:
        references.append(reference)
        return fit(learned, reference)

    monkeypatch.setattr(taught, "fit", watched)
    scores = score_taught(of, "lunge", 1, sets=1)
    assert list(scores) == ["by name", "in auto"]
    assert all(one.tests and one.minutes > 0 and one.sets == 1 for one in scores.values())
    own = {one.group for one in of.clips.values() if one.exercise == "lunge" and one.reps}
    assert len(references) == 2
    left = [{group for name, group in clips_with_swings(one) if name == "lunge"} for one in references]
    assert left[0] and left[1] and not left[0] & left[1]
    assert len(own - left[0] - left[1]) >= 1  # the teacher, in neither half


def clips_with_swings(reference: Reference) -> set[tuple[str, str]]:
    """(exercise, person) of each clip that has swings in the reference."""
    return {
        (reference.clip_exercises[clip], reference.groups[clip])
        for joint in reference.joints.values()
        for clip in joint.clip.tolist()
    }


def test_samples_of_tested_people_and_their_exercises_are_left_out() -> None:
    """Their swings are removed and all others stay, including other exercises of the teachers."""
    whole = load_reference()
    person = whole.groups[0]
    every = clips_with_swings(whole)
    teacher = next(group for name, group in sorted(every) if name == "squat" and group != person)
    left = clips_with_swings(reference_without(whole, "squat", {person}, {teacher}))
    assert left == {one for one in every if one[1] != person and one != ("squat", teacher)} and left


def test_too_few_people_give_no_score(of: Material) -> None:
    """An exercise can be tested only if there is a person who did not teach it."""
    assert score_taught(of, "lunge", 1000) == {}


def test_scores_add_up() -> None:
    """The row of all exercises has the shares of all tests."""
    false = Counter(march=3)
    whole = TaughtScore([(True, True), (False, True)], false_reps=3, minutes=2.0, false_clips=false, sets=1)
    whole.add(TaughtScore([(False, False), (False, False)], minutes=4.0, sets=2, refused=1))
    row = whole.row("all")
    assert (row["clips"], row["exact"], row["within_one"], row["per_minute"]) == (4, 0.25, 0.5, 0.5)
    assert list(whole.lines()) == [
        "sets that could not be taught: 1 of 3",
        "most false reps: march 3",
    ]
