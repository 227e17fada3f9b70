"""Imports go downwards only: the picture of the rooms stays true."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Room (a module or a folder of `fitness`) -> rank. Code imports from rooms of a smaller rank and from its own room.
RANKS = {
    "": 0,  # fitness/__init__.py
    "types": 0,
    "skeleton": 0,
    "errors": 0,
    "data_files": 0,
    "heaps": 0,
    "ahead": 1,
    "engine": 1,
    "recognition": 1,
    "media": 1,
    "pipeline": 2,
    "stride": 3,
    "session": 3,
    "overlay": 3,
    "coach": 3,
    "sound": 3,
    "analysis": 4,
    "teach": 4,
    "batch": 4,
    "report": 4,
    "benchmark": 4,
    "drawing": 4,
    "window": 5,
    "web": 5,
    "mediapipe_api": 5,
    "config": 6,
    "api": 7,
    "worker": 7,
    "cli": 8,
    "__main__": 9,
}

# May be imported only inside functions, because it makes every start slower.
SLOW_TO_IMPORT = ("sklearn", "pandas", "matplotlib", "scipy")


def module_name(path: Path, root: Path) -> str:
    """fitness/engine/roi.py -> "fitness.engine.roi"; a package's __init__.py has the package's name."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The room of a module: the first name below `fitness`."""
    return module.split(".")[1] if "." in module else ""


def imported_modules(tree: ast.AST, module: str, is_package: bool, known: set[str]) -> set[str]:
    """The modules of this program that `tree` imports, at its top or inside functions."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.split(".") if is_package else module.split(".")[:-1]
                above = above[: len(above) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                found.add(whole if whole in known else base)
    return {name for name in found if name == "fitness" or name.startswith("fitness.")}


def import_graph(root: Path) -> dict[str, set[str]]:
    """Module -> modules of this program that it imports, for all files below root/fitness."""
    paths = {module_name(path, root): path for path in sorted((root / "fitness").rglob("*.py"))}
    return {
        name: imported_modules(ast.parse(path.read_text("utf-8")), name, path.stem == "__init__", set(paths))
        for name, path in paths.items()
    }


def broken_rules(graph: dict[str, set[str]]) -> list[str]:
    """What is wrong with an import graph, in words."""
    problems = [f"{name}: room {room_of(name)!r} has no rank" for name in graph if room_of(name) not in RANKS]
    for name, imports in graph.items():
        for imported in imports:
            mine, theirs = RANKS.get(room_of(name), 0), RANKS.get(room_of(imported), 0)
            same_floor = room_of(name) == room_of(imported) or mine == theirs == 0
            if imported not in graph:
                problems.append(f"{name} imports {imported}, which is not there")
            elif theirs >= mine and not same_floor and room_of(name) in RANKS:
                problems.append(f"{name} (rank {mine}) imports {imported} (rank {theirs})")
    return problems


def find_cycle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle, or an empty list."""
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done or name not in graph:
            return []
        for imported in sorted(graph[name] - {name}):
            if circle := visit(imported, [*trail, name]):
                return circle
        done.add(name)
        return []

    return next((circle for name in graph if (circle := visit(name, []))), [])


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
        ({"fitness.engine.roi": {"fitness.session"}, "fitness.session": set()}, "rank 3"),
        ({"fitness.engine.roi": {"fitness.media"}, "fitness.media": set()}, "rank 1"),
        ({"fitness.types": {"fitness.engine"}, "fitness.engine": set()}, "rank 0"),
        ({"fitness.utils": set()}, "'utils' has no rank"),
        ({"fitness.cli": {"fitness.gone"}}, "not there"),
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
from .. import skeleton
def late():
    from fitness.session import log
"""
    known = {
        "fitness.errors",
        "fitness.types",
        "fitness.engine.geometry",
        "fitness.skeleton",
        "fitness.session",
    }
    found = imported_modules(ast.parse(source), "fitness.engine.roi", False, known)
    assert found == {
        "fitness.errors", "fitness.types", "fitness.engine.geometry", "fitness.skeleton", "fitness.session",
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


def top_level_imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """Import statements that run when the module loads; those for type checkers do not."""
    return [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]


def names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules that an import statement names."""
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
