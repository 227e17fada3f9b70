"""Draws docs/pictures/architecture.svg from the imports of the program: rooms by rank, with arrows for imports.

python scripts/make_architecture.py

The ranks come from tests/support/import_rules.py, the arrows from the code. tests/test_architecture_page.py fails if the
diagram is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
WIDTH, ROW, BOX, HIGH = 1120, 92, 118, 34
SKIP = (
    "",
    "types",
    "skeleton",
    "errors",
    "options",
    "resources",
    "stopping",
    "atomic_file",
    "plural",
    "__main__",
)
"""Rooms without arrows: every room imports the first ones, and none imports the last."""


def rooms_of(graph: dict[str, set[str]], room: object) -> dict[str, set[str]]:
    """Room -> rooms that it imports from."""
    found: dict[str, set[str]] = {}
    for module, imports in graph.items():
        mine = room(module)  # type: ignore[operator]
        theirs = {room(each) for each in imports}  # type: ignore[operator]
        found.setdefault(mine, set()).update(theirs - {mine})
    return found


def picture(graph: dict[str, set[str]], ranks: dict[str, int], room: object) -> str:
    """The SVG: the highest rank on top; an arrow goes from a room to what it imports."""
    arrows = rooms_of(graph, room)
    by_rank: dict[int, list[str]] = {}
    for name in sorted(arrows):
        if name not in SKIP:
            by_rank.setdefault(ranks[name], []).append(name)
    places: dict[str, tuple[float, float]] = {}
    for row, rank in enumerate(sorted(by_rank, reverse=True)):
        names = by_rank[rank]
        for i, name in enumerate(names):
            places[name] = (WIDTH * (i + 1) / (len(names) + 1), 40 + ROW * row)
    height = 40 + ROW * len(by_rank) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="15">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for name in sorted(places):
        for other in sorted(arrows[name]):
            if other in places:
                (x, y), (x2, y2) = places[name], places[other]
                parts.append(
                    f'<path class="{name}-{other}" d="M{x:.0f} {y + HIGH / 2:.0f} L{x2:.0f} {y2 - HIGH / 2:.0f}" '
                    'stroke="#9db2c7" stroke-width="1.4" fill="none"/>'
                )
    for name in sorted(places):
        x, y = places[name]
        parts.append(
            f'<rect x="{x - BOX / 2:.0f}" y="{y - HIGH / 2:.0f}" width="{BOX}" height="{HIGH}" rx="6" fill="#e8f1fa" '
            f'stroke="#33658a"/><text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" fill="#16324a">{name}</text>'
        )
    for row, rank in enumerate(sorted(by_rank, reverse=True)):
        parts.append(f'<text x="10" y="{45 + ROW * row}" fill="#777">{rank}</text>')
    words = "0  types, skeleton, errors: the words that every room speaks"
    parts.append(f'<text x="10" y="{height - 10}" fill="#777">{words}</text></svg>')
    return "\n".join(parts) + "\n"


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from tests.support import import_rules

    text = picture(import_rules.import_graph(ROOT), import_rules.RANKS, import_rules.room_of)
    PICTURE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
