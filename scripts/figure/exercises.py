"""The exercises as data: station, seconds per rep, path of the body, and gear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fitness.types import DoubleArray
from scripts.figure import floor_paths, loops, standing_paths
from scripts.figure.anatomy import Anatomy

Station: TypeAlias = Literal["standing", "prone", "supine", "bench", "hanging"]
"""Places of the body between exercises; there is a transition between any two of them."""
Path: TypeAlias = Callable[[Anatomy, float], DoubleArray]
"""(anatomy, depth 0..1) -> (P, D) postures at even phases, from the top (0) to the turning point (1)."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """How one exercise is done.

    name: its slug.   station: where the body is before and after.
    seconds: of an ordinary rep, without pauses; of a hold, for getting there.
    path: the postures; there and back again, or once through when `loop`.   peak: share of a loop at its turning point.
    alternate: every second rep is the mirror image.   held: it is kept for a time, not repeated.
    gear: what is used: "dumbbells", "barbell", "bar", "bench", "wall".
    """

    name: str
    station: Station
    seconds: float
    path: Path
    alternate: bool = False
    loop: bool = False
    peak: float = 0.5
    held: bool = False
    gear: tuple[str, ...] = ()


EXERCISES: Final[dict[str, Exercise]] = {
    exercise.name: exercise
    for exercise in (
        Exercise("squat", "standing", 2.6, standing_paths.squat),
        Exercise("push-up", "prone", 2.2, floor_paths.push_up),
        Exercise("pull-up", "hanging", 2.8, floor_paths.pull_up, gear=("bar",)),
        Exercise("sit-up", "supine", 2.6, floor_paths.sit_up),
        Exercise("lunge", "standing", 2.8, standing_paths.lunge, alternate=True),
        Exercise("jumping-jack", "standing", 1.1, standing_paths.jumping_jack),
        Exercise("biceps-curl", "standing", 2.4, standing_paths.biceps_curl, gear=("dumbbells",)),
        Exercise("overhead-press", "standing", 2.6, standing_paths.overhead_press, gear=("dumbbells",)),
        Exercise("front-raise", "standing", 2.6, standing_paths.front_raise, gear=("dumbbells",)),
        Exercise("lateral-raise", "standing", 2.6, standing_paths.lateral_raise, gear=("dumbbells",)),
        Exercise("bench-press", "bench", 2.6, floor_paths.bench_press, gear=("bench", "barbell")),
        Exercise("deadlift", "standing", 3.0, standing_paths.deadlift, gear=("barbell",)),
        Exercise("burpee", "standing", 4.6, loops.burpee, loop=True, peak=loops.BURPEE_PEAK),
        Exercise("mountain-climber", "prone", 0.9, floor_paths.mountain_climber, alternate=True),
        Exercise("plank", "prone", 0.1, floor_paths.plank, held=True),
        Exercise("wall-sit", "standing", 1.6, standing_paths.wall_sit, held=True, gear=("wall",)),
    )
}
