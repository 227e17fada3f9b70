"""Makes the documents' screenshots of the window's training screen, from the rendered clip that ships with the program.

    python scripts/make_window_pictures.py docs/pictures

One image for each state: getting ready, working, resting, paused and done in landscape; working and resting in portrait.
The figure is rendered, so no real person is shown.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.apps.window.look import Look
from fitness.apps.window.runner import Shown
from fitness.apps.window.view import View
from fitness.coach import CoachOptions, CoachState, Plan, Stage
from fitness.media.source import VideoFile
from fitness.pipeline.loop import results
from fitness.pipeline.settings import Engine, Settings, counter
from fitness.pipeline.workout import Workout
from fitness.types import ImageArray

CLIP = Path(__file__).parents[1] / "fitness" / "apps" / "cli" / "demo" / "clip.mp4"
PLAN = "squat 1x5 rest 30, push-up 1x5"
LANDSCAPE, PORTRAIT = (1280, 720), (540, 960)
QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 85]


def state_name(state: CoachState) -> str | None:
    """The image that a state belongs to, or None."""
    if state.stage is Stage.READY and state.countdown == 2:
        return "ready"
    if state.stage is Stage.WORKING and state.reps == 3 and (state.phase or 0.0) > 0.8:
        return "working"
    if state.stage is Stage.RESTING and (state.rested_s or 0.0) > 1.5 and (state.phase or 0.0) < 0.1:
        return "resting"
    return None


def shown_frames(workout: Workout) -> Iterator[Shown]:
    """Count the clip; yields the state of the workout after each frame."""
    with VideoFile(CLIP) as frames:
        for result in results(frames, Engine(Settings(model="lite")).tracker(), workout):
            yield Shown(result.frame, result, workout.take(result))


def pictures() -> Iterator[tuple[str, ImageArray]]:
    """Name and image of each state."""
    settings = Settings(model="lite")
    workout = Workout(
        CoachOptions(plan=Plan.parse(PLAN)),
        lambda name, ids: counter(settings.with_exercise(name), ids=ids),
    )
    views = {"": (View(), LANDSCAPE), "-upright": (View(), PORTRAIT)}
    look, made, last = Look(streak_weeks=3, date="28 Nov 2026"), set[str](), None
    for shown in shown_frames(workout):
        last, name = shown, state_name(shown.state)
        for ending, (view, size) in views.items():
            drawn = view.draw(shown, look, size, None, [], over=False)
            if name is not None and name + ending not in made and (not ending or name != "ready"):
                made.add(name + ending)
                yield name + ending, drawn
    assert last is not None
    workout.coach.finish(last.frame.t)
    end = Shown(last.frame, last.result, workout.coach.state(last.frame.t))
    yield "done", views[""][0].draw(end, look, LANDSCAPE, None, [], over=True)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures():
        path = folder / f"window-{name}.jpg"
        cv2.imwrite(str(path), picture[..., ::-1], QUALITY)
        print(path)


if __name__ == "__main__":
    main()
