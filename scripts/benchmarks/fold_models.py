"""Models of reps that have not seen the person in a clip: `scripts/train_recogniser.py --folds DIR` writes them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from fitness.errors import SourceError
from fitness.recognition.recogniser import MODEL
from fitness.recognition.trajectory import TrajectoryModel, load_model
from scripts.benchmarks.material import BenchClip

TRAINING_TABLE: Final = Path(__file__).parents[2] / "models" / "training" / "logs.csv"
"""Names the group of each clip that the shipped model was fitted to; a group is one person or one source."""


class FoldModels:
    """Selects, for each clip, a model that was fitted without the clip's group.

    Args:
        folder: holds `folds.json` (a list of the groups that each fold leaves out) and `fold0.npz`, `fold1.npz` ...
        clips: all clips of the benchmark. Clips of one person share a group, even if only one was trained on.
        table: CSV with the columns name and group, one row for each clip of the training data.

    Raises:
        SourceError: a file is missing or damaged.
    """

    def __init__(self, folder: Path, clips: Iterable[BenchClip], table: Path = TRAINING_TABLE) -> None:
        try:
            folds = json.loads((folder / "folds.json").read_text(encoding="utf-8"))
            self._fold_of = {group: k for k, groups in enumerate(folds) for group in groups}
            with table.open(newline="", encoding="utf-8") as file:
                group_of = {row["name"]: row["group"] for row in csv.DictReader(file)}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SourceError(
                f"{folder}: the models of the folds cannot be read ({error}); "
                "make them with python scripts/train_recogniser.py --folds DIR"
            ) from error
        self._folder = folder
        self._groups: dict[str, set[str]] = {}
        for clip in clips:
            if clip.name in group_of:
                self._groups.setdefault(_who(clip), set()).add(group_of[clip.name])

    def fold_of(self, clip: BenchClip) -> int | None:
        """The number of the fold without the clip's person; None if no model was fitted to the person.

        Raises:
            SourceError: no fold leaves out everything that the person was in.
        """
        groups = self._groups.get(_who(clip), set())
        folds = {self._fold_of.get(group) for group in groups}
        if len(folds) > 1 or (groups and None in folds):
            raise SourceError(
                f"{self._folder}: no fold leaves out {', '.join(sorted(groups))}, the groups of {clip.name}; "
                "make the models again with python scripts/train_recogniser.py --folds DIR"
            )
        return folds.pop() if folds else None

    def model_for(self, clip: BenchClip) -> TrajectoryModel:
        """A model without the clip's person: that of the fold, or the shipped one if nothing of the person was used.

        Raises:
            SourceError: no fold leaves out everything that the person was in.
        """
        fold = self.fold_of(clip)
        return load_model(MODEL if fold is None else self._folder / f"fold{fold}.npz")


def _who(clip: BenchClip) -> str:
    return f"{'recording' if clip.recording else 'log'} of {clip.person}"
