"""Which files a recording gets, and how their names begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fitness.drawing.overlay import Privacy
from fitness.session import SessionPaths


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that are written for one recording.

    folder: made if missing.   stem: how the files' names begin.   annotate: write the annotated video too.
    privacy: how the person is shown in it.
    """

    folder: Path
    stem: str
    annotate: bool = True
    privacy: Privacy = "none"

    @property
    def annotated(self) -> Path:
        """The annotated video."""
        return self.folder / f"{self.stem}.annotated.mp4"

    @property
    def session(self) -> SessionPaths:
        """The files of the session."""
        return SessionPaths.of(self.folder, self.stem)


def stems(paths: Sequence[Path]) -> list[str]:
    """A stem for the outputs of each file: its name without the ending, made different where two would be the same."""
    taken: set[str] = set()
    names = []
    for path in paths:
        name = path.stem
        if name in taken:
            name = path.name
        number = 2
        while name in taken:
            name = f"{path.name}-{number}"
            number += 1
        taken.add(name)
        names.append(name)
    return names
