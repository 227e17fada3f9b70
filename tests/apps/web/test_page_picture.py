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
STALLED_CAMERA = """{
  const canvas = document.createElement('canvas'), read = ReadableStreamDefaultReader.prototype.read;
  [canvas.width, canvas.height] = [64, 48];
  const paint = () => canvas.getContext('2d').fillRect(0, 0, 64, 48);
  window.taken = [];
  window.reads = 0;
  window.moving = setInterval(paint, 20);
  window.deliver = paint;
  navigator.mediaDevices.getUserMedia = async () => { paint(); return canvas.captureStream(); };
  window.readsAtStop = [];
  const stop = MediaStreamTrack.prototype.stop;
  MediaStreamTrack.prototype.stop = function () { readsAtStop.push(reads); stop.call(this); };
  ReadableStreamDefaultReader.prototype.read = async function () {
    reads += 1;
    const answer = await read.call(this).finally(() => { reads -= 1; });
    if (answer.value instanceof VideoFrame) taken.push(answer.value);
    return answer;
  };
}"""
"""A camera that stalls at `clearInterval(moving)`; then `deliver()` gives one frame. `taken` has all frames read,
and `readsAtStop` the number of open reads whenever a track was stopped."""
SHOWN = """(opacities) => ['camera', 'counted'].every(
  (id, i) => getComputedStyle(document.getElementById(id)).opacity === String(opacities[i]))"""
"""Whether the video and the counted frame have these opacities."""


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
        page.wait_for_function(SHOWN, arg=[0, 1])
        page.click("#pause")
        page.wait_for_selector("#view:not(.together)")
        page.wait_for_function(SHOWN, arg=[1, 0])


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


def test_every_frame_taken_from_the_camera_is_closed(browser: Any, tmp_path: Path) -> None:
    """Also a frame that arrives late, while the page waits for none: the browser's camera stalls without its frames."""
    with serving(make_services(tmp_path)) as address, watched_page(browser, address) as watched:
        watched.page.add_init_script(STALLED_CAMERA)
        page = watched.show(query="?autostart=1")
        page.wait_for_function("() => taken.length > 5")
        page.evaluate("clearInterval(moving)")
        page.click("#pause")
        page.wait_for_timeout(1000)  # the page waits half a second for a frame, and then no more
        before = page.evaluate("taken.length")
        page.evaluate("deliver()")
        page.wait_for_function("before => taken.length > before", arg=before)
        page.click("#start")
        page.wait_for_selector("#stage[data-stage=idle]")
        assert page.evaluate("taken.filter((frame) => frame.format !== null).length") == 0


def test_the_camera_stops_when_no_frame_is_asked_for(browser: Any, tmp_path: Path) -> None:
    """A frame that Chromium makes after the track stopped is given to nobody, never closed, and a warning in the console."""
    with serving(make_services(tmp_path)) as address, watched_page(browser, address) as watched:
        watched.page.add_init_script(STALLED_CAMERA)
        page = watched.show(query="?autostart=1")
        page.wait_for_function("() => taken.length > 5")
        page.evaluate("clearInterval(moving); setInterval(deliver, 300)")
        page.wait_for_function("() => reads === 1")
        page.click("#start")
        page.wait_for_function("() => readsAtStop.length === 1")
        assert page.evaluate("readsAtStop") == [0]
        page.click("#start")
        page.wait_for_function("() => reads === 1")
        page.evaluate("document.getElementById('device').dispatchEvent(new Event('change'))")
        page.wait_for_selector("#status:text-is('Camera changed.')")
        assert page.evaluate("readsAtStop") == [0, 0]


def test_the_same_again_is_not_stopped_by_the_workout_before(browser: Any, tmp_path: Path) -> None:
    """A workout ends after three seconds if the server does not answer "Finish". The next one has no part in that."""
    with serving(make_services(tmp_path)) as address, watched_page(browser, address) as watched:
        page = watched.show(query="?autostart=1")
        page.wait_for_selector("#stage[data-stage=ready]")
        page.click("#start")
        page.wait_for_selector("#status:has-text('No reps were counted')", state="attached")
        page.click("#start")
        page.wait_for_selector("#stage[data-stage=ready]")
        page.wait_for_timeout(3500)
        assert page.inner_text("#start") == "Finish"
