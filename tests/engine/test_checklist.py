"""Every point of the parity checklist has a test with its number, and the page about it names the test file."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parents[1]
POINTS = range(1, 47)


def numbered_tests() -> dict[int, set[str]]:
    """Point -> names of the test files (without test_ and .py) that have a test of its number."""
    found: dict[int, set[str]] = defaultdict(set)
    for path in TESTS.rglob("test_*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            numbers = isinstance(node, ast.FunctionDef) and re.match(
                r"test_checklist_((?:\d\d_)+)\D", node.name
            )
            if numbers:
                for number in numbers[1].strip("_").split("_"):
                    found[int(number)].add(path.stem.removeprefix("test_"))
    return found


def test_every_point_has_a_test() -> None:
    """The points are 1 to 46."""
    assert sorted(numbered_tests()) == list(POINTS)


def test_the_page_names_the_tests_of_each_point() -> None:
    """The page has one row for each point, in order, with the files that test it."""
    page = (TESTS.parent / "docs" / "reference" / "parity.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", page, flags=re.MULTILINE)
    listed = {int(point): set(files.split(", ")) for point, files in rows}
    assert [int(point) for point, _ in rows] == list(POINTS)
    assert listed == numbered_tests()
