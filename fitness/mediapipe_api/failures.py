"""What goes wrong in the facade: each error is one of this program and of the built-in type that MediaPipe raises.

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
    """A model file is not there; FileNotFoundError in new versions of MediaPipe, RuntimeError in older ones."""


class PictureError(SourceError, RuntimeError):
    """A picture file cannot be read; RuntimeError in MediaPipe."""


class MissingPictureError(PictureError, FileNotFoundError):
    """A picture file is not there; FileNotFoundError in new versions of MediaPipe, RuntimeError in older ones."""


class UsageError(StateError, ValueError):
    """A call that the state does not allow: closed, another running mode, time that does not increase."""


class ArgumentError(FitnessError, ValueError):
    """An argument has a value that is not allowed."""


class PixelTypeError(ArgumentError, TypeError):
    """Pixels of a type that pictures do not have; ValueError in new versions of MediaPipe, TypeError in older ones."""


class PixelFormatError(ArgumentError, RuntimeError):
    """Pixels do not fit the format; ValueError in new versions of MediaPipe, RuntimeError in older ones."""


class MissingPackageError(FitnessError, ImportError):
    """An optional package is not installed."""


class OptionsError(OptionError, RuntimeError):
    """An option of a task has a value that is not allowed; ValueError or RuntimeError in MediaPipe, as it comes."""
