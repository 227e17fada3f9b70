"""The page in real Chromium whose camera plays a rendered figure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import pytest
from web_server import serving

from fitness.cli import Settings as Common
from fitness.cli.serve_command import services
from fitness.config import Settings
from fitness.media.mannequin import Camera, Clip, Idle, Motion, Reps
from fitness.media.writer import VideoWriter

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

TABS = ("live", "pictures", "recording", "teach", "history")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)  # fmt: skip


@dataclass
class Watched:
    page: Any
    complaints: list[str]
    hosts: set[str]
    address: str
    picture: Path
    video: Path


def squats(folder: Path) -> Path:
    """Two squats and a long rest as raw video, 320 x 240 at 15 fps; the browser plays it in a loop."""
    motion = Motion(Idle(1.5), Reps("squat", 2, seconds=2.4, seed=1), Idle(20.0))
    framed = Clip(motion, fps=15, width=320, height=240).framed(Camera(yaw_deg=40))
    clip = Clip(motion, camera=framed, fps=15, width=320, height=240)
    path, last = folder / "clip.y4m", b""
    with path.open("wb") as file, VideoWriter(folder / "clip.mp4", 320, 240, 15) as video:
        file.write(b"YUV4MPEG2 W320 H240 F15:1 Ip A1:1 C420\n")
        for frame in clip.frames():
            if frame.t < 8.5:  # then it stands still
                video.write(frame.image, frame.t)
                last = cv2.cvtColor(frame.image, cv2.COLOR_RGB2YUV_I420).tobytes()
            file.write(b"FRAME\n" + last)
            if frame.index == 40:
                cv2.imwrite(str(folder / "picture.jpg"), frame.image[:, :, ::-1])
            if frame.t >= 8.5:
                file.write((b"FRAME\n" + last) * int((clip.duration_s - frame.t) * 15))
                break
    return path


@pytest.fixture
def watched(tmp_path: Path, models: Path) -> Iterator[Watched]:
    clip = squats(tmp_path)
    made = services(Settings(model="lite", cache_dir=models), Common(quiet=True), store=True)
    with serving(made) as address, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={clip}"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        one = Watched(page, [], set(), address, tmp_path / "picture.jpg", tmp_path / "clip.mp4")
        page.on(
            "console", lambda said: said.type in ("error", "warning") and one.complaints.append(said.text)
        )
        page.on("pageerror", lambda error: one.complaints.append(str(error)))
        page.on("request", lambda request: one.hosts.add(request.url.split("/")[2]))
        try:
            yield one
        finally:
            browser.close()


def test_the_page_counts_the_camera(watched: Watched) -> None:
    """Two squats before the camera are two on the page, announced; it names the exercise, keeps the count through a
    lost connection, works by keyboard, fits a phone, complains of nothing and talks to nobody else."""
    page = watched.page
    page.goto(f"http://{watched.address}/?autostart=1&exercise=auto")
    page.wait_for_selector("#reps:text-is('2')", timeout=60_000)
    assert page.text_content("#announce") == "2"
    assert page.text_content("#exercise") == "Squat"
    assert page.get_attribute("#status", "role") == "status"
    assert page.get_attribute("#announce", "aria-live") == "assertive"
    assert "camera to count" in page.text_content("#speed")
    page.select_option("#choose-exercise", "auto")
    page.dispatch_event("#rest-s", "change")  # connects anew, as after a lost connection
    page.wait_for_timeout(1500)
    assert page.text_content("#reps") == "2"
    page.focus("#plus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reps:text-is('3')", timeout=10_000)
    page.click("#start")
    page.wait_for_selector("#status:text-is('Done: 3 reps.')", timeout=10_000)
    assert "3 squats (+1 by hand)" in page.text_content("#summary")
    page.set_viewport_size({"width": 360, "height": 740})
    page.focus("#tab-live")
    for name in TABS:
        assert page.is_visible("#" + name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert page.get_attribute(f"#tab-{name}", "aria-selected") == "true"
        page.keyboard.press("ArrowRight")
    page.click("#tab-pictures")
    page.set_input_files("#picture-files", watched.picture)
    page.wait_for_selector("#picture-list canvas", timeout=20_000)
    assert watched.complaints == []
    assert watched.hosts == {watched.address}


def test_recording_teaching_and_history(watched: Watched) -> None:
    """A video is counted and its reps jump; a clip teaches an exercise that can be chosen at once; both are in the
    history, which can be saved; every part passes axe's rules, light and dark, where axe-core is at hand."""
    page = watched.page
    page.goto(f"http://{watched.address}/#recording")
    page.set_input_files("#video-file", watched.video)
    page.wait_for_selector("#video-title:text-is('clip: 2 squats')", timeout=60_000)
    page.click("#video-reps tr:nth-child(2) button")
    start = float(page.text_content("#video-reps tr:nth-child(2) td:nth-child(4)").split()[0])
    assert page.evaluate("document.getElementById('player').currentTime") == pytest.approx(start, abs=0.1)
    with page.expect_download() as saved:
        page.click("#downloads a:has-text('Reps')")
    assert saved.value.suggested_filename == "clip.reps.csv"
    page.click("#tab-teach")
    page.fill("#teach-name", "dip")
    page.set_input_files("#clip-file", watched.video)
    page.fill("#clip-reps", "2")
    page.click("#clip-send")
    page.wait_for_selector("#clip-said:has-text('turning points')", timeout=60_000)
    page.set_input_files("#teach-up input[type=file]", watched.picture)
    page.click("#teach-up .thumb button")
    page.wait_for_selector("#teach-up .thumb", state="detached", timeout=20_000)
    page.click("#teach-save")
    page.click("#taught li button:has-text('Count it live')")
    assert "counts 2 of 2" in page.text_content("#teach-report")
    assert page.is_visible("#live") and page.input_value("#choose-exercise") == "dip"
    page.click("#tab-history")
    page.wait_for_selector("#sessions td:has-text('2 squats')", timeout=10_000)
    with page.expect_download() as saved:
        page.click("#export")
    assert saved.value.suggested_filename.endswith(".zip") or saved.value.suggested_filename.endswith(".csv")
    _check_rules(page)
    assert watched.complaints == [] and watched.hosts == {watched.address}


def _check_rules(page: Any) -> None:
    """axe-core's rules for screen readers, contrast and keyboard (set AXE_CORE to axe.min.js of the npm package)."""
    axe = Path(os.environ.get("AXE_CORE", "node_modules/axe-core/axe.min.js"))
    if not axe.is_file():
        return
    page.evaluate(axe.read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for name in TABS:
            page.click("#tab-" + name)
            found = page.evaluate("axe.run()")["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], (name, scheme)
