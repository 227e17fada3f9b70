"""Taught exercises on disk: one folder per exercise, one CSV file per class."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from fitness.errors import OptionError, SamplesError
from fitness.recognition.samples import PoseSamples, save_samples
from fitness.recognition.taught_folders import (
    SWINGS_FILE,
    exercise_name,
    is_taught,
    new_folder,
    old_folder,
    recover,
)
from fitness.recognition.taught_model import TaughtSwings, save_swings
from fitness.stopping import held


@held()
def keep(folder: Path, name: str, samples: PoseSamples, swings: TaughtSwings | None = None) -> None:
    """Write the samples, and the swings if there are any, to `folder`/NAME, replacing an older exercise of that name.

    The samples are written to a temporary folder, which is then renamed. After an error, a full disk or a power cut,
    either all old or all new samples are there.

    Raises:
        SamplesError: it cannot be written.
    """
    place = folder / exercise_name(name)
    new, old = new_folder(place), old_folder(place)
    try:
        recover(place)
        shutil.rmtree(new, ignore_errors=True)
        files = save_samples(samples, new)
        if swings is not None:
            save_swings(swings, new / SWINGS_FILE)
            files.append(new / SWINGS_FILE)
        for file in files:
            with file.open("rb+") as written:
                os.fsync(written.fileno())
        if place.exists():
            place.rename(old)
        new.rename(place)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        recover(place)
        raise SamplesError(place, error.strerror or str(error)) from None


@held()
def forget(folder: Path, name: str) -> None:
    """Delete a taught exercise's samples. OptionError if there is none, SamplesError if they cannot be deleted."""
    place = folder / exercise_name(name)
    if not is_taught(place):
        raise OptionError(f"no taught exercise is called '{name}' in {folder}")
    try:
        for file in (*place.glob("*.csv"), *place.glob(SWINGS_FILE)):
            file.unlink()
        if not any(place.iterdir()):
            place.rmdir()
    except OSError as error:
        raise SamplesError(place, error.strerror or str(error)) from None
