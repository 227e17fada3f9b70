"""Cross-checks a taught exercise: counts its own clip, and each half of the clip by what the other half teaches."""

from __future__ import annotations

from collections.abc import Sequence

from fitness.errors import OptionError
from fitness.recognition.recogniser import RecogniserOptions
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.taught_recogniser import recogniser_with
from fitness.teach.clips import TeachingClip, clip_lesson, taught_from_clips
from fitness.types import Count, JsonDict, Pose


def count(taught: TaughtExercise, poses: list[Pose], *, sure: bool = False) -> int:
    """Number of reps that the taught exercise counts in `poses`, which are in order of time.

    Reps that are still pending at the end count, as they do at the end of a recording.

    Args:
        sure: count with as much evidence as in "auto", not as if the user had named the exercise.
    """
    options = RecogniserOptions(exercise=taught.name, taught=(taught.name,))
    recogniser = recogniser_with(taught.classifier, options, [taught], sure=sure)
    counted = Count({})
    for pose in poses:
        counted = recogniser.step(pose, pose.t)[1]
    pending = sum(rep.exercise == taught.name for rep in counted.pending)
    return counted.totals.get(taught.name, 0) + pending


def trials(name: str, taught: TaughtExercise, clips: Sequence[TeachingClip]) -> list[JsonDict]:
    """JSON values for each clip that teaches: its `source`, and as in `trial`. Only a single clip is halved.

    Raises:
        OptionError: the reps of a clip cannot be separated.
    """
    if len(clips) == 1:
        clip = clips[0]
        return [{"source": clip.source} | trial(name, taught, clip.source, clip.poses, clip.reps)]
    return [
        {"source": clip.source, "reps": clip.reps, "counted": count(taught, clip.poses), "halves": []}
        for clip in clips
    ]


def trial(name: str, taught: TaughtExercise, source: str, poses: list[Pose], reps: int) -> JsonDict:
    """JSON values: `counted` of `reps` in the whole clip, and `halves`, such as "2 of 3", from 4 reps on.

    The second half is counted by what the first half teaches, then the first half by what the second half teaches. A half
    that teaches nothing is left out.

    Raises:
        OptionError: the reps of the clip cannot be separated.
    """
    document: JsonDict = {"reps": reps, "counted": count(taught, poses), "halves": []}
    if reps < 4:
        return document
    first = reps // 2
    cut = clip_lesson(name, TeachingClip(source, poses, reps)).up_s[first]
    halves = [p for p in poses if p.t <= cut], [p for p in poses if p.t >= cut]
    amounts = first, reps - first
    for learned, held in ((0, 1), (1, 0)):
        try:
            _, own = taught_from_clips(name, [TeachingClip(source, halves[learned], amounts[learned])])
            answer = count(own, halves[held])
        except OptionError:
            continue
        document["halves"].append(f"{answer} of {amounts[held]}")
    return document
