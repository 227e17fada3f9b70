"""Errors of the facade. Each is an error of this program and of the built-in type that MediaPipe raises.

`except ValueError`, `except RuntimeError` and `except FileNotFoundError` of code written for MediaPipe keep working.
"""

from __future__ import annotations

from fitness.errors import FitnessError, ModelError, OptionError, SourceError, StateError

__all__ = [
    "ArgumentError", "MissingFileError", "MissingPackageError", "MissingPictureError", "ModelFileError",
    "OptionsError", "PictureError", "PixelFormatError", "PixelTypeError", "UsageError",
]  # fmt: skip


class ModelFileError(ModelError, RuntimeError):
    """A model file cannot be used; RuntimeError in MediaPipe."""


class MissingFileError(ModelFileError, FileNotFoundError):
    """A model file does not exist; FileNotFoundError in new versions of MediaPipe, RuntimeError in older ones."""


class PictureError(SourceError, RuntimeError):
    """An image file cannot be read; RuntimeError in MediaPipe."""


class MissingPictureError(PictureError, FileNotFoundError):
    """An image file does not exist; FileNotFoundError in new versions of MediaPipe, RuntimeError in older ones."""


class UsageError(StateError, ValueError):
    """A call that is not allowed now: closed, in another running mode, or with a time that does not increase."""


class ArgumentError(FitnessError, ValueError):
    """An argument has a value that is not allowed."""


class PixelTypeError(ArgumentError, TypeError):
    """Pixels of a type that images do not have; ValueError in new versions of MediaPipe, TypeError in older ones."""


class PixelFormatError(ArgumentError, RuntimeError):
    """Pixels do not fit the format; ValueError in new versions of MediaPipe, RuntimeError in older ones."""


class MissingPackageError(FitnessError, ImportError):
    """An optional package is not installed."""


class OptionsError(OptionError, RuntimeError):
    """An option of a task has a value that is not allowed; MediaPipe raises ValueError or RuntimeError, by option."""
