"""The same recording and the same settings give the same bytes, with any number of threads and workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import pytest

from fitness.apps.cli import main
from tests.support.video_files import write_clip

ROOT = Path(__file__).parents[2]
NOT_BYTES = (".mp4", ".done.json")
"""The video's container states when it was made; a batch's marker states how large that is."""


def analysed(clip: Path, out: Path, *options: str, seed: str = "0") -> dict[str, bytes]:
    """Every output of `fitness analyze` in a fresh process, by name."""
    command = [
        sys.executable, "-m", "fitness", "--quiet", "analyze", str(clip), "--model", "lite", "--out", str(out), *options,
    ]  # fmt: skip
    environ = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
    subprocess.run(command, check=True, env=environ, capture_output=True, timeout=120)
    return {
        path.name: path.read_bytes()
        for path in sorted(out.iterdir())
        if not path.name.endswith(NOT_BYTES) and path.name not in ("recordings.csv", "reps.csv")
    }


def video_packets(path: Path) -> list[tuple[int | None, bytes]]:
    """Time stamp and bytes of every coded frame."""
    with av.open(str(path)) as film:
        return [(packet.pts, bytes(packet)) for packet in film.demux(film.streams.video[0])]


@pytest.fixture(scope="module")
def clip(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


def test_threads_workers_and_hash_seeds_change_no_byte(clip: Path, tmp_path: Path) -> None:
    """Tables, summary and landmarks are the same with one thread, two threads, workers, and another hash seed."""
    first = analysed(clip, tmp_path / "one", "--no-store")
    assert set(first) == {"clip.reps.csv", "clip.frames.csv", "clip.summary.json", "clip.landmarks.npz"}
    assert analysed(clip, tmp_path / "two", "--no-store", "--threads", "3", seed="7") == first
    assert analysed(clip, tmp_path / "workers", "--workers", "1", seed="8") == first
    assert analysed(clip, tmp_path / "more", "--workers", "2", seed="9") == first
    films = [
        video_packets(tmp_path / name / "clip.annotated.mp4") for name in ("one", "two", "workers", "more")
    ]
    assert films[0] and films == [films[0]] * 4


def test_exports_and_reports_of_a_session_are_the_same_bytes(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two exports from the same store are equal; replay also prints the same document twice."""
    store = tmp_path / "store.sqlite3"
    out = tmp_path / "out"
    assert (
        main(
            [
                "analyze",
                str(clip),
                "--model",
                "lite",
                "--no-annotate",
                "--out",
                str(out),
                "--store",
                str(store),
            ]
        )
        == 0
    )
    for form in ("csv", "json", "jsonl", "strong", "hevy", "fitnotes", "liftlog", "fit", "tcx"):
        made = []
        for name in ("a", "b"):
            path = tmp_path / name / form
            path.parent.mkdir(exist_ok=True)
            assert main(["export", "--format", form, "--out", str(path), "--store", str(store)]) == 0
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            made.append([file.read_bytes() for file in files])
        assert made[0] == made[1] and made[0][0], form
    capsys.readouterr()
    documents = []
    for _ in range(2):
        assert main(["replay", str(out / "clip.landmarks.npz"), "--json"]) == 0
        documents.append(capsys.readouterr().out)
    assert documents[0] == documents[1] and '"squat": 1' in documents[0]
