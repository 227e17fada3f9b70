"""The output files of a recording."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fitness.session import SessionPaths

if TYPE_CHECKING:
    from fitness.drawing.privacy import Privacy


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that are written for one recording.

    folder: created if missing.   stem: beginning of the files' names.   annotate: also write the annotated video.
    privacy: how people are hidden in it.   audio: copy the sound into it; never with a privacy mode, because a voice
    identifies a person.
    """

    folder: Path
    stem: str
    annotate: bool = True
    privacy: Privacy = "none"
    audio: bool = True

    @property
    def with_sound(self) -> bool:
        """Whether the annotated video gets the recording's sound."""
        return self.audio and self.privacy == "none"

    @property
    def annotated(self) -> Path:
        """The annotated video."""
        return self.folder / f"{self.stem}.annotated.mp4"

    @property
    def session(self) -> SessionPaths:
        """The files of the session."""
        return SessionPaths.of(self.folder, self.stem)
