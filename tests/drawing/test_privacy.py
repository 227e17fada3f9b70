"""No data leaves the machine and no image is stored: analyze, live and the page run without a network and are watched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fitness.engine.runtime.weights import CACHE_VARIABLE
from fitness.media.source import VideoFile
from tests.support.video_files import write_clip

HERE = Path(__file__).parents[1]
PICTURES = (
    b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*", b"\x1aE\xdf\xa3", b"P5", b"P6",
)  # fmt: skip


def pictures_below(folder: Path) -> list[str]:
    """Files that begin like an image or a video."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            head = path.read_bytes()[:12]
            if head.startswith(PICTURES) or head[4:8] == b"ftyp":
                found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def no_network() -> list[str]:
    """A command prefix that removes all network interfaces, also for native code; empty if the system does not
    allow that.
    """
    if shutil.which("unshare") is None:
        return []
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return []


@pytest.fixture(scope="module")
def watched(models: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The audit events of a child process that counted a file, counted live, and served the page; and its folder."""
    outside = tmp_path_factory.mktemp("outside")
    folder = tmp_path_factory.mktemp("home")
    report = outside / "report.json"
    clip = write_clip(outside / "clip.mp4")
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("FITNESS", "XDG", "TMP"))
    } | {
        "HOME": str(folder), "TMPDIR": str(folder), CACHE_VARIABLE: str(models.parent),
        "PYTHONPATH": os.pathsep.join((str(HERE.parent), str(HERE))),
    }  # fmt: skip
    command = [
        *no_network(),
        sys.executable,
        str(HERE / "support" / "watched.py"),
        str(report),
        str(folder),
        str(clip),
    ]
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(report.read_text()), folder


def test_no_connection_is_opened(watched: tuple[dict[str, Any], Path]) -> None:
    """Everything works without a network, and no connection, look-up or other program is attempted."""
    seen, _ = watched
    assert seen["codes"] == [0, 0, 0]
    assert seen["network"] == [] and seen["programs"] == []


def test_no_image_is_written(watched: tuple[dict[str, Any], Path]) -> None:
    """Tables, landmarks and the store exist; no image exists, not even a temporary file."""
    seen, folder = watched
    kept = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {"clip.reps.csv", "clip.landmarks.npz", "sessions.sqlite3"} <= kept
    assert pictures_below(folder) == []
    assert not [
        path for path in seen["writes"] if path.lower().endswith((".png", ".jpg", ".jpeg", ".mp4", ".bmp"))
    ]


def test_only_the_folders_of_the_program_are_written_to(
    watched: tuple[dict[str, Any], Path], models: Path
) -> None:
    """Files are written only to the out folder, the store, temporary files and the cache of weights."""
    seen, folder = watched
    mine = (str(folder), str(models.parent), "/dev/")
    assert [path for path in seen["writes"] if not path.startswith(mine) and "__pycache__" not in path] == []


@pytest.mark.usefixtures("models")
def test_the_requested_video_is_private_with_the_privacy_option(tmp_path: Path) -> None:
    """analyze --privacy skeleton writes a video that shows only black, lines and letters, not the figure."""
    from fitness.apps.cli import main

    clip = write_clip(tmp_path / "clip.mp4")
    shares = {}
    for privacy in ("none", "skeleton"):
        out = tmp_path / privacy
        assert (
            main(
                [
                    "analyze",
                    str(clip),
                    "--model",
                    "lite",
                    "--no-store",
                    "--privacy",
                    privacy,
                    "--out",
                    str(out),
                ]
            )
            == 0
        )
        assert pictures_below(out) == ["clip.annotated.mp4"]
        with VideoFile(out / "clip.annotated.mp4") as frames:
            shares[privacy] = max((frame.image.max(axis=2) > 40).mean() for frame in frames)
    assert shares["none"] > 0.9 and shares["skeleton"] < 0.3


def test_the_file_monitor_notices_images(tmp_path: Path) -> None:
    """The search for images finds images."""
    write_clip(tmp_path / "a.mp4").rename(tmp_path / "a.bin")
    (tmp_path / "b.dat").write_bytes(b"\xff\xd8\xff\xe0 jpeg")
    (tmp_path / "c.csv").write_text("a,b\n")
    assert pictures_below(tmp_path) == ["a.bin", "b.dat"]
