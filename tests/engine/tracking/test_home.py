"""The place where a person stays, and a person who is back there after the tracks were swapped."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.engine.options import TrackerOptions
from fitness.engine.tracking.filtered_person import Person
from fitness.engine.tracking.home import Home
from fitness.engine.tracking.id_switch import IdSwitchDetector
from fitness.engine.tracking.reid import Appearance
from fitness.engine.tracking.search import PersonSearch
from fitness.engine.tracking.track import PoseObservation, Track
from fitness.types import Roi
from tests.support.staged import BLUE, HEIGHT, RED, Figure, StagedEstimator, standing

RATE_HZ = 15.0
HOME_X = 200.0


def colours(red: float) -> Appearance:
    return Appearance(np.array([[50, red, 0]] * 4, np.float32), np.ones(4, np.float32))


def seen_at(x: float, colour: tuple[int, int, int], owner: Track | None = None) -> PoseObservation:
    """A person of this colour with the hips at `x` pixels."""
    figure = Figure(standing(x), colour)
    estimator = StagedEstimator(TrackerOptions(), [figure])
    roi = Roi(x, HEIGHT / 2, 2.5 * figure.size, 0.0)
    observation = PersonSearch(estimator).observe(estimator.picture(), roi, owner)  # type: ignore[arg-type]
    assert observation is not None
    return observation


def track_of(
    x: float, colour: tuple[int, int, int], begin_s: float, end_s: float, speed: float = 0.0
) -> Track:
    """A track of a person who stands, or walks with `speed` pixels per second, between these times."""
    first = seen_at(x, colour)
    appearance = first.appearance.read()
    track = Track(Person(TrackerOptions()), first.points, first.size, begin_s, appearance=appearance)
    for t in np.arange(begin_s, end_s, 1 / RATE_HZ):
        track.see(seen_at(x + speed * (t - begin_s), colour, track), float(t))
    return track


def swaps(resident: Track, other: Track, observation: PoseObservation, frames: int) -> list[int]:
    """The frames on which the other's observation is found to be the resident's, who is hidden since 2 s."""
    detector = IdSwitchDetector()
    return [
        frame
        for frame in range(1, frames + 1)
        if detector.came_home({other: observation}, [resident, other], 2.0 + frame / RATE_HZ)
        == [(resident, other)]
    ]


def test_a_person_at_the_home_position_in_the_same_clothes_is_the_resident() -> None:
    """A bystander came close, the tracks were swapped, and the bystander's track now shows the resident."""
    resident = track_of(HOME_X, RED, 0.0, 2.0)
    other = track_of(500.0, BLUE, 1.0, 2.0, speed=-280)
    assert swaps(resident, other, seen_at(HOME_X + 5, RED, other), 8)[:1] == [4]


@pytest.mark.parametrize(
    ("x", "colour"), [(HOME_X, BLUE), (HOME_X + 150, RED)], ids=["other clothes", "elsewhere"]
)
def test_a_bystander_is_not_the_resident(x: float, colour: tuple[int, int, int]) -> None:
    """A person who stops in front of the resident, or elsewhere in the same clothes, keeps a separate track."""
    resident = track_of(HOME_X, RED, 0.0, 2.0)
    other = track_of(500.0, BLUE, 1.0, 2.0, speed=-280)
    assert swaps(resident, other, seen_at(x, colour, other), 30) == []


def test_the_first_person_is_not_mistaken_for_the_resident() -> None:
    """Two people in the same clothes at the same place: the later one leaves."""
    early, late = track_of(HOME_X, RED, 0.0, 2.0), track_of(HOME_X + 40, RED, 0.6, 2.0)
    assert swaps(late, early, seen_at(HOME_X, RED, early), 8) == []


def test_a_large_bystander_in_front_does_not_change_the_home() -> None:
    """Neither the size of the home nor the time of the last visit changes."""
    home = Home(np.array([100.0, 100.0]), 80.0, 0.0)
    for t in np.arange(0, 3, 0.1):
        home.see(np.array([100.0, 100.0]), 80.0, None, float(t))
    for t in np.arange(3, 5, 0.1):
        home.see(np.array([110.0, 100.0]), 160.0, None, float(t))
    assert home.size == pytest.approx(80.0) and home.t == pytest.approx(2.9)
    assert home.fits(np.array([100.0, 100.0]), 80.0, 5.0)


def test_a_bystander_of_similar_size_moves_the_home_only_a_little() -> None:
    """Two seconds in front of a person who stayed for ten: the place and the colours stay nearly the same."""
    home = Home(np.array([100.0, 100.0]), 80.0, 0.0)
    for t in np.arange(0, 10, 0.1):
        home.see(np.array([100.0, 100.0]), 80.0, colours(20.0), float(t))
    for t in np.arange(10, 12, 0.1):
        home.see(np.array([150.0, 100.0]), 80.0, colours(25.0), float(t))
    assert home.distance(np.array([100.0, 100.0])) < 0.15
    assert home.appearance is not None and home.appearance.colours[0, 1] < 21.0
