"""Paths of the files that ship with the program: the models' manifest and the pose samples."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PACKED = _PACKAGE / "_data"


def resource_root() -> Path:
    """The folder that holds `models/` and `pose_samples/`.

    In an installed wheel that is `fitness/_data`; in a checkout it is the folder above the package.
    """
    return _PACKED if _PACKED.is_dir() else _PACKAGE.parent


def resource_path(*parts: str) -> Path:
    """The path of a file or folder that ships with the program: `resource_path("models", "manifest.json")`.

    Whether the file exists is not checked.
    """
    return resource_root().joinpath(*parts)
