"""What the user names on the command line -> video files; the readers of files in one place."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from fitness.errors import SourceError
from fitness.media.images import IMAGE_SUFFIXES, load_image
from fitness.media.info import MAX_PIXELS, MAX_SIDE_PX, SourceInfo, check_size
from fitness.media.video_file import VideoFile

__all__ = [
    "IMAGE_SUFFIXES",
    "MAX_PIXELS",
    "MAX_SIDE_PX",
    "VIDEO_SUFFIXES",
    "SourceInfo",
    "VideoFile",
    "check_size",
    "expand_sources",
    "load_image",
]

VIDEO_SUFFIXES: Final = frozenset(
    {
        ".3gp", ".asf", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4",
        ".mpeg", ".mpg", ".mts", ".ogv", ".ts", ".webm", ".wmv",
    }
)  # fmt: skip
"""Names of video files that are looked for in folders and patterns, in lower case."""


def expand_sources(args: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """The video files that `args` name, each once, in the order of the arguments.

    A file is taken whatever its name. A folder gives the videos directly in it (`VIDEO_SUFFIXES`, no hidden
    files, not those of folders inside), sorted by name. A pattern with *, ? or [] gives the videos that
    match, sorted; ** goes into folders. A name that exists is never taken for a pattern.

    Raises:
        SourceError: an argument names nothing, or no video.
    """
    found: dict[Path, None] = {}
    for arg in args:
        found.update(dict.fromkeys(_expand(os.path.expanduser(os.fspath(arg)))))
    if not found:
        raise SourceError("no video was named; give files, folders or patterns such as clips/*.mp4")
    return list(found)


def _expand(arg: str) -> list[Path]:
    path = Path(arg)
    if not arg:
        raise SourceError("an empty name was given for a video; check the quotes")
    if path.is_dir():
        videos = _videos(path.iterdir())
        if not videos:
            raise SourceError(
                f"{path}: no video in this folder (looked for .mp4, .mov, .mkv, .gif and others)"
            )
        return videos
    if path.exists():
        return [path]
    if glob.has_magic(arg):
        videos = _videos(Path(match) for match in glob.glob(arg, recursive=True))
        if not videos:
            raise SourceError(f"{arg}: no video matches this pattern")
        return videos
    raise SourceError(f"{path}: no such file or folder; check the path")


def _videos(paths: Iterable[Path]) -> list[Path]:
    named = (p for p in paths if p.suffix.lower() in VIDEO_SUFFIXES and not p.name.startswith("."))
    kept = (p for p in named if p.suffixes[-2:-1] != [".part"])  # left by a run that was killed
    return sorted((p for p in kept if p.is_file()), key=lambda p: (str(p).casefold(), str(p)))
