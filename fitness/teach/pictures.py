"""Class folders of pictures -> pose samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import FitnessError, OptionError
from fitness.media.source import load_image
from fitness.recognition.classifier import embed_pose
from fitness.recognition.exercises import OTHER
from fitness.recognition.samples import PoseSamples
from fitness.types import ImageArray, Pose

_SIDES: Final = ("up", "down", OTHER)
_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class Collected:
    """samples: of the pictures with a person.   paths: source -> its picture.
    empty: pictures without a person.   broken: pictures that cannot be read, and why.
    """

    samples: PoseSamples
    paths: dict[str, Path]
    empty: tuple[str, ...]
    broken: tuple[tuple[str, str], ...]


def collect(name: str, folder: Path, estimate: Callable[[ImageArray], Pose | None]) -> Collected:
    """The poses of all pictures in the class folders up/, down/, other/ (or NAME_up/ ...) of `folder`.

    Raises:
        OptionError: a turning point's folder is missing, or no picture shows a person.
    """
    rows: list[tuple[str, str, Pose]] = []
    paths: dict[str, Path] = {}
    empty: list[str] = []
    broken: list[tuple[str, str]] = []
    for label, path in _pictures(name, folder):
        source = f"{path.parent.name}/{path.name}"
        try:
            pose = estimate(load_image(path))
        except FitnessError as error:
            broken.append((source, str(error)))
            continue
        if pose is None or not _usable(pose):
            empty.append(source)
            continue
        paths[source] = path
        rows.append((label, source, pose))
    if not rows:
        raise OptionError(f"no picture in {folder} shows a person")
    world = np.stack([pose.world for _, _, pose in rows])
    samples = PoseSamples(world, tuple(row[0] for row in rows), tuple(row[1] for row in rows))
    return Collected(samples, paths, tuple(empty), tuple(broken))


def _pictures(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """(class, picture) of everything in the class folders, in order of name."""
    for side in _SIDES:
        named = [folder / form for form in (side, f"{name}_{side}") if (folder / form).is_dir()]
        if not named and side != OTHER:
            raise OptionError(f"{folder} needs the folders up/ and down/ (or {name}_up/ and {name}_down/)")
        for one in named:
            for path in sorted(one.iterdir()):
                if path.suffix.lower() in _SUFFIXES:
                    yield OTHER if side == OTHER else f"{name}_{side}", path


def _usable(pose: Pose) -> bool:
    try:
        embed_pose(pose.world)
    except ValueError:
        return False
    return True
