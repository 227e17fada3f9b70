"""Measures how well an exercise that was taught from clips of some people counts other people; prints a table.

    python scripts/teach_transfer.py                      every exercise of models/training/, from one and three clips
    python scripts/teach_transfer.py --exercises squat row --clips 1 2 3 --sets 10
    python scripts/teach_transfer.py --json FILE          also write the figures

Nobody is in two places: the exercise is left out of the reference swings, and so are the people that it is tested on. False
reps are counted on the clips of no exercise of a quarter of all people, who are left out of the reference, too. These
clips are mostly near misses, such as marching or arm circles. The last
line of a table has the everyday clips alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.errors import OptionError
from fitness.recognition.taught_swings import IN_AUTO, NAMED, TaughtSwings
from fitness.recognition.trajectory.decoder import DecoderOptions
from fitness.teach.fitting import fit
from fitness.teach.reference import Reference, load_reference
from fitness.teach.replay import count_swings
from fitness.teach.reps import ClipSwings, TaughtReps, swings_of_samples, taught_reps
from scripts.benchmarks.recordings import recordings
from scripts.training.logs import TrainingClip, read_clips

PARTS: Final = 4
EVERYDAY: Final = frozenset(one.file.rpartition(".")[0] or one.file for one in recordings())
"""The recordings of the tests: those without exercise show everyday movements."""
MODES: Final[Mapping[str, DecoderOptions]] = {"named": NAMED, "auto": IN_AUTO}


@dataclass(frozen=True)
class Material:
    """clips: all training clips.   swings: clip -> the swings of each person.   reps: clip -> reps that teaching finds."""

    clips: dict[str, TrainingClip]
    swings: dict[str, list[ClipSwings]]
    reps: dict[str, tuple[ClipSwings, TaughtReps] | None]


@dataclass
class Row:
    """Tests of one exercise.   tests: (right, within one).   false_reps, minutes: on clips of no exercise.

    everyday: the same for those that are no near misses.   refused: sets of which no clip could be taught from.
    """

    tests: list[tuple[bool, bool]] = field(default_factory=list)
    false_reps: int = 0
    minutes: float = 0.0
    everyday_reps: int = 0
    everyday_minutes: float = 0.0
    sets: int = 0
    refused: int = 0

    def add(self, other: Row) -> None:
        """Take in the tests of another exercise."""
        self.tests += other.tests
        for name in ("false_reps", "minutes", "everyday_reps", "everyday_minutes", "sets", "refused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def document(self) -> dict[str, Any]:
        """The figures as JSON values."""
        return {
            "tests": len(self.tests),
            "exact": float(np.mean([right for right, _ in self.tests])) if self.tests else None,
            "within_one": float(np.mean([near for _, near in self.tests])) if self.tests else None,
            "false_a_minute": self.false_reps / self.minutes if self.minutes else None,
            "false_a_minute_everyday": self.everyday_reps / self.everyday_minutes
            if self.everyday_minutes
            else None,
            "sets": self.sets,
            "refused": self.refused,
        }


def material() -> Material:
    """The swings of all clips; takes about ten seconds."""
    clips = {one.name: one for one in read_clips()}
    swings = {name: [swings_of_samples(one) for one in clip.streams] for name, clip in clips.items()}
    return Material(clips, swings, {name: _taught(clips[name], each) for name, each in swings.items()})


def _taught(clip: TrainingClip, swings: Sequence[ClipSwings]) -> tuple[ClipSwings, TaughtReps] | None:
    """The reps of the person who is seen longest, as `fitness teach` finds them; None where it refuses the clip."""
    if clip.exercise == "none" or not clip.reps or not clip.streams:
        return None
    longest = max(range(len(clip.streams)), key=lambda at: len(clip.streams[at]))
    try:
        return swings[longest], taught_reps(swings[longest], clip.reps)
    except OptionError:
        return None


def measure(of: Material, exercise: str, clips: int, sets: int, mode: str, seed: int = 5) -> Row | None:
    """Teach an exercise from some clips of as many people, and count everybody else; None where too few people do it."""
    rng = np.random.default_rng(seed)
    own = [name for name, one in of.clips.items() if one.exercise == exercise and one.reps]
    people = sorted({of.clips[name].group for name in own})
    if len(people) <= clips:
        return None
    row = Row()
    everybody = sorted({one.group for one in of.clips.values()})
    for number, names in enumerate(_sets(of, own, people, clips, sets, rng)):
        row.sets += 1
        learned = [found for name in names if (found := of.reps[name]) is not None]
        if not learned:
            row.refused += 1
            continue
        teachers = {of.clips[name].group for name in names}
        held = set(everybody[number % PARTS :: PARTS]) - teachers
        tested = [name for name in own if of.clips[name].group not in teachers]
        unseen = held | {of.clips[name].group for name in tested}
        taught = fit(learned, _without(load_reference(), exercise, unseen))
        _count(of, row, taught, tested, held - teachers, MODES[mode])
    return row


def _sets(
    of: Material, own: list[str], people: list[str], clips: int, sets: int, rng: np.random.Generator
) -> Iterator[tuple[str, ...]]:
    """Clips of different people to teach from."""
    if clips == 1 and len(own) <= sets:
        yield from ((name,) for name in own)
        return
    for _ in range(sets):
        chosen = rng.choice(people, clips, replace=False)
        yield tuple(str(rng.choice([name for name in own if of.clips[name].group == one])) for one in chosen)


def _without(reference: Reference, exercise: str, people: set[str]) -> Reference:
    clips = zip(reference.clip_exercises, reference.groups, strict=True)
    return reference.only(
        [at for at, (name, group) in enumerate(clips) if name != exercise and group not in people]
    )


def _count(
    of: Material, row: Row, taught: TaughtSwings, tested: list[str], held: set[str], options: DecoderOptions
) -> None:
    def counted(name: str) -> int:
        return max((count_swings(taught, one, options) for one in of.swings[name]), default=0)

    for name in tested:
        clip, count = of.clips[name], counted(name)
        row.tests.append((clip.accepts(count), clip.accept[0] - 1 <= count <= clip.accept[1] + 1))
    for name, clip in of.clips.items():
        if clip.exercise != "none" or clip.group not in held:
            continue
        count, minutes = counted(name), clip.seconds / 60
        row.false_reps += count
        row.minutes += minutes
        if name in EVERYDAY:
            row.everyday_reps += count
            row.everyday_minutes += minutes


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--exercises", nargs="*", help="only these")
    parser.add_argument(
        "--clips", nargs="*", type=int, default=[1, 3], help="from how many clips it is taught"
    )
    parser.add_argument("--sets", type=int, default=8, help="how often each exercise is taught")
    parser.add_argument("--mode", choices=list(MODES), default="named", help="how it is looked for")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here, too")
    given = parser.parse_args()
    of = material()
    names = given.exercises or sorted({one.exercise for one in of.clips.values()} - {"none"})
    document: dict[str, Any] = {}
    for clips in given.clips:
        print(f"taught from {clips} clip{'s' if clips > 1 else ''}, {given.mode}")
        print("| exercise | tests | exact | within one | false a minute |\n|---|---|---|---|---|")
        total = Row()
        for name in names:
            row = measure(of, name, clips, given.sets, given.mode)
            if row is not None:
                print(_line(name, row), flush=True)
                total.add(row)
                document[f"{name} from {clips}"] = row.document()
        print(_line("**all**", total))
        print(f"sets that could not be taught: {total.refused} of {total.sets}")
        if total.everyday_minutes:
            print(
                f"false reps a minute on everyday clips: {total.everyday_reps / total.everyday_minutes:.2f}\n"
            )
        document[f"all from {clips}"] = total.document()
    if given.json is not None:
        given.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _line(name: str, row: Row) -> str:
    figures = row.document()
    keys = ("exact", "within_one", "false_a_minute")
    cells = ["-" if figures[key] is None else f"{figures[key]:.2f}" for key in keys]
    return f"| {name} | {len(row.tests)} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
