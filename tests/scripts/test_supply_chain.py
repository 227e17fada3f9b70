"""Dependencies: a small base set, known licences, and unchanged weights."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fitness.engine.runtime.weights import ModelFiles
from fitness.errors import ModelError
from fitness.pipeline.settings import Engine, Settings

ROOT = Path(__file__).parents[2]
BASE = {
    "ai-edge-litert", "av", "click", "jinja2", "numpy", "opencv-python", "pandas", "rich", "scikit-learn", "tomli",
}  # fmt: skip
EXTRAS = (
    "cryptography", "dask", "distributed", "fastapi", "httpx", "hypothesis", "matplotlib", "openvino", "playwright",
    "pyarrow", "segno", "starlette", "uvicorn", "websockets",
)  # fmt: skip

CODE = f"""
import sys
sys.modules.update(dict.fromkeys({EXTRAS!r}))  # an import of None is refused
import fitness, fitness.api, fitness.pipeline.analyzer, fitness.pipeline.batch, fitness.pipeline.batch.worker
import fitness.coach, fitness.pipeline.loop, fitness.pipeline.settings, fitness.recognition.recogniser
import fitness.session, fitness.session.store, fitness.apps.window.app
from fitness.apps.cli import main
from tests.support.video_files import write_clip
from pathlib import Path
clip = write_clip(Path("clip.mp4"))
raise SystemExit(main(["--quiet", "analyze", "clip.mp4", "--model", "lite", "--no-store", "--out", "out"]))
"""


@pytest.mark.usefixtures("models")
def test_counting_needs_only_the_base_set(tmp_path: Path) -> None:
    """With the packages for web, plotting, cluster and tests blocked, everything imports and a recording is counted."""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "squat" in (tmp_path / "out" / "clip.reps.csv").read_text()


def test_the_base_set_of_packages_is_the_approved_one() -> None:
    """A new base dependency must be a decision, so the list is fixed here."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (block,) = re.findall(r"^dependencies = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert {
        re.split(r"[<>=;\[ ]", name)[0] for name in re.findall(r'^    "([^"]+)"', block, re.MULTILINE)
    } == BASE


def test_every_locked_package_has_a_licence_on_the_list() -> None:
    """docs/reference/licences.md, made by scripts/licences, names each package of the program and its page."""
    locked = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements-web.txt").read_text("utf-8"), re.MULTILINE)
    rows = dict(
        re.findall(
            r"^\| ([a-z0-9-]+) \| ([^|]+) \|",
            (ROOT / "docs" / "reference" / "licences.md").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    assert len(locked) > 15
    for name in locked:
        assert rows.get(name, "").strip() not in ("", "unknown"), name


@pytest.mark.usefixtures("models")
def test_changed_weights_are_never_loaded(tmp_path: Path, models: Path) -> None:
    """If one bit of a cached file changes, this is noticed before the file is loaded."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("pose_detection.tflite", "pose_landmark_lite.tflite"):
        (folder / name).write_bytes((models / name).read_bytes())
    Engine(Settings(model="lite", cache_dir=tmp_path))
    path = folder / "pose_landmark_lite.tflite"
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    with pytest.raises(ModelError, match="cannot be downloaded"):
        ModelFiles(tmp_path, offline=True).ensure("lite")
