"""The picture of the training screen in real Chromium: the counted frame with its skeleton, or the camera's video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.page_browser import CHROMIUM, COUNT_PICTURES, chromium, still_camera, watched_page
from tests.support.web_cases import make_services
from tests.support.web_server import serving

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

CLOCK = """{
  const now = performance.now.bind(performance);
  performance.now = () => now() * %s;
}"""
"""Run before the page: its clock runs at this speed, so that answers seem quick or slow on any machine."""
COLOURS = """() => {
  const canvas = document.getElementById('counted'), row = canvas.getContext('2d').getImageData(0, 4, canvas.width, 1).data;
  return [0.25, 0.75].map((x) => [...row.slice(4 * Math.round(x * canvas.width)).slice(0, 3)]);
}"""
OPACITY = "(id) => getComputedStyle(document.getElementById(id)).opacity"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Its camera is blue at the left and red at the right."""
    camera = still_camera(tmp_path_factory.mktemp("camera"), right=(200, 40, 40))
    with playwright.sync_playwright() as driver, chromium(driver, camera) as one:
        yield one


def test_the_counted_frame_is_shown_with_its_skeleton(browser: Any, tmp_path: Path) -> None:
    """While answers come quickly; mirrored like a mirror. While paused, the video is shown again."""
    with serving(make_services(tmp_path)) as address, watched_page(browser, address) as watched:
        watched.page.add_init_script(CLOCK % 0.02)
        page = watched.show(query="?autostart=1")
        page.wait_for_selector("#view.together")
        left, right = page.evaluate(COLOURS)
        assert left[0] > 150 > left[2] and right[2] > 150 > right[0]
        assert (page.evaluate(OPACITY, "camera"), page.evaluate(OPACITY, "counted")) == ("0", "1")
        page.click("#pause")
        page.wait_for_selector("#view:not(.together)")
        assert (page.evaluate(OPACITY, "camera"), page.evaluate(OPACITY, "counted")) == ("1", "0")


@pytest.mark.parametrize(("speed", "privacy"), [(50, "none"), (0.02, "blur"), (0.02, "skeleton")])
def test_the_video_stays(browser: Any, tmp_path: Path, speed: float, privacy: Any) -> None:
    """Where answers are slow the video keeps moving; with --privacy no frame is drawn on a canvas without a blur."""
    made = replace(make_services(tmp_path), privacy=privacy)
    with serving(made) as address, watched_page(browser, address) as watched:
        watched.page.add_init_script(COUNT_PICTURES)
        watched.page.add_init_script(CLOCK % speed)
        page = watched.show(query="?autostart=1")
        page.wait_for_function("() => pictures > 12", timeout=180_000)
        assert page.get_attribute("#view", "class") == "view mirrored"
