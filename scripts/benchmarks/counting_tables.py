"""Makes each table of `scripts/bench counting`: reads the clips, counts them and judges the results."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.options import load_engine
from fitness.errors import OptionError
from fitness.pipeline.settings import Engine, Settings, sample_folder
from fitness.recognition.exercises import EXERCISES, is_held
from fitness.recognition.recogniser import RecogniserOptions
from fitness.recognition.samples import load_samples
from scripts.benchmarks import figures, tables, taught, workouts
from scripts.benchmarks.changes import CHANGES
from scripts.benchmarks.clips import FrameTracker
from scripts.benchmarks.counting import StrangerCounters, count_clip
from scripts.benchmarks.fold_models import FoldModels
from scripts.benchmarks.made import Made, difference
from scripts.benchmarks.material import BenchClip, prepared, recordings, training_logs
from scripts.benchmarks.scores import ClipResult
from scripts.benchmarks.truth import NONE, read_truth
from scripts.benchmarks.unseen import count_unseen

if TYPE_CHECKING:
    from fitness.types import JsonDict

_T = TypeVar("_T")

STARTS: Final = 4
"""The table `rates` is a mean over starts 0, 1, 2 and 3 frames later."""
RATES: Final = (None, 15.0, 10.0)
_SEEN: Final = (
    "The program's own model was fitted to these people, so the figures are too good; "
    "give --fold-models for figures of people it has not seen."
)


@dataclass(frozen=True, slots=True)
class Material:
    """What the command line gave; see the options of `scripts/bench counting`."""

    truth: Path | None = None
    videos: Path | None = None
    landmarks: Path | None = None
    training: Path | None = None
    fold_models: Path | None = None
    rate_hz: float | None = None
    changes: tuple[str, ...] = ()


def make(table: str, material: Material, settings: Settings, common: CommonSettings) -> Made:
    """Make one of the tables that `counting_command.TABLES` names."""
    if table == "figures":
        return _figures(settings)
    if table == "taught":
        return _taught(material.fold_models, common)
    bench = _Bench(material, settings, common)
    makers: dict[str, Callable[[], Made]] = {
        "clips": bench.clips,
        "rates": bench.rates,
        "changes": bench.changes,
        "named": partial(bench.clips, named=True),
        "any": bench.unseen,
        "workouts": bench.workouts,
    }
    return makers[table]()


class _Bench:
    """The clips, and what counts them."""

    def __init__(self, material: Material, settings: Settings, common: CommonSettings) -> None:
        self._material, self._settings, self._common = material, settings, common
        self._truths = [] if material.truth is None else read_truth(material.truth)
        self._logs = [] if material.training is None else training_logs(material.training)
        self._engines: dict[str, Engine] = {}
        clips = [*self._recordings("as-they-are", material.landmarks, settings.model), *self._logs]
        self._folds = None if material.fold_models is None else FoldModels(material.fold_models, clips)
        samples = load_samples(sample_folder(settings))
        self._counters = StrangerCounters(samples, clips, RecogniserOptions(), self._folds)
        self._notes = [_SEEN] if self._folds is None else []

    def clips(self, *, named: bool = False) -> Made:
        """Every clip, once."""
        recorded = self._recordings("as-they-are", self._material.landmarks, self._settings.model)
        rate = self._material.rate_hz
        first = [
            self._count(clip, rate, named=named)
            for clip in _followed(_exercises(recorded, named), self._common)
        ]
        second = [
            self._count(clip, rate, named=named)
            for clip in _followed(_exercises(self._logs, named), self._common)
        ]
        results = [*first, *second]
        return Made(tables.clip_rows(first, second), results, tables.sums(results), self._notes)

    def rates(self) -> Made:
        """Squats and push-ups at several rates and from several starts."""
        rates = RATES if self._material.rate_hz is None else (self._material.rate_hz,)
        runs: dict[tuple[float | None, int], list[ClipResult]] = {}
        for clip in _followed(self._main("as-they-are", self._settings.model), self._common):
            frames = clip.frames()
            for rate in rates:
                for start in range(STARTS):
                    counter = self._counters.counter(clip)
                    result = count_clip(clip.truth, prepared(frames, rate, start), counter)
                    runs.setdefault((rate, start), []).append(result)
        rows = []
        for rate in rates:
            name = "full rate" if rate is None else f"{rate:g} fps"
            parts = [tables.exercise_row(name, runs[rate, start]) for start in range(STARTS)]
            rows.append(tables.mean_row(name, parts))
        worst = [f"{row['name']}: exact from each start {row['starts']}" for row in rows]
        return Made(rows, notes=self._notes, more=worst)

    def changes(self) -> Made:
        """Squats and push-ups in changed copies."""
        chosen = self._material.changes or tuple(CHANGES)
        if unknown := set(chosen) - set(CHANGES):
            raise OptionError(f"--change must be one of {', '.join(CHANGES)}; got '{min(unknown)}'")
        rows, more = [], []
        for name in chosen:
            clips = self._main(name, CHANGES[name].model)
            results = [self._count(clip, self._material.rate_hz) for clip in _followed(clips, self._common)]
            rows.append(tables.exercise_row(name, results))
            more += [f"{name}: {line.strip()}" for line in Made([], results).lines(each=False)]
        return Made(rows, notes=self._notes, more=more)

    def workouts(self) -> Made:
        """Clips one after the other, and each of them alone."""
        recorded = self._recordings("as-they-are", self._material.landmarks, self._settings.model)
        groups: dict[int | None, list[BenchClip]] = {}
        for clip in [*recorded, *self._logs]:
            groups.setdefault(None if self._folds is None else self._folds.fold_of(clip), []).append(clip)
        found: dict[str, list[ClipResult]] = {}
        more = []
        for clips in _followed(
            [one for group in groups.values() for one in workouts.workouts(group)], self._common
        ):
            alone = [self._count(clip, None) for clip in clips]
            found.setdefault("alone", []).extend(alone)
            for rest_s in workouts.RESTS_S:
                name = f"after {rest_s:g} s of rest"
                counter = self._counters.counter(*clips)
                after = workouts.count_workout(clips, [one.person for one in alone], rest_s, counter)
                found.setdefault(name, []).extend(after)
                more += [
                    difference(name, *both)
                    for both in zip(alone, after, strict=True)
                    if both[0].totals != both[1].totals
                ]
        rows = [
            tables.exercise_row(name, [one for one in results if not tables.is_none(one)])
            for name, results in found.items()
        ]
        rows += [
            tables.none_row(f"no exercise, {name}", [one for one in results if tables.is_none(one)])
            for name, results in found.items()
        ]
        return Made(rows, notes=self._notes, more=more)

    def unseen(self) -> Made:
        """The class-agnostic counter alone; it gets no name and no model."""
        recorded = self._recordings("as-they-are", self._material.landmarks, self._settings.model)
        results = []
        for clip in _followed([one for one in [*recorded, *self._logs] if one.truth.reps > 0], self._common):
            frames = prepared(clip.frames(), self._material.rate_hz, 0)
            results.append(
                count_unseen(clip.truth, ((t, people[0] if people else None) for t, people in frames))
            )
        names = sorted({result.truth.exercise for result in results})
        rows = [tables.exercise_row(n, [one for one in results if one.truth.exercise == n]) for n in names]
        return Made([tables.exercise_row("all", results), *rows], results)

    def _count(self, clip: BenchClip, rate_hz: float | None, *, named: bool = False) -> ClipResult:
        counter = self._counters.counter(clip, exercise=clip.truth.exercise if named else None)
        return count_clip(clip.truth, prepared(clip.frames(), rate_hz, 0), counter)

    def _recordings(self, change: str, landmarks: Path | None, model: str) -> list[BenchClip]:
        """The recordings, changed."""

        def tracker() -> FrameTracker:
            if model not in self._engines:
                chosen = self._settings if model == self._settings.model else Settings(model=model)
                self._engines[model] = load_engine(chosen, self._common)
            return CHANGES[change].tracker(self._engines[model].tracker())

        return recordings(self._truths, self._material.videos, landmarks, tracker, model)

    def _main(self, change: str, model: str) -> list[BenchClip]:
        """Recordings of squats and push-ups. A change has a folder of its own in the folder of landmark logs."""
        folder = self._material.landmarks
        if folder is not None and (change != "as-they-are" or (folder / change).is_dir()):
            folder = folder / change
        return [one for one in self._recordings(change, folder, model) if one.truth.exercise in tables.MAIN]


def _taught(fold_models: Path | None, common: CommonSettings) -> Made:
    """Exercises taught from one clip, and from three, with the landmark logs of `models/training/`."""
    of = taught.material(fold_models)
    names = sorted({one.exercise for one in of.clips.values()} - {NONE})
    if of.unknown:  # the models do not know these
        names = [name for name in names if name in of.unknown]
    rows, more = [], []
    for number in taught.TAUGHT_FROM:
        together = {mode: taught.TaughtScore() for mode in taught.MODES}
        parts: dict[str, list[JsonDict]] = {mode: [] for mode in taught.MODES}
        for name in _followed(names, common):
            for mode, score in taught.score_taught(of, name, number).items():
                parts[mode].append(score.row(f"  {name}"))
                together[mode].add(score)
        for mode, score in together.items():
            title = f"from {number} clip{'s' if number > 1 else ''}, {mode}"
            rows += [score.row(title), *parts[mode]]
            more += [f"{title}: {line}" for line in score.lines()]
    return Made(rows, more=more)


def _figures(settings: Settings) -> Made:
    """A rendered figure: each exercise by name, and everyday movements in auto."""
    clips = figures.exercise_clips()
    counters = StrangerCounters(load_samples(sample_folder(settings)), (), RecogniserOptions())
    results = [
        count_clip(clip.truth, clip.frames(), counters.counter(clip, exercise=clip.truth.exercise))
        for clip in clips
    ]
    rows = [
        tables.exercise_row(name, [one for one in results if one.truth.exercise == name])
        for name in dict.fromkeys(clip.truth.exercise for clip in clips)
    ]
    everyday = [
        count_clip(clip.truth, clip.frames(), counters.counter(clip)) for clip in figures.everyday_clips()
    ]
    for name in figures.EVERYDAY:
        rows.append(
            tables.none_row(name, [one for one in everyday if one.truth.file.startswith(f"{name}, yaw")])
        )
    rows.append(tables.none_row("all everyday movements", everyday))
    return Made(rows, [*results, *everyday])


def _exercises(clips: Sequence[BenchClip], only: bool) -> list[BenchClip]:
    """The clips; with `only`, those of exercises that can be counted by name."""
    return [clip for clip in clips if not only or _is_counted(clip.truth.exercise)]


def _is_counted(exercise: str) -> bool:
    return exercise in EXERCISES and not is_held(exercise)


def _followed(items: Sequence[_T], common: CommonSettings) -> Iterable[_T]:
    """The items, with a progress bar on standard error if it is a terminal."""
    if common.quiet or not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description="clips", console=Console(stderr=True), transient=True)
