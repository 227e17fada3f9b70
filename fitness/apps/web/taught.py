"""Exercises that may be counted: those of the program and those that were taught; samples -> a recogniser that counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from fitness.apps.web.dependencies import Dependencies
from fitness.errors import OptionError
from fitness.pipeline.loop import Counter
from fitness.plural import some
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import RecogniserOptions
from fitness.recognition.samples import PoseSamples
from fitness.recognition.taught import TaughtExercise, load_taught, load_usable
from fitness.recognition.taught_folders import exercise_name, taught_names
from fitness.recognition.taught_recogniser import recogniser_with
from fitness.teach.confusions import confusions
from fitness.teach.keeping import forget, keep

_FEWEST: Final = 2
_RESERVED: Final = ("any",)


class Exercises:
    """The exercises that can be counted: built-in and taught ones."""

    def __init__(self, services: Dependencies) -> None:
        self._services = services
        self._base = KnnPoseClassifier.of(services.samples)

    @property
    def base(self) -> KnnPoseClassifier:
        """The classifier of the program's own samples."""
        return self._base

    @property
    def taught(self) -> tuple[str, ...]:
        """Names of the taught exercises, sorted; damaged ones are among them."""
        folder = self._services.taught
        return tuple(name for name in taught_names(folder) if name not in self._services.exercises)

    def damaged(self) -> dict[str, str]:
        """The taught exercises that cannot be counted: name -> problem and cure."""
        return load_usable(self._services.taught, self.taught)[1]

    @property
    def names(self) -> tuple[str, ...]:
        """All exercises."""
        return (*self._services.exercises, *self.taught)

    def recogniser(self, name: str, ids: Iterator[int] | None = None) -> Counter:
        """A recogniser that has counted nothing.

        Args:
            ids: gives reps their ids; recognisers that follow each other in one stream share it. None: 1, 2, 3 ...

        Raises:
            OptionError: the name is unknown.   SamplesError: its samples are broken.
        """
        if name in self._services.exercises:
            return self._services.recogniser(name, self._base, ids)
        if name not in self.taught:
            raise OptionError(f"exercise must be one of {', '.join(self.names)}, got '{name[:40]}'")
        options = RecogniserOptions(exercise=name, taught=(name,))
        taught = [load_taught(self._services.taught, name)]
        return PersonSelector(lambda ids: recogniser_with(self._base, options, taught, ids), ids=ids)

    def save(
        self,
        name: str,
        samples: PoseSamples,
        make: Callable[[str], TaughtExercise],
        *,
        force: bool = False,
    ) -> list[str]:
        """Save a taught exercise, unless it would count other movements. An older one of the same name is replaced.

        Args:
            make: name -> the taught exercise. It raises OptionError if the samples do not define one.
            force: save it even if it is confused with other exercises.

        Returns:
            The confusions, one line each; empty if the exercise was saved.

        Raises:
            OptionError: the name is not allowed or belongs to a built-in exercise, or a class has fewer than two
                pictures.
            SamplesError: it cannot be written.
        """
        if exercise_name(name) in (*self._services.exercises, *_RESERVED):
            raise OptionError(f"'{name}' comes with the program; choose another name")
        for side in ("up", "down"):
            count = samples.labels.count(f"{name}_{side}")
            if count < _FEWEST:
                raise OptionError(
                    f"{name} {side} has {some(count, 'picture')}; collect at least {_FEWEST} (better 10)"
                )
        taught = make(name)
        found = confusions(taught)
        if found.serious and not force:
            return found.lines(name)
        keep(self._services.taught, name, samples, taught.swings)
        return []

    def forget(self, name: str) -> None:
        """Delete a taught exercise. OptionError if there is none."""
        if name not in self.taught:
            raise OptionError(f"no taught exercise is called '{name[:40]}'")
        forget(self._services.taught, name)
