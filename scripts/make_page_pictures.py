"""Makes the documents' screenshots of the page, from a rendered figure and invented sessions.

python scripts/make_page_pictures.py docs/pictures

Chromium opens the page of a real server. Its camera shows one frame of the figure. The states of the training screen come
from the tests (tests/support/page_states.py); the skeleton is what the models find in that frame.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

from fitness.apps.cli import Settings as Common
from fitness.apps.cli.serve_command import services
from fitness.apps.web.live import pose_json
from fitness.pipeline.settings import Engine, Settings
from fitness.session.store import SetEdit, Store
from scripts.figure import Camera, Clip, Idle, Motion, Reps
from tests.support.page_browser import chromium, make_material
from tests.support.page_states import STATES, PlayedServer, state
from tests.support.report_cases import session
from tests.support.web_server import serving

QUALITY: Final = [cv2.IMWRITE_JPEG_QUALITY, 86]
WIDE: Final = {"width": 1280, "height": 800}
UPRIGHT: Final = {"width": 390, "height": 844}
ON_ITS_SIDE: Final = {"width": 844, "height": 390}
WIDTH: Final = 960
"""Largest width of a screenshot, pixels."""
DAYS_AGO: Final = ((60, 5), (45, 6), (30, 6), (22, 7), (15, 7), (8, 6), (6, 8), (2, 8), (0, 9))
"""Each invented session: days ago, and the reps of its three sets."""


def figure(*, standing: bool) -> np.ndarray[Any, Any]:
    """A frame of the figure, standing or on its way down, RGB."""
    motion = Motion(Idle(0.8), Reps("squat", 2, seconds=1.8, seed=1), Idle(1.0))
    clip = Clip(motion, camera=Camera(yaw_deg=35), fps=15, width=640, height=480, fit=True, supersample=2)
    return clip.picture(0.2 if standing else clip.truth.reps[0].t_peak - 0.25)


def still(picture: np.ndarray[Any, Any], path: Path) -> None:
    """Raw video for Chromium's camera: one frame, which is repeated."""
    frame = b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).tobytes()
    path.write_bytes(b"YUV4MPEG2 W640 H480 F15:1 Ip A1:1 C420\n" + 2 * frame)


def fill(store: Path) -> None:
    """Store invented sessions of the last two months."""
    now = datetime.now().astimezone()
    with Store.open(store) as opened:
        for i, (days, reps) in enumerate(DAYS_AGO):
            begun = now - timedelta(days=days)
            number = opened.add(
                session(sets=3, reps=reps, slowing=0.015 * (i % 3), left_share=0.96), started_at=begun
            )
            if i == len(DAYS_AGO) - 1:
                opened.edit_set(number, 1, SetEdit(reps=10, weight_kg=20, rpe=8, note="felt strong"))


class Pictures:
    """Takes screenshots of one page."""

    def __init__(self, browser: Any, address: str, pose: dict[str, Any], out: Path) -> None:
        self._browser, self._address, self._pose, self._out = browser, address, pose, out
        out.mkdir(parents=True, exist_ok=True)

    def training(self, name: str, shown: dict[str, Any], size: dict[str, int], scheme: str = "light") -> None:
        """Take a screenshot of the training screen in a state."""

        def act(page: Any, server: PlayedServer) -> None:
            page.wait_for_selector("#stage.running")
            page.wait_for_function("() => document.getElementById('camera').videoWidth > 0")
            page.wait_for_timeout(500)
            pose = None if shown["stage"] == "ready" else self._pose
            answer = {
                "camera": None,
                "pose": pose,
                "scores": {},
                "server_ms": 20,
                "waited_ms": 0,
                "clients": 1,
            }
            server.send({"type": "frame", **answer, "state": shown})

        self.take(name, "?autostart=1&exercise=squat", act, size, scheme)

    def take(
        self,
        name: str,
        path: str,
        act: Callable[[Any, PlayedServer], None],
        size: dict[str, int] = WIDE,
        scheme: str = "light",
    ) -> None:
        """Take a screenshot of the page at `path` after `act`, as NAME.jpg."""
        context = self._browser.new_context(viewport=size, color_scheme=scheme)
        page = context.new_page()
        server = PlayedServer(page)
        page.goto(f"http://{self._address}/{path}")
        page.wait_for_selector("main:has(#start)")
        act(page, server)
        page.evaluate("document.getElementById('status').classList.add('old')")
        page.wait_for_timeout(700)
        picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
        scale = min(1.0, WIDTH / picture.shape[1])
        shown = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(self._out / f"{name}.jpg"), shown, QUALITY)
        context.close()


