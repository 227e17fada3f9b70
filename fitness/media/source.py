"""Finds the video files that the user names on the command line."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fitness.errors import SourceError
from fitness.media.container import open_video
from fitness.media.images import IMAGE_SUFFIXES, load_image
from fitness.media.info import MAX_PIXELS, MAX_SIDE_PX, SourceInfo, check_size
from fitness.media.video_file import VideoFile

__all__ = [
    "IMAGE_SUFFIXES",
    "MAX_PIXELS",
    "MAX_SIDE_PX",
    "VIDEO_SUFFIXES",
    "SourceInfo",
    "Sources",
    "VideoFile",
    "check_size",
    "expand_sources",
    "find_sources",
    "load_image",
]

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

VIDEO_SUFFIXES: Final = frozenset(
    {
        ".3g2", ".3gp", ".asf", ".avi", ".divx", ".f4v", ".flv", ".gif", ".hevc",
        ".insv", ".ivf", ".lrv", ".m2t", ".m2ts", ".m2v", ".m4v", ".mjpeg", ".mjpg", ".mkv", ".mov", ".mp4", ".mpe",
        ".mpeg", ".mpg", ".mts", ".nut", ".ogm", ".ogv", ".qt", ".vob", ".webm", ".wmv", ".y4m",
    }
)  # fmt: skip
"""File name endings of videos, in lower case; such files are not opened to check."""

NO_VIDEO_SUFFIXES: Final = IMAGE_SUFFIXES - VIDEO_SUFFIXES - {".webp"} | {
    ".aac", ".bak", ".csv", ".doc", ".docx", ".flac", ".gz", ".htm", ".html", ".ini", ".jpg_original", ".json", ".jsonl",
    ".log", ".md", ".mp3", ".npz", ".opus", ".part", ".pdf", ".py", ".sqlite3", ".srt", ".svg", ".tar", ".toml", ".txt",
    ".wav", ".xls", ".xlsx", ".xml", ".xmp", ".yaml", ".yml", ".zip",
}  # fmt: skip
"""File name endings of files without video; all other files in a folder are opened to check."""

_OWN_VIDEO: Final = ".annotated.mp4"


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that the user named.   videos: files to read.   left_out: (file of a folder, why it is not read)."""

    videos: tuple[Path, ...]
    left_out: tuple[tuple[Path, str], ...] = ()


def find_sources(args: Sequence[str | os.PathLike[str]]) -> Sources:
    """The video files that `args` name, each once, in the order of the arguments, and files left out of folders.

    A file is accepted with any name. A folder stands for each video directly in it, sorted by name; files with
    unknown endings are opened to check. Hidden files, subfolders and annotated videos of this program are left out. A
    pattern with *, ? or [] stands for the videos that match, sorted; ** includes subfolders. An existing name is never
    treated as a pattern.

    Raises:
        SourceError: an argument names nothing, no video, or an address.
    """
    found: dict[Path, None] = {}
    left_out: dict[Path, str] = {}
    for arg in args:
        one = _expand(os.path.expanduser(os.fspath(arg)))
        found.update(dict.fromkeys(one.videos))
        left_out.update(one.left_out)
    if not found:
        raise SourceError("no video was named; give files, folders or patterns such as clips/*.mp4")
    return Sources(tuple(found), tuple((path, why) for path, why in left_out.items() if path not in found))


def expand_sources(args: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """The videos of `find_sources`."""
    return list(find_sources(args).videos)


def _expand(arg: str) -> Sources:
    path = Path(arg)
    if not arg:
        raise SourceError("an empty name was given for a video; check the quotes")
    if path.is_dir():
        sources = _videos(path.iterdir())
        if not sources.videos:
            raise SourceError(f"{path}: no video in this folder{_examples(sources)}")
        return sources
    if path.exists():
        return Sources((path,))
    if _ADDRESS.match(arg):
        raise SourceError(
            f"{arg}: addresses are not read; download the video first, or count a camera's stream with"
            f" `fitness live --camera {arg}`"
        )
    if glob.has_magic(arg):
        sources = _videos(_matches(arg))
        if not sources.videos:
            raise SourceError(f"{arg}: no video matches this pattern{_examples(sources)}")
        return Sources(sources.videos)
    raise SourceError(f"{path}: no such file or folder; check the path")


def _matches(pattern: str) -> Iterator[Path]:
    """The files that a pattern matches. ** does not follow links to folders, which may lead in a circle."""
    if "**" not in pattern:
        yield from (Path(match) for match in glob.glob(pattern))
        return
    path = Path(pattern)
    first = next(i for i, part in enumerate(path.parts) if glob.has_magic(part))
    start, rest = Path(*path.parts[:first]), Path(*path.parts[first:])
    for match in start.glob(str(rest)):
        if not any(part.startswith(".") for part in match.relative_to(start).parts):
            yield match


def _examples(sources: Sources) -> str:
    left_out = "; ".join(f"{path.name}: {why}" for path, why in sources.left_out[:3])
    return f" ({left_out}{'; ...' if len(sources.left_out) > 3 else ''})" if left_out else ""


def _videos(paths: Iterable[Path]) -> Sources:
    """The files that hold a video, sorted by name; hidden files and folders are skipped without a message."""
    files = [path for path in paths if not path.name.startswith(".") and not path.is_dir()]
    videos, left_out = [], []
    for path in sorted(files, key=lambda path: (str(path).casefold(), str(path))):
        why = _why_not(path)
        if why is None:
            videos.append(path)
        else:
            left_out.append((path, why))
    return Sources(tuple(videos), tuple(left_out))


def _why_not(path: Path) -> str | None:
    """Why a file of a folder is not read, in words; None for a video."""
    suffix = path.suffix.lower()
    if (
        path.name.endswith(_OWN_VIDEO)
        and path.with_name(path.name.removesuffix(_OWN_VIDEO) + ".summary.json").exists()
    ):
        return "an annotated video of this program"
    if path.suffixes[-2:-1] == [".part"]:
        return "left by an interrupted run"
    if suffix in VIDEO_SUFFIXES:
        return None
    if suffix in NO_VIDEO_SUFFIXES:
        return "a photo" if suffix in IMAGE_SUFFIXES else "no video"
    try:
        container, _ = open_video(path)
    except SourceError as error:
        return "a photo" if "is a photo" in str(error) else "no video"
    container.close()
    return None
