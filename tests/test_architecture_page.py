"""The architecture page agrees with the code: its diagram is drawn from the imports, and its table has every room."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from tests.support import import_rules

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "architecture.md"


def _drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_architecture", ROOT / "scripts" / "make_architecture.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_diagram_is_drawn_from_the_imports() -> None:
    """After a change of imports: python scripts/make_architecture.py"""
    drawing = _drawing()
    graph = import_rules.import_graph(ROOT)
    assert drawing.PICTURE.read_text("utf-8") == drawing.picture(
        graph, import_rules.RANKS, import_rules.room_of
    )


def test_a_new_import_changes_the_diagram() -> None:
    """One more arrow, or one less, is noticed."""
    drawing = _drawing()
    graph = {"fitness.apps.cli": {"fitness.engine"}, "fitness.engine": set(), "fitness.media": set()}
    before = drawing.picture(graph, import_rules.RANKS, import_rules.room_of)
    graph["fitness.apps.cli"] = {"fitness.engine", "fitness.media"}
    after = drawing.picture(graph, import_rules.RANKS, import_rules.room_of)
    assert 'class="apps.cli-media"' in after and 'class="apps.cli-media"' not in before


def test_the_table_names_every_room_with_its_rank() -> None:
    """The table on the page has each room with its rank."""
    rows = re.findall(r"^\| (\d+) \| `([a-z_.]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    reported = {name: int(rank) for rank, name in rows}
    rooms = {import_rules.room_of(module) for module in import_rules.import_graph(ROOT)}
    assert reported == {
        name: rank
        for name, rank in import_rules.RANKS.items()
        if name in rooms and name not in ("", "__main__")
    }


def _words_of(path: Path) -> set[str]:
    """The words in the name of a file and of its folders, below `fitness/`."""
    return set(re.split(r"[/_]", path.relative_to(ROOT / "fitness").with_suffix("").as_posix())) - {""}


def test_a_stranger_finds_the_file_by_its_name() -> None:
    """The search words of a question lead to at most three files, and its answer is one of them."""
    section = PAGE.read_text("utf-8").split("## Where is it decided?")[1].split("## Rooms")[0]
    rows = re.findall(r"^\| (.+\?) \| ([a-z ]+) \| `([a-z_/]+\.py)` \|$", section, re.MULTILINE)
    assert len(rows) >= 10
    files = [path for path in (ROOT / "fitness").rglob("*.py") if path.name != "__init__.py"]
    for question, words, answer in rows:
        if answer.endswith("__init__.py"):
            continue
        found = [path for path in files if set(words.split()) <= _words_of(path)]
        assert ROOT / "fitness" / answer in found and len(found) <= 3, (question, found)


def test_the_files_that_answer_questions_are_there() -> None:
    """Every file that the page names below `fitness/` exists."""
    section = PAGE.read_text("utf-8").split("## Where is it decided?")[1].split("## Rooms")[0]
    named = re.findall(r"`([a-z_/]+(?:\.py|/))`", section)
    assert len(named) > 10
    for name in named:
        assert (ROOT / "fitness" / name).exists(), name
