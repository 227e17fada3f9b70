"""Finds, checks and downloads the weight files.

The files are stored in `models/` in the user's cache folder. A file is used only if its SHA-256 is in the manifest.
This is checked at each start (16 ms for the largest file), so a damaged file is detected and downloaded again.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

from fitness.atomic_file import atomic_file, scratch_folder
from fitness.engine.runtime.checksum import file_sha256
from fitness.engine.runtime.loader import check_tflite
from fitness.engine.runtime.manifest import Manifest, ModelSpec, Source, load_manifest
from fitness.errors import ModelError
from fitness.resources import user_folder

if TYPE_CHECKING:  # its network modules would make each start slower
    from fitness.engine.runtime.weight_sources import Progress, ProgressCallback, Readable

CACHE_VARIABLE: Final = "FITNESS_CACHE_DIR"

State = Literal["ready", "missing", "damaged"]

_PARTIAL: Final = ".part"  # end of the name of a file that is being written
_CHUNK: Final = 1 << 20  # bytes
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileState:
    """The state of one weight file in the cache.   sha256: of its content, or None if the file is missing."""

    spec: ModelSpec
    path: Path
    state: State
    sha256: str | None


def default_cache_dir(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The program's cache folder: FITNESS_CACHE_DIR, else the user's (`resources.user_folder`)."""
    if chosen := environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser()
    return user_folder("cache", environ, platform)


def ensure(
    name: str,
    *,
    explicit: Path | None = None,
    cache_dir: Path | None = None,
    progress: ProgressCallback | None = None,
    offline: bool = False,
) -> Path:
    """The path of a model's weights, downloaded if missing; see `ModelFiles` for several models.

    name: "detector", "lite", "full" or "heavy".
    explicit: use this file instead; any TFLite model is accepted.
    Raises OptionError for an unknown name, ModelError if the weights cannot be downloaded.
    """
    return ModelFiles(cache_dir, progress=progress, offline=offline).ensure(name, explicit=explicit)


class ModelFiles:
    """The cache of weight files.

    cache_dir: the program's cache folder, None for the user's; the weights are in `models/` inside it.
    progress: called with the progress of downloads.   offline: never download.
    The same object does not try a failed source again. Several processes may use the cache at once.
    """

    def __init__(
        self,
        cache_dir: Path | None = None,
        *,
        progress: ProgressCallback | None = None,
        offline: bool = False,
        manifest: Manifest | None = None,
    ) -> None:
        self.folder = (default_cache_dir() if cache_dir is None else Path(cache_dir)) / "models"
        self.manifest = load_manifest() if manifest is None else manifest
        self._progress: ProgressCallback = progress or _silent
        self._offline = offline
        self._failed: dict[str, str] = {}

    def ensure(self, name: str, *, explicit: Path | None = None) -> Path:
        """The path of one model's weights; see the function `ensure`."""
        if explicit is None:
            return self.ensure_all([name])[name]
        check_tflite(explicit)
        if not self.knows(name, explicit):
            _log.warning(
                "%s is not one of the known weight files of model %s; using it anyway", explicit, name
            )
        return explicit

    def knows(self, name: str, path: Path) -> bool:
        """Whether the manifest lists the file's checksum for that model."""
        return file_sha256(path) in _accepted(self.manifest.spec(name))

    def ensure_all(self, names: Sequence[str]) -> dict[str, Path]:
        """The paths of several models' weights by name; missing files are downloaded together.

        Raises OptionError for an unknown name, ModelError if a file cannot be downloaded.
        """
        if missing := self._missing(names):
            self._fetch(missing)
        return {name: self.folder / self.manifest.spec(name).file for name in names}

    def state(self, name: str) -> FileState:
        """Whether a model's file is in the cache and intact; nothing is downloaded."""
        spec = self.manifest.spec(name)
        path = self.folder / spec.file
        try:
            found = file_sha256(path)
        except (FileNotFoundError, NotADirectoryError):
            return FileState(spec, path, "missing", None)
        except OSError as error:
            raise ModelError(
                f"{path}: the cached weights cannot be read ({error.strerror or error}); "
                f"remove the file or choose another cache folder with {CACHE_VARIABLE}"
            ) from error
        return FileState(spec, path, "ready" if found in _accepted(spec) else "damaged", found)

    def _missing(self, names: Sequence[str]) -> list[str]:
        return [name for name in dict.fromkeys(names) if self.state(name).state != "ready"]

    def _fetch(self, names: list[str]) -> None:
        damaged = [name for name in names if self.state(name).state == "damaged"]
        if self._offline:
            raise self._cannot(names, {"downloads are switched off": ""})
        for name in damaged:
            _log.warning("%s is damaged; fetching it again", self.folder / self.manifest.spec(name).file)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with _locked(self.folder / ".lock"):
                self._sweep()
                for source in self.manifest.sources:
                    # Another process may have downloaded them while this one waited for the lock.
                    if not (missing := self._missing(names)):
                        return
                    self._try(source, missing)
                if missing := self._missing(names):
                    raise self._cannot(missing, self._failed)
        except OSError as error:
            raise ModelError(
                f"{self.folder}: weights cannot be stored here ({error.strerror or error}); "
                f"choose another cache folder with --cache-dir or {CACHE_VARIABLE}"
            ) from error

    def _sweep(self) -> None:
        """Remove partial files of downloads that were killed."""
        for path in self.folder.glob(f".*{_PARTIAL}"):
            path.unlink()

    def _try(self, source: Source, missing: list[str]) -> None:
        from fitness.engine.runtime.weight_sources import FetchError, fetch

        wanted = [name for name in missing if name in source.members]
        if not wanted or source.title in self._failed:
            return
        try:
            with scratch_folder() as scratch:
                fetch(source, wanted, scratch, self._store, self._progress)
        except FetchError as error:
            _log.info("%s: %s", source.title, error)
            self._failed[source.title] = str(error)

    def _store(self, name: str, stream: Readable) -> None:
        """Store one downloaded file, but only if it is complete and its checksum is right."""
        from fitness.engine.runtime.weight_sources import FetchError

        if not self._missing([name]):  # already stored, and it may be in use
            return
        spec = self.manifest.spec(name)
        largest = max(version.size for version in spec.versions)
        digest, size = hashlib.sha256(), 0
        with atomic_file(self.folder / spec.file) as file:
            while data := stream.read(_CHUNK):
                size += len(data)
                if size > largest:
                    raise FetchError(f"{spec.file} is larger than expected")
                digest.update(data)
                file.write(data)
            if digest.hexdigest() not in _accepted(spec):
                raise FetchError(f"{spec.file} has a wrong checksum")

    def _cannot(self, names: list[str], reasons: Mapping[str, str]) -> ModelError:
        files = " and ".join(self.manifest.spec(name).file for name in names)
        tried = "; ".join(f"{place}: {why}" if why else place for place, why in reasons.items())
        return ModelError(
            f"the weights of model {' and '.join(names)} are missing and cannot be downloaded ({tried}); "
            f"connect to the internet, or put {files} into {self.folder} by hand"
        )


def _accepted(spec: ModelSpec) -> set[str]:
    return {version.sha256 for version in spec.versions}


def _silent(_progress: Progress) -> None:
    pass


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the system releases it if the process dies."""
    with path.open("a+b") as file:
        _lock_file(file)
        yield


if sys.platform == "win32":

    def _lock_file(file: IO[Any]) -> None:
        import msvcrt

        while True:
            try:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # gives up after 10 s
            except OSError:
                continue
            return

else:

    def _lock_file(file: IO[Any]) -> None:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
