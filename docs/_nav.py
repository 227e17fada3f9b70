"""Order of the site's pages, for MkDocs: four kinds of documents, and research apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

SECTIONS: dict[str, tuple[str, ...]] = {
    "Tutorials": ("tutorials/first-workout", "tutorials/first-exercise"),
    "Guides": (
        "guides/live",
        "guides/page",
        "guides/command-line",
        "guides/files",
        "guides/sessions",
        "guides/batch",
        "guides/teach",
        "guides/python",
        "guides/mediapipe",
        "guides/extending",
        "guides/troubleshooting",
    ),
    "Reference": (
        "reference/commands",
        "reference/api",
        "reference/files",
        "reference/limits",
        "reference/glossary",
    ),
    "Explanation": (
        "explanation/how-it-counts",
        "explanation/counting",
        "explanation/engine",
        "explanation/speed",
    ),
    "Research": (),
    "Contributing": ("contributing",),
}
"""Section -> its first pages; other pages of the folder of that name follow in alphabetical order."""


def pages() -> dict[str, list[str]]:
    """Section -> its pages, as paths below docs/; every page is in exactly one section."""
    there = {path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.rglob("*.md")} - {"index"}
    found = {}
    for title, first in SECTIONS.items():
        more = sorted(there - set(first)) if title.lower() in {name.split("/")[0] for name in there} else []
        mine = [name for name in first if name in there]
        mine += [name for name in more if name.startswith(title.lower() + "/")]
        found[title] = [f"{name}.md" for name in mine]
    return found


def on_config(config: Any) -> Any:
    """MkDocs' hook: the navigation of the pages that are there."""
    sections = [{title: names} for title, names in pages().items() if names]
    config["nav"] = [{"Home": "index.md"}, *sections]
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links that lead out of the folder on disk lead to the first page here."""
    return markdown.replace("](../../README.md", "](../index.md").replace("](../README.md", "](index.md")
