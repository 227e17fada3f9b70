"""README and documents are right: examples run, commands and options exist, links lead to files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fitness.apps.cli import COMMANDS, main
from fitness.media.writer import VideoWriter
from scripts.figure import Clip, Motion, Reps

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = DOCUMENTS[0].read_text(encoding="utf-8")


@pytest.mark.usefixtures("models")
def test_the_python_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The README's examples run on a video with the name that they use."""
    clip = Clip(Motion(Reps("squat", 1, seconds=1.6, pause_top_s=0.6)), fps=15, width=320, height=320)
    with VideoWriter(tmp_path / "workout.mp4", clip.width, clip.height, clip.fps) as writer:
        for frame in clip.frames():
            writer.write(frame.image, frame.t)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(compile(code, "README.md", "exec"), names)
    printed = capsys.readouterr().out.replace("mappingproxy(", "").replace(")", "")
    assert printed.startswith("{'squat': 1}") and "squat {'squat': 1}" in printed
    assert len(names["reps"]) == 1


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link and picture of a document leads to a file of the checkout."""
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every `fitness COMMAND --option` of a document is one that the program knows."""
    found = re.findall(r"fitness ([a-z]+)((?: (?!fitness)[^\n`|#]*)?)", path.read_text(encoding="utf-8"))
    for command, rest in found:
        if command not in COMMANDS:
            continue
        words = rest.split()
        groups = ("models", "sessions")
        nested = [words[0]] if command in groups and words and words[0].isalpha() else []
        assert main([command, *nested, "--help"]) == 0
        known = capsys.readouterr().out
        for option in (word.strip("[]") for word in words if word.strip("[]").startswith("--")):
            assert option.split("=")[0] in known, f"{command} {option}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_selected_tests_exist(path: Path) -> None:
    """Every `pytest FILE -k WORDS` of a document names a file and a part of a test's name."""
    for file, words in re.findall(
        r"pytest [^`\n]*?(tests/\S+\.py)? ?-k (\w+)`", path.read_text(encoding="utf-8")
    ):
        files = [ROOT / file] if file else sorted((ROOT / "tests").rglob("test_*.py"))
        assert any(re.search(rf"def test_\w*{words}", one.read_text(encoding="utf-8")) for one in files), (
            words
        )


def test_the_readme_shows_the_two_commands() -> None:
    """The README names the scripts that set the program up, and both exist."""
    for script in ("./scripts/fitness demo", "./scripts/test"):
        assert script in README and (ROOT / script.split()[0]).exists()
