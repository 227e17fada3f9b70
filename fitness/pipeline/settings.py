"""Builds the stages of the pipeline from the user's settings.

The recogniser is imported on use, so that tracking need not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fitness import __version__
from fitness.engine.options import COUNTING
from fitness.engine.runtime.backends import several_runtimes, tuned_runtime
from fitness.engine.runtime.checked import load_checked
from fitness.engine.runtime.compare import tune
from fitness.engine.runtime.model import InPlaceModel
from fitness.engine.runtime.tuning import tune_in_background
from fitness.engine.runtime.weights import ModelFiles
from fitness.engine.tracking.tracker import PoseTracker, TrackerOptions, unused_outputs
from fitness.options import bounded, check_options, choice, of_type
from fitness.recognition.exercises import AUTO
from fitness.recognition.recogniser_options import RecogniserOptions
from fitness.resources import resource_path

if TYPE_CHECKING:
    from fitness.engine.runtime.weight_sources import ProgressCallback
    from fitness.recognition.classifier import KnnPoseClassifier
    from fitness.recognition.person_selector import PersonSelector
    from fitness.recognition.recogniser import Recogniser
    from fitness.recognition.taught_recogniser import TaughtRecogniser

LANDMARK_MODELS: Final = ("lite", "full", "heavy")
PRECISIONS: Final = ("exact", "mixed", "half")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of counting.

    model: "lite", "full" or "heavy".   runtime: one of `engine.runtime.backends.RUNTIME_NAMES`, which include "auto".
        threads: at least 1.
    precision: "exact", or "mixed": some layers are computed with 8-bit numbers if runtime and processor support it, which
        moves landmarks by 0.3 pixels of the 256-pixel crop on average (docs/explanation/speed.md). "half": the landmark
        model is computed with 16-bit floats if they are supported, which moves landmarks by 0.1 pixels.
    stride: analyse every n-th frame of a recording; None skips frames if that cannot change a count.
    samples: folder of pose samples, or None for those that ship with the program.
    taught: folder of the user's taught exercises; None: no taught exercises.
    model_file, detector_file: weight files to use instead of downloaded ones.   cache_dir: folder for downloads.
    """

    model: str = choice("full", LANDMARK_MODELS)
    runtime: str = "auto"
    threads: int = bounded(1, low=1, whole=True)
    precision: str = choice("exact", PRECISIONS)
    stride: int | None = bounded(1, low=1, whole=True, optional=True)
    samples: Path | None = None
    taught: Path | None = None
    model_file: Path | None = None
    detector_file: Path | None = None
    cache_dir: Path | None = None
    tracker: TrackerOptions = of_type(COUNTING, TrackerOptions)
    recogniser: RecogniserOptions = of_type(RecogniserOptions, RecogniserOptions)

    def __post_init__(self) -> None:
        check_options(self)

    def with_exercise(self, name: str) -> Settings:
        """The same settings for another exercise."""
        return replace(self, recogniser=replace(self.recogniser, exercise=name))


class Engine:
    """The networks for given settings, loaded once; makes a fresh tracker for each stream.

    Trackers of one engine share its interpreters: use them one after the other, not at the same time.

    Args:
        settings: networks and runtime.
        progress: called with the progress of downloads.
    """

    def __init__(self, settings: Settings, progress: ProgressCallback | None = None) -> None:
        self._settings = settings
        files = ModelFiles(settings.cache_dir, progress=progress)
        wanted = {"detector": settings.detector_file, settings.model: settings.model_file}
        paths = files.ensure_all([name for name, explicit in wanted.items() if explicit is None])
        paths |= {
            name: files.ensure(name, explicit=path) for name, path in wanted.items() if path is not None
        }
        self._paths, self._folder = paths, files.folder
        self._detector, self._landmarks = (self._load(files, name, paths[name]) for name in wanted)

    def _load(self, files: ModelFiles, name: str, path: Path) -> InPlaceModel:
        settings = self._settings
        return load_checked(
            files,
            name,
            path,
            runtime=settings.runtime,
            threads=settings.threads,
            drop_outputs=unused_outputs(name, settings.tracker),
            mixed=settings.precision == "mixed",
            half=settings.precision == "half",
        )

    @property
    def networks(self) -> tuple[InPlaceModel, InPlaceModel]:
        """The detector and the landmark model."""
        return self._detector, self._landmarks

    def tune_in_background(self) -> None:
        """Measure the installed runtimes for the next start, once per machine, if "auto" has a choice.

        This runs in the background of the first recording or live session; the current engine does not change.
        """
        settings = self._settings
        path = self._paths[settings.model]
        known = settings.model_file is None and settings.runtime == "auto"
        if (
            not known
            or not several_runtimes()
            or tuned_runtime(path, self._folder, settings.threads) is not None
        ):
            return
        model = {settings.model: (path, unused_outputs(settings.model, settings.tracker))}
        tune_in_background(lambda: tune(model, self._folder, settings.threads))

    def tracker(self, *, static: bool = False) -> PoseTracker:
        """A fresh tracker; `static` for single, unrelated images."""
        options = replace(self._settings.tracker, static=static, model=self._settings.model)
        return PoseTracker(self._detector, self._landmarks, options)


def classifier(settings: Settings) -> KnnPoseClassifier:
    """The pose classifier fitted to the chosen samples."""
    from fitness.recognition.classifier import KnnPoseClassifier
    from fitness.recognition.samples import load_samples

    return KnnPoseClassifier.of(load_samples(sample_folder(settings)))


def sample_folder(settings: Settings) -> Path:
    """Folder of the chosen pose samples."""
    return settings.samples or resource_path("pose_samples")


def recogniser(
    settings: Settings, fitted: KnnPoseClassifier | None = None, ids: Iterator[int] | None = None
) -> Recogniser | TaughtRecogniser:
    """A fresh recogniser for one person; "auto" leaves damaged taught exercises out.

    Args:
        ids: gives reps their ids; None: 1, 2, 3 ...

    Raises:
        SamplesError: the named taught exercise is damaged.
    """
    from fitness.recognition.taught import TaughtExercise, load_taught, load_usable
    from fitness.recognition.taught_recogniser import recogniser_with

    options = settings.recogniser
    taught: list[TaughtExercise] = []
    if settings.taught is not None and options.exercise == AUTO:
        taught, _ = load_usable(settings.taught, options.taught)
    elif settings.taught is not None and options.exercise in options.taught:
        taught = [load_taught(settings.taught, options.exercise)]
    return recogniser_with(fitted or classifier(settings), options, taught, ids)


def counter(
    settings: Settings, fitted: KnnPoseClassifier | None = None, ids: Iterator[int] | None = None
) -> PersonSelector:
    """A fresh counter, which counts one of the people in the frame.

    Args:
        ids: gives reps their ids; successive counters of one stream share it. None: 1, 2, 3 ...
    """
    from fitness.recognition.person_selector import PersonSelector

    known = fitted or classifier(settings)
    return PersonSelector(lambda ids: recogniser(settings, known, ids), ids=ids)


def noted(settings: Settings) -> dict[str, object]:
    """The settings that influence a count, to store with a session: JSON values, without paths."""
    choices: dict[str, object] = {
        "program": __version__,
        "model": settings.model,
        "precision": settings.precision,
        "stride": "auto" if settings.stride is None else settings.stride,
        "exercise": settings.recogniser.exercise,
        "samples": "own" if settings.samples else "default",
    }
    if settings.recogniser.count_partials:
        choices["partials"] = "counted"
    return choices
