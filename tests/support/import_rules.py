"""The import rules of the program: ranks of rooms, and how imports are read from the code."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Room (a module or a folder of `fitness`) -> rank. Code imports from rooms of a smaller rank and from its own room.
RANKS = {
    "": 0,  # fitness/__init__.py
    "types": 0,
    "skeleton": 0,
    "errors": 0,
    "options": 0,
    "resources": 0,
    "stopping": 0,
    "atomic_file": 0,
    "plural": 0,
    "engine": 1,
    "media": 1,
    "metrics": 1,
    "recognition": 2,
    "session": 3,
    "coach": 3,
    "drawing": 4,
    "report": 5,
    "teach": 5,
    "pipeline": 5,
    "mediapipe_api": 6,
    "api": 6,
    "apps.window": 7,
    "apps.web": 7,
    "apps": 7,
    "apps.cli": 8,
    "__main__": 9,
}
# May be imported only inside functions, because they would slow down every start.
SLOW_TO_IMPORT = ("sklearn", "pandas", "matplotlib", "scipy")


def module_name(path: Path, root: Path) -> str:
    """fitness/engine/blazepose/roi.py -> "fitness.engine.blazepose.roi"; a package's __init__.py has the package's name."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The room of a module: the first name below `fitness`, and the first two below `fitness.apps`."""
    parts = module.split(".")[1:]
    return ".".join(parts[:2] if parts[:1] == ["apps"] else parts[:1])


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
    """The problems of an import graph, as text."""
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


def top_level_imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """Import statements that run when the module loads; those for type checkers only are left out."""
    return [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]


def names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules that an import statement names."""
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
