"""Form cues: reading them, thresholds between faults and good form, one text at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import OptionError
from fitness.metrics.form import Cue, CueShow
from fitness.metrics.form.measures import hip_sag
from fitness.metrics.record.motion import Motion
from fitness.recognition.exercises import EXERCISES, exercises_named, read_exercises
from fitness.recognition.exercises.reading import read_exercise
from fitness.skeleton import Landmark
from fitness.types import Rep
from scripts.figure import EXERCISES as FIGURE_EXERCISES
from scripts.figure import Idle, Reps
from tests.support.rep_clips import clip_of, counted, poses

FOLDER = Path(str(EXERCISES and __import__("fitness.recognition.exercises", fromlist=["x"]).__file__)).parent
NAMES = [name for name, exercise in EXERCISES.items() if not exercise.hold and name in FIGURE_EXERCISES]
"""The exercises that the figure can do."""


@pytest.mark.parametrize("exercise", NAMES)
def test_every_exercise_has_cues_that_good_form_does_not_give(exercise: str) -> None:
    """Correct reps of the figure get no cue, from the front and the side."""
    assert EXERCISES[exercise].cues
    for yaw_deg in (0.0, 80.0):
        session = counted(
            exercise, poses(clip_of(Idle(0.6), Reps(exercise, 2), Idle(0.8), yaw_deg=yaw_deg), 15)
        )
        assert [rep.cues for rep in session.reps] == [()] * 2


@pytest.mark.parametrize(
    ("exercise", "depth", "cue"),
    [("squat", 0.7, "deeper"), ("push-up", 0.55, "deeper"), ("biceps-curl", 0.65, "higher"),
     ("lateral-raise", 0.7, "higher")],
)  # fmt: skip
def test_shallow_reps_get_a_cue(exercise: str, depth: float, cue: str) -> None:
    """Reps that go only part of the way are counted or partial; each has the cue for it."""
    session = counted(exercise, poses(clip_of(Idle(0.6), Reps(exercise, 2, depth=depth), Idle(0.8)), 15))
    done = sorted(session.reps + session.partials, key=lambda rep: rep.t_peak)[:2]
    assert len(done) == 2 and all(cue in rep.cues for rep in done)


def test_a_fast_drop_gets_a_cue() -> None:
    """A squat of 0.5 s down and up."""
    session = counted("squat", poses(clip_of(Idle(0.6), Reps("squat", 2, seconds=0.55), Idle(0.8)), 30))
    assert all("slower" in rep.cues for rep in session.reps) and session.reps


# --- the files ---

WHOLE = (FOLDER / "squat.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('joint = "knee"\nlimb', 'joint = "ankle"\nlimb', "joint must be one of"),
        ("max_turn_deg", "max_turn", "no key 'max_turn'"),
        ("usual_range_deg = 95\n", "", "usual_range_deg' is missing"),
        ("[0, 60]", "[60, 0]", "lower value first"),
        ('name = "squat"', 'name = "lunge"', "name must be 'squat'"),
        ('"hip", "knee", "ankle"]', '"hip", "tail"]', "no landmark 'tail'"),
        ('measure = "thigh_drop"', 'measure = "charm"', "no measure 'charm'"),
        ('op = "<"', 'op = "="', "op must be"),
        ('phase = "turn"', 'phase = "night"', "phase must be"),
        ("threshold = 60", 'threshold = "low"', "deeper"),
        ('first = "lowering"', 'first = "falling"', "first must be"),
        ("rank = 1", "rank = ", "squat.toml"),
    ],
)  # fmt: skip
def test_broken_files_are_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    """The file and what is wrong are named."""
    assert old in WHOLE
    path = tmp_path / "squat.toml"
    path.write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OptionError, match=words) as caught:
        read_exercise(path)
    assert str(caught.value).startswith("squat.toml")


def test_an_exercise_is_one_file(tmp_path: Path) -> None:
    """The example in docs/guides/extending.md is a valid exercise; exercises with a rank come before it."""
    page = (Path(__file__).parents[2] / "docs" / "guides" / "extending.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    (tmp_path / "good-morning.toml").write_text(example, encoding="utf-8")
    (tmp_path / "squat.toml").write_text(WHOLE, encoding="utf-8")
    found = read_exercises(tmp_path)
    assert list(found) == ["squat", "good-morning"]
    assert found["good-morning"].cues[0].id == "soft-knees" and found["squat"] == exercises_named("squat")[0]


def test_cues_say_where_their_thresholds_come_from() -> None:
    """Every cue has a source, a short text, and an id of its own in its exercise."""
    for exercise in EXERCISES.values():
        assert len({cue.id for cue in exercise.cues}) == len(exercise.cues)
        for cue in (*exercise.cues, *exercise.hold):
            assert cue.source and 0 < len(cue.text) <= 40 and exercise.cue_text(cue.id) == cue.text
    with pytest.raises(OptionError, match="no measure"):
        Cue("a", "b", "record.nothing", "<", 1.0)


# --- one at a time ---


def test_a_cue_stays_on_screen_and_is_given_once_per_rep() -> None:
    """A cue that comes before 1.5 s are over does not replace it; the same rep does not show it twice."""
    show, rep = CueShow(min_show_s=1.5, show_s=3.0), Rep("squat", 1, 1, 0.0, 0.5, 1.0, 0.9, id=1)
    show.offer("deeper", 1.0, rep)
    show.offer("lean", 2.0, rep)
    assert show.shown(2.0) == "deeper"
    show.offer("lean", 2.6, rep)
    assert show.shown(2.6) == "lean"
    show.offer("deeper", 4.5, rep)
    assert show.shown(5.7) is None
    show.offer("deeper", 6.0, Rep("squat", 1, 2, 5.0, 5.5, 6.0, 0.9, id=2))
    assert show.shown(6.0) == "deeper"


@given(st.lists(st.tuples(st.floats(0.01, 2.0), st.sampled_from("abc")), max_size=40))
def test_shown_cues_stay_long_enough_to_read(offers: list[tuple[float, str]]) -> None:
    """Whenever other cues come, a shown text stays for 1.5 s."""
    show, t, since, text = CueShow(), 0.0, 0.0, None
    for step, offered in offers:
        t += step
        show.offer(offered, t)
        if show.shown(t) != text:
            assert text is None or t - since >= 1.5
            text, since = show.shown(t), t


def test_show_times_must_be_in_order() -> None:
    """A cue cannot stay longer than it is shown."""
    with pytest.raises(OptionError, match="min_show_s"):
        CueShow(3.0, 1.5)


@pytest.mark.parametrize("down", [-0.2, 0.0, 0.1, 0.2])
@pytest.mark.parametrize("deep", [0.0, 0.15])
def test_hips_sag_by_how_far_they_hang_below_the_line(down: float, deep: float) -> None:
    """Lying along x, hips midway and `down` metres below the line: twice the angle of one half; depth bends nothing."""
    points = np.zeros((4, 33, 3))
    for side in ("LEFT", "RIGHT"):
        for part, place in {"SHOULDER": (-0.5, 0, 0), "HIP": (0, down, deep), "KNEE": (0.5, 0, 0)}.items():
            points[:, Landmark[f"{side}_{part}"]] = place
    motion = Motion.of(np.arange(4) / 10, points, np.ones((4, 33), np.float32))
    length = np.sqrt(0.25 + down**2 + deep**2)
    assert hip_sag(motion, ("left", "right")) == pytest.approx(2 * np.degrees(np.arcsin(down / length)))
    sag, pike = (next(cue for cue in EXERCISES["push-up"].cues if cue.id == name) for name in ("sag", "pike"))
    value = float(hip_sag(motion, ("left",))[0])
    assert (value > sag.threshold) == (down == 0.2) and (value < pike.threshold) == (down == -0.2)
