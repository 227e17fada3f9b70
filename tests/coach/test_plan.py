"""Plans: text and files are read, and a wrong plan is refused with one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitness.coach import Plan, PlanItem, read_plan
from fitness.coach.plan_file import plan_of
from fitness.errors import OptionError, SourceError

LINE = "squat 3x8 rest 60, push-up 3x10, plank 3x45s"


def test_a_plan_in_one_line() -> None:
    """Exercises with sets and reps or seconds, and a rest if one is given."""
    plan = Plan.parse(LINE)
    assert plan.items == (
        PlanItem("squat", 3, 8, 60.0),
        PlanItem("push-up", 3, 10),
        PlanItem("plank", 3, 45),
    )
    assert str(plan) == LINE and Plan.parse(str(plan)) == plan
    assert [one.set for one in plan.sets] == [1, 2, 3] * 3
    assert plan.exercises == ("squat", "push-up", "plank")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("squat 8", PlanItem("squat", 1, 8)),
        ("Squat 3×8", PlanItem("squat", 3, 8)),
        ("push up 2x5 rest 30s", PlanItem("push-up", 2, 5, 30.0)),
        ("squat 3x5 @ 62.5kg rest 120", PlanItem("squat", 3, 5, 120.0, 62.5)),
        ("plank 60s", PlanItem("plank", 1, 60)),
        ("plank 2x60", PlanItem("plank", 2, 60)),
        ("jumping-jack 1x20", PlanItem("jumping-jack", 1, 20)),
    ],
)
def test_items_are_read(text: str, wanted: PlanItem) -> None:
    """The number of sets and the unit of a hold may be left out; a weight comes before the rest."""
    (item,) = Plan.parse(text).items
    assert item == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "'' is not an exercise with sets"),
        ("squat", "'squat' is not an exercise with sets"),
        ("3x8", "'3x8' is not an exercise with sets"),
        ("squat 3x8,", "'' is not an exercise"),
        ("squat 3x45s", "squat is counted in reps"),
        ("squat 999x8", "1 to 100 sets"),
        ("squat 0x8", "1 to 100 sets"),
        ("squat 3x8 rest 4000", "rest must be"),
        ("squat 3x8 tempo 3", "is not an exercise with sets"),
        (", ".join(["squat 3x8"] * 51), "1 to 50 exercises"),
    ],
)
def test_a_wrong_plan_is_refused(text: str, words: str) -> None:
    """The message names the part that is wrong."""
    with pytest.raises(OptionError, match=words):
        Plan.parse(text)


def test_exercise_names_are_checked_by_the_caller() -> None:
    """The caller gives the names of the exercises."""

    def named(text: str) -> str:
        if text != "squats":
            raise OptionError(f"exercise '{text}' is not known")
        return "squat"

    assert Plan.parse("squats 3x8", named).exercises == ("squat",)
    with pytest.raises(OptionError, match="'swim' is not known"):
        Plan.parse("swim 3x8", named)


@pytest.mark.parametrize(
    ("text", "wanted"), [("3x12", (3, 12)), ("3×12", (3, 12)), (" 2 X 5 ", (2, 5)), ("12", (1, 12))]
)
def test_targets_are_read(text: str, wanted: tuple[int, int]) -> None:
    """SETSxREPS or REPS, for whatever exercise is done."""
    (item,) = Plan.target(text).items
    assert (item.exercise, item.sets, item.amount) == (None, *wanted)
    assert Plan.target(text).with_exercise("lunge").exercises == ("lunge",)


@pytest.mark.parametrize("text", ["", "x", "3x", "0x5", "3x0", "-3x5", "3x12x2", "999x5", "three", "3x5s"])
def test_wrong_targets_are_refused(text: str) -> None:
    """Anything else is an OptionError that shows what was given."""
    with pytest.raises(OptionError, match="target must be"):
        Plan.target(text)


def test_a_plan_file(tmp_path: Path) -> None:
    """A TOML file can hold the same plan; its rest is for exercises without their own."""
    path = tmp_path / "legs.toml"
    path.write_text(
        'name = "Legs"\nrest = 45\n[[exercise]]\nname = "squat"\nsets = 3\nreps = 8\nrest = 90\nweight_kg = 20\n'
        '[[exercise]]\nname = "plank"\nseconds = 30\n'
    )
    plan = read_plan(path)
    assert plan == Plan((PlanItem("squat", 3, 8, 90.0, 20.0), PlanItem("plank", 1, 30, 45.0)), "Legs")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rest = 60", r"needs \[\[exercise\]\] tables"),
        ("[[exercise]]\nname = 'squat'", "needs reps, or seconds"),
        ("[[exercise]]\nname = 'squat'\nreps = 5\nseconds = 5", "needs reps, or seconds"),
        ("[[exercise]]\nname = 'squat'\nreps = 5.5", "reps must be a whole number"),
        ("[[exercise]]\nname = 'squat'\nreps = 5\nset = 3", "no 'set'; it may have name, sets"),
        ("[[exercise]]\nreps = 5", "needs a name"),
        ("[[exercise]]\nname = 'squat'\nseconds = 45", "squat is counted in reps"),
        ("rest = 'long'\n[[exercise]]\nname = 'squat'\nreps = 5", "rest must be a number"),
        ("name = ", "Invalid value"),
    ],
)
def test_a_wrong_plan_file_is_refused(text: str, words: str, tmp_path: Path) -> None:
    """One sentence with the file and the fault."""
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(SourceError, match=words) as caught:
        read_plan(path)
    assert "plan.toml" in str(caught.value) and "\n" not in str(caught.value)


def test_a_plan_file_that_is_missing_or_too_large(tmp_path: Path) -> None:
    """Each fault gives an error that names it."""
    with pytest.raises(SourceError, match="no such file"):
        read_plan(tmp_path / "none.toml")
    (tmp_path / "big.toml").write_text("#" * 200_000)
    with pytest.raises(SourceError, match="too large"):
        read_plan(tmp_path / "big.toml")


def test_a_plan_from_json_values() -> None:
    """The page sends the same table as JSON."""
    plan = plan_of({"exercise": [{"name": "Push up", "sets": 2, "reps": 5}]})
    assert str(plan) == "push-up 2x5"


def test_a_workout_that_was_done_becomes_a_plan() -> None:
    """Consecutive sets of one exercise and weight become one item with the reps of the best set; empty sets are
    left out.
    """
    sets = [
        ("squat", 8, None), ("squat", 7, None), ("push-up", 0, None), ("push-up", 10, None), ("squat", 5, 20.0),
    ]  # fmt: skip
    plan = Plan.repeating(sets)
    assert str(plan) == "squat 2x8, push-up 1x10, squat 1x5 @ 20kg"
    assert Plan.repeating([("squat", 0, None)]) is None
