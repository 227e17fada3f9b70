"""Partial reps are recorded and not counted; reps whose range shrinks with fatigue are all counted."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.drawing.overlay import Overlay
from fitness.metrics.form import PARTIAL
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.types import Count, Frame, FrameResult
from scripts.figure import Idle, Reps
from tests.support.rep_clips import clip_of, counted, fitted, poses

DEPTHS = (1.0, 1.0, 1.0, 0.42, 1.0, 1.0)


@pytest.mark.parametrize("exercise", ["squat", "push-up", "biceps-curl", "lateral-raise", "pull-up"])
def test_a_range_that_shrinks_by_a_third_loses_no_rep(exercise: str) -> None:
    """15 reps, the last one 30 % shallower than the first."""
    depths = tuple(np.linspace(1.0, 0.7, 15))
    clip = clip_of(Idle(0.6), Reps(exercise, 15, depth=depths), Idle(0.4), yaw_deg=60)
    session = counted(exercise, poses(clip, 15))
    done = [rep for rep in session.reps if rep.t_peak < clip.truth.reps[-1].t_end]
    assert len(done) == 15 and not any(rep.partial for rep in done)
    depth = [rep.record.depth for rep in done]
    assert depth[0] == 1 and depth[-1] is not None and 0.5 < depth[-1] < 0.85


@pytest.mark.parametrize("exercise", ["squat", "lateral-raise"])
@pytest.mark.parametrize("count_partials", [False, True])
def test_a_rep_of_less_than_half_is_partial(exercise: str, count_partials: bool) -> None:
    """The fourth of six goes two fifths of the way: it is a partial rep, counted only if the option says so."""
    clip = clip_of(Idle(0.6), Reps(exercise, 6, depth=DEPTHS), Idle(0.8), yaw_deg=60)
    session = counted(exercise, poses(clip, 15), count_partials=count_partials)
    odd = clip.truth.reps[3].t_peak
    assert session.totals == {exercise: 6 if count_partials else 5}
    (partial,) = [rep for rep in (*session.reps, *session.partials) if rep.partial]
    assert partial.t_peak == pytest.approx(odd, abs=0.3) and 0 < partial.confidence <= 1
    assert partial.record.depth is not None and partial.record.depth < 0.65
    if count_partials:
        assert [rep.number for rep in session.reps] == [1, 2, 3, 4, 5, 6] and not session.partials
    else:
        assert partial.number == 0 and partial.set == 1 and session.partials == (partial,)


@pytest.mark.parametrize("exercise", ["squat", "push-up"])
def test_partial_reps_are_found_in_auto(exercise: str) -> None:
    """The trajectory model would count the partial rep, too; the counter of the joint angle finds that it is partial."""
    clip = clip_of(Idle(0.6), Reps(exercise, 6, depth=DEPTHS), Idle(0.8), yaw_deg=60)
    stream, odd = poses(clip, 15), clip.truth.reps[3].t_peak
    session = counted("auto", stream)
    assert session.totals == {exercise: 5}
    (partial,) = session.partials
    assert partial.t_peak == pytest.approx(odd, abs=0.3)
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise="auto"))
    every = [recogniser.step(pose, pose.t)[1].pending for pose in stream]
    whole = sum(any(abs(rep.t_peak - odd) < 0.3 for rep in pending) for pending in every)
    assert whole <= 8  # pending as a whole rep for half a second at most, until the counter has seen its end


def test_a_partial_rep_is_shown_on_the_frame() -> None:
    """The recogniser gives the cue once, and the frame shows it."""
    clip = clip_of(Idle(0.6), Reps("squat", 5, depth=DEPTHS[:5]), Idle(0.8))
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise="squat"))
    cues = [count.cue for pose in poses(clip, 15) for count in [recogniser.step(pose, pose.t)[1]]]
    assert 20 <= cues.count(PARTIAL) <= 46  # 1.5 to 3 seconds
    image = np.full((240, 320, 3), 90, np.uint8)
    plain, with_cue = (
        Overlay().draw(FrameResult(Frame(image, 0.0, 0), None, None, Count({}, cue=cue)))
        for cue in (None, PARTIAL)
    )
    assert not np.array_equal(plain, with_cue)
