"""Order of the site's pages, for MkDocs; a page that nobody put anywhere appears under "More"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

SECTIONS: dict[str, list[str]] = {
    "Use it": [
        "index",
        "live",
        "page",
        "batch",
        "sessions",
        "teach",
        "python",
        "mediapipe",
        "troubleshooting",
    ],
    "How it works": ["how-it-counts", "counting", "counting-unseen", "engine", "parity", "speed", "limits"],
    "Trust": ["privacy", "hostile-input", "versions", "licences"],
    "Build on it": ["architecture", "extending", "contributing", "api"],
}


def on_config(config: Any) -> Any:
    """MkDocs' hook: the navigation of the pages that are there."""
    pages = {path.stem for path in HERE.glob("*.md")}
    nav: list[dict[str, Any]] = [
        {title: [f"{name}.md" for name in names if name in pages]} for title, names in SECTIONS.items()
    ]
    placed = {name for names in SECTIONS.values() for name in names}
    if more := sorted(pages - placed):
        nav.append({"More": [f"{name}.md" for name in more]})
    config["nav"] = nav
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links that lead out of the folder on disk lead to the first page here."""
    return markdown.replace("](../README.md", "](index.md")
