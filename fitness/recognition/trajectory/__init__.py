"""Recognises reps by the whole trajectory of a swing, with a model that is fitted to recordings of many people."""

from __future__ import annotations

from fitness.recognition.trajectory.counter import TrajectoryCounter
from fitness.recognition.trajectory.decoder import DecoderOptions
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel, load_model, save_model
from fitness.recognition.trajectory.set_check import Correction
from fitness.recognition.trajectory.swing_name import SwingName

__all__ = [
    "BACKGROUND", "Correction", "DecoderOptions", "SwingName", "TrajectoryCounter", "TrajectoryModel", "load_model",
    "save_model",
]  # fmt: skip
