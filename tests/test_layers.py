"""Imports go downwards only, as the diagram of the rooms shows."""

from __future__ import annotations

import ast

import pytest

from tests.support.import_rules import (
    ROOT,
    SLOW_TO_IMPORT,
    broken_rules,
    find_cycle,
    import_graph,
    imported_modules,
    names_of,
    top_level_imports,
)


def test_code_imports_only_from_rooms_of_smaller_rank() -> None:
    """No module imports from a room of its own rank or above, except its own room."""
    graph = import_graph(ROOT)
    assert len(graph) > 20
    assert broken_rules(graph) == []


def test_inside_a_room_imports_have_an_order() -> None:
    """Modules never import each other in a circle, not even inside functions."""
    assert find_cycle(import_graph(ROOT)) == []


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        ({"fitness.engine.blazepose.roi": {"fitness.session"}, "fitness.session": set()}, "rank 3"),
        ({"fitness.engine.blazepose.roi": {"fitness.media"}, "fitness.media": set()}, "rank 1"),
        ({"fitness.types": {"fitness.engine"}, "fitness.engine": set()}, "rank 0"),
        ({"fitness.utils": set()}, "'utils' has no rank"),
        ({"fitness.apps.cli": {"fitness.gone"}}, "not there"),
    ],
)
def test_the_rule_notices_a_wrong_import(graph: dict[str, set[str]], words: str) -> None:
    """Upwards, sideways, from the ground floor, from an unknown room or from nowhere: each is reported."""
    (problem,) = broken_rules(graph)
    assert words in problem


def test_the_rule_reads_every_form_of_import() -> None:
    """Plain, from, relative and nested imports are all seen; a name that is no module counts as its module."""
    source = """
import fitness.errors
from fitness import types
from .geometry import turn
from ... import skeleton
def late():
    from fitness.session import log
"""
    known = {
        "fitness.errors",
        "fitness.types",
        "fitness.engine.blazepose.geometry",
        "fitness.skeleton",
        "fitness.session",
    }
    found = imported_modules(ast.parse(source), "fitness.engine.blazepose.roi", False, known)
    assert found == {
        "fitness.errors", "fitness.types", "fitness.engine.blazepose.geometry", "fitness.skeleton", "fitness.session",
    }  # fmt: skip


def test_a_circle_is_noticed() -> None:
    """Three modules that import each other are reported as the circle they are."""
    graph = {"fitness.a": {"fitness.b"}, "fitness.b": {"fitness.c"}, "fitness.c": {"fitness.a"}}
    assert find_cycle(graph) == ["fitness.a", "fitness.b", "fitness.c", "fitness.a"]


def test_slow_packages_are_imported_inside_functions() -> None:
    """scikit-learn, pandas and the like are imported where they are used, never when a module loads."""
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "fitness").rglob("*.py"))
        for node in top_level_imports(ast.parse(path.read_text("utf-8")))
        if any(name.split(".")[0] in SLOW_TO_IMPORT for name in names_of(node))
    ]
    assert offenders == []
