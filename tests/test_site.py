"""The documentation site: its settings, so that a built page requests nothing from other hosts."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAV = runpy.run_path(str(ROOT / "docs" / "_nav.py"))


def test_every_page_is_in_the_navigation() -> None:
    """Each page is in one section, and none in two."""
    docs = ROOT / "docs"
    placed = [name for names in NAV["pages"]().values() for name in names]
    assert sorted([*placed, "index.md"]) == sorted(p.relative_to(docs).as_posix() for p in docs.rglob("*.md"))


def test_links_to_the_readme_stay_inside_the_site() -> None:
    """On disk they lead out of the folder, on the site to the home page."""
    assert NAV["on_page_markdown"]("[x](../README.md#start)") == "[x](index.md#start)"


def test_pages_request_nothing_from_other_hosts() -> None:
    """No web fonts, no analytics, no diagrams drawn by a script from elsewhere; pictures are files of the checkout."""
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert "font: false" in settings and "analytics" not in settings and "extra_javascript" not in settings
    for path in (ROOT / "docs").rglob("*.md"):
        text = path.read_text("utf-8")
        assert "```mermaid" not in text, path
        assert re.findall(r"!\[[^\]]*\]\(https?:", text) == [], path


def test_a_built_site_requests_nothing_from_other_hosts() -> None:
    """If scripts/docs has built the site: all scripts, styles, images and frames are its own files."""
    site = ROOT / "site"
    if not (site / "index.html").is_file():
        pytest.skip("the site is not built; scripts/docs builds it")
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        asked = re.findall(r"<(?:script|img|iframe|source|video)[^>]*\ssrc=[\"']?(https?:)?//", text)
        asked += re.findall(
            r"<link[^>]*rel=[\"']?(?:stylesheet|preconnect|icon)[^>]*href=[\"']?(?:https?:)?//", text
        )
        assert asked == [], path