def training(pictures: Pictures) -> None:
    """Screenshots of every screen of a workout, in landscape; the most used ones also on a phone."""
    squat = state(reps=6, target=8, total=14, phase=0.72, direction="down")
    pictures.take("page-start", "", lambda page, _: None)
    plan = "?plan=squat 3x8 rest 60, push-up 3x10 rest 60, plank 3x45s rest 45"
    pictures.take("page-plan", plan, lambda page, _: None)
    pictures.training("page-working", squat, WIDE)
    pictures.training("page-rest", STATES["rest"], WIDE)
    pictures.training("page-phone", squat, UPRIGHT, "dark")
    pictures.training("page-phone-rest", STATES["rest"], UPRIGHT, "dark")
    pictures.training("page-phone-side", squat, ON_ITS_SIDE)

    def finished(page: Any, _: PlayedServer) -> None:
        page.wait_for_selector("#status:has-text('Counting')")
        page.click("#start")
        page.wait_for_selector("#finish h3")

    pictures.take("page-end", "?autostart=1&exercise=squat", finished)


def history(pictures: Pictures) -> None:
    """Screenshots of the list with its figures, a session, and a comparison of two."""

    def opened(page: Any, _: PlayedServer) -> None:
        page.click("#sessions li:first-child .open")
        page.wait_for_selector("#session .chart canvas")

    def compared(page: Any, _: PlayedServer) -> None:
        for place in (1, 3):
            page.check(f"#sessions li:nth-child({place}) input")
        page.click("#compare")
        page.wait_for_selector("#session .comparison")

    wait = "#week:not([hidden])"
    pictures.take("page-history", "#history", lambda page, _: page.wait_for_selector(wait))
    pictures.take("page-session", "#history", opened, scheme="dark")
    pictures.take("page-compare", "#history", compared)


def others(pictures: Pictures, folder: Path) -> None:
    """Screenshots of a counted recording, an exercise being taught, and an image with its landmarks."""
    material = make_material(folder)

    def recorded(page: Any, _: PlayedServer) -> None:
        page.set_input_files("#video-file", material.video)
        page.wait_for_selector("#video-title", timeout=120_000)
        page.wait_for_function("() => document.getElementById('player').readyState >= 2")
        page.evaluate("document.getElementById('player').currentTime = 2.5")

    def taught(page: Any, _: PlayedServer) -> None:
        page.fill("#teach-name", "knee bend")
        for side, paths in (("up", material.up), ("down", material.down)):
            page.set_input_files(f"#teach-{side} input[type=file]", list(paths))
            page.wait_for_selector(f"#teach-{side} .thumb:nth-child(3) canvas", timeout=60_000)

    def shown(page: Any, _: PlayedServer) -> None:
        page.set_input_files("#picture-files", [material.up[1], material.down[1]])
        page.wait_for_selector("#picture-list .card:nth-child(2) canvas", timeout=60_000)
        page.wait_for_selector("#picture-list .card:nth-child(1) .bars", timeout=60_000)

    pictures.take("page-recording", "#recording", recorded)
    pictures.take("page-teach", "#teach", taught)
    pictures.take("page-pictures", "#pictures", shown)


def both(out: Path) -> None:
    """Make page.jpg: the training screen in landscape and on a phone, side by side."""
    wide, phone = (cv2.imread(str(out / f"{name}.jpg")) for name in ("page-working", "page-phone"))
    height = wide.shape[0]
    phone = cv2.resize(
        phone, (round(phone.shape[1] * height / phone.shape[0]), height), interpolation=cv2.INTER_AREA
    )
    cv2.imwrite(str(out / "page.jpg"), np.hstack([wide, phone]), QUALITY)


def main(out: Path) -> None:
    """Make all screenshots in `out`."""
    picture, settings = figure(standing=False), Settings(model="lite")
    found = Engine(settings).tracker(static=True).estimate(picture)
    if found is None:
        raise SystemExit("error: nobody is found in the rendered frame")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        still(picture, folder / "still.y4m")
        still(figure(standing=True), folder / "standing.y4m")
        made = services(settings, Common(quiet=True), store=False)
        store = folder / "sessions.sqlite3"
        fill(store)
        made = replace(made, store=store, taught=folder / "taught")
        with (
            serving(made) as address,
            sync_playwright() as driver,
            chromium(driver, folder / "still.y4m") as browser,
        ):
            pictures = Pictures(browser, address, pose_json(found, 640, 480), out)
            with chromium(driver, folder / "standing.y4m") as other:
                Pictures(other, address, {}, out).training("page-ready", STATES["get ready"], WIDE)
            training(pictures)
            history(pictures)
            others(pictures, folder)
    both(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
