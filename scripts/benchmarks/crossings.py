"""Composes bystanders into clips of one person: the count must stay that of the clip alone.

The composed frames are tracked once and kept as a landmark log of all people, so that the selection of the person and the
counting can be measured again without the networks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from fitness.media.info import SourceInfo
from fitness.pipeline.loop import Counter as PeopleCounter
from fitness.pipeline.loop import finished
from fitness.session import LandmarkLog, read_landmarks, write_landmarks
from fitness.types import Frame, OtherRep, Pose
from scripts.benchmarks.clips import FrameTracker
from scripts.benchmarks.crossing_cases import ALL, Passer
from scripts.benchmarks.cut_outs import RATE_HZ, CutClip, CutOut, cut_clip, cut_outs, paste


class Composer:
    """Composes crossings out of the clips in a folder.

    Args:
        videos: the folder with the clips.   tracker: makes a tracker with the options `cut_outs.SEGMENTATION`.
    """

    def __init__(self, videos: Path, tracker: Callable[[], FrameTracker]) -> None:
        self._videos, self._tracker = videos, tracker
        self._clips: dict[str, CutClip] = {}
        self._people = cache(self._person)

    def frames(self, base: str, passers: Sequence[Passer]) -> Iterator[Frame]:
        """The frames of a base clip with the bystanders."""
        file, end_s = ALL[base]
        clip = self._clip(file, end_s)
        middle, feet = clip.middle_and_feet
        for number, (image, mask, t) in enumerate(zip(clip.images, clip.masks, clip.t, strict=True)):
            drawn = image.copy()
            height, width = image.shape[:2]
            for passer in passers:
                if (x := passer.x(t, width, middle)) is not None:
                    front = cv2.GaussianBlur(mask, (3, 3), 0).astype(np.float32) / 255
                    paste(
                        drawn,
                        _at(self._people(passer.file, passer.part_s), t),
                        x,
                        feet + passer.lower * height,
                        passer.height * height,
                        mirrored=passer.mirrored,
                        behind=front if passer.behind else None,
                    )
            yield Frame(drawn, t, number)

    def _clip(self, file: str, end_s: float) -> CutClip:
        """The first seconds of a clip; only the last one is kept in memory."""
        if file not in self._clips:
            self._clips = {file: cut_clip(self._videos / file, self._tracker, end_s)}
        return self._clips[file]

    def _person(self, file: str, part_s: tuple[float, float]) -> list[CutOut]:
        return cut_outs(cut_clip(self._videos / file, self._tracker, part_s[1] + 0.1).part(*part_s))


def _at(person: Sequence[CutOut], t: float) -> CutOut:
    """The cut-out at `t` seconds of a clip that is played forwards and backwards."""
    number = int(t * RATE_HZ) % max(1, 2 * len(person) - 2)
    return person[number if number < len(person) else 2 * len(person) - 2 - number]


def tracked(frames: Iterable[Frame], tracker: FrameTracker, name: str, model: str) -> LandmarkLog:
    """The landmark log of all people in composed frames."""
    rows: list[tuple[float, Pose | None]] = []
    others: list[tuple[int, Pose]] = []
    height = width = 0
    for frame in frames:
        height, width = frame.image.shape[:2]
        people = tracker.people(frame)
        others.extend((len(rows), other) for other in people[1:])
        rows.append((frame.t, people[0] if people else None))
    source = SourceInfo(name, rows[-1][0], RATE_HZ, width, height, len(rows))
    return LandmarkLog.of(source, model, rows, others)


def kept(folder: Path | None, name: str, make: Callable[[], LandmarkLog]) -> LandmarkLog:
    """The log that is kept in a folder; it is made and kept if it is not there. None: it is made."""
    if folder is None:
        return make()
    path = folder / f"{name}.landmarks.npz"
    if path.exists():
        return read_landmarks(path)
    folder.mkdir(parents=True, exist_ok=True)
    log = make()
    write_landmarks(path, log)
    return log


@dataclass(frozen=True, slots=True)
class Crossed:
    """The count of one crossing.

    counts: exercise -> reps, with those that are pending at the end.   others: reps of other people.
    """

    counts: Mapping[str, int]
    others: int

    def wrong(self, alone: Crossed) -> int:
        """Reps too few and too many by name, against the count of the clip alone."""
        names = self.counts.keys() | alone.counts.keys()
        return sum(abs(self.counts.get(name, 0) - alone.counts.get(name, 0)) for name in names)


def counted(log: LandmarkLog, counter: PeopleCounter) -> Crossed:
    """Count one log, as a recording is counted."""
    others = 0
    last = None
    for t, people in log.people():
        _, _, last = counter.step(people, t)
        others += sum(isinstance(event, OtherRep) for event in last.events)
    if (rest := finished(counter)) is not None:
        last = rest
        others += sum(isinstance(event, OtherRep) for event in last.events)
    assert last is not None
    counts = Counter(last.totals)
    counts.update(rep.exercise for rep in last.pending)
    return Crossed(dict(counts), others)
