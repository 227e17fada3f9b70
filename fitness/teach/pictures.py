"""Class folders of images -> pose samples."""

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


@dataclass(frozen=True, slots=True)
class Collected:
    """Samples read from class folders. Every file is in one of the fields.

    samples: one for each image with a person.   paths: source -> its image file.   poses: source -> pose found in it.
    empty: images without a person.   broken: files that cannot be read, each with the reason.
    """

    samples: PoseSamples
    paths: dict[str, Path]
    empty: tuple[str, ...]
    broken: tuple[tuple[str, str], ...]
    poses: dict[str, Pose]


def collect(name: str, folder: Path, estimate: Callable[[ImageArray], Pose | None]) -> Collected:
    """The poses of all images in the class folders up/, down/ and other/ (or NAME_up/ ...) of `folder`.

    Raises:
        OptionError: the folder of a turning point is missing, or no image shows a person.
    """
    rows: list[tuple[str, str, Pose]] = []
    paths: dict[str, Path] = {}
    empty: list[str] = []
    broken: list[tuple[str, str]] = []
    for label, path in _pictures(name, folder):
        source = f"{path.parent.name}/{path.name}"
        if path.is_dir():
            broken.append((source, "a folder inside is not read; move its pictures up"))
            continue
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
        problem = f"; {broken[0][0]}: {broken[0][1]}" if broken else ""
        raise OptionError(f"no picture in {folder} shows a person{problem}")
    world = np.stack([pose.world for _, _, pose in rows])
    samples = PoseSamples(world, tuple(row[0] for row in rows), tuple(row[1] for row in rows))
    return Collected(samples, paths, tuple(empty), tuple(broken), {source: pose for _, source, pose in rows})


def _pictures(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """(class, file) of all files in the class folders, in order of name; hidden files are skipped."""
    for side in _SIDES:
        named = [folder / form for form in (side, f"{name}_{side}") if (folder / form).is_dir()]
        if not named and side != OTHER:
            raise OptionError(f"{folder} needs the folders up/ and down/ (or {name}_up/ and {name}_down/)")
        for one in named:
            for path in sorted(one.iterdir()):
                if not path.name.startswith("."):
                    yield OTHER if side == OTHER else f"{name}_{side}", path


def _usable(pose: Pose) -> bool:
    try:
        embed_pose(pose.world)
    except ValueError:
        return False
    return True
