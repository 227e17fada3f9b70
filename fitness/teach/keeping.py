"""Taught exercises on the disk: one folder each, one CSV a class."""

from __future__ import annotations

from pathlib import Path

from fitness.errors import OptionError, SamplesError
from fitness.recognition.samples import PoseSamples, save_samples
from fitness.recognition.taught import exercise_name


def keep(folder: Path, name: str, samples: PoseSamples) -> None:
    """Write `folder`/NAME; an older exercise of that name is replaced, all of it.

    Raises:
        SamplesError: it cannot be written.
    """
    place = folder / exercise_name(name)
    try:
        written = save_samples(samples, place)
        for file in set(place.glob("*.csv")) - set(written):
            file.unlink()
    except OSError as error:
        raise SamplesError(place, error.strerror or str(error)) from None


def forget(folder: Path, name: str) -> None:
    """Delete a taught exercise's samples. OptionError where there is none, SamplesError if they cannot be deleted."""
    place = folder / exercise_name(name)
    if not any(place.glob("*.csv")):
        raise OptionError(f"no taught exercise is called '{name}' in {folder}")
    try:
        for file in place.glob("*.csv"):
            file.unlink()
        if not any(place.iterdir()):
            place.rmdir()
    except OSError as error:
        raise SamplesError(place, error.strerror or str(error)) from None
