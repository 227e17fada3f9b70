"""Makes the documents' pictures of the window and of the page, from the rendered workout of `fitness demo`.

fitness demo --out DEMO
python scripts/make_live_pictures.py DEMO docs/pictures

The page is opened in Chromium, whose camera plays the workout.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

from fitness.apps.window.look import Look
from fitness.apps.window.runner import Shown
from fitness.apps.window.view import View
from fitness.coach import Coach, CoachOptions, Plan
from fitness.media.source import VideoFile
from fitness.pipeline.loop import results
from fitness.pipeline.settings import Engine, Settings, counter

QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 88]
REP = 4
"""The pictures show the figure on its way down after so many squats."""


def window(demo: Path, out: Path) -> None:
    """The window in landscape, and upright while resting."""
    coach, view, settings = Coach(CoachOptions(plan=Plan.target("3x5"))), View(), Settings()
    pictures = []
    with VideoFile(demo / "demo.mp4") as frames:
        for result in results(frames, Engine(settings).tracker(), counter(settings)):
            state = coach.step(result)
            shown = Shown(result.frame, result, state)
            if not pictures and state.total == REP and (state.phase or 0) > 0.85:
                pictures.append(view.draw(shown, Look(), (960, 720), None, [], False))
            if state.rest_left_s is not None and state.rest_left_s < 59:
                pictures.append(view.draw(shown, Look(), (405, 720), None, [], False))
                break
    cv2.imwrite(str(out / "window.jpg"), np.hstack(pictures)[:, :, ::-1], QUALITY)


def raw_video(demo: Path, path: Path) -> None:
    """What Chromium plays as its camera."""
    with VideoFile(demo / "demo.mp4") as frames, path.open("wb") as file:
        info = frames.info
        file.write(f"YUV4MPEG2 W{info.width} H{info.height} F30:1 Ip A1:1 C420\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + cv2.cvtColor(frame.image, cv2.COLOR_RGB2YUV_I420).tobytes())


def page(demo: Path, out: Path) -> None:
    """The page while it counts, light and wide, and dark on a phone."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.y4m"
        raw_video(demo, clip)
        command = [sys.executable, "-m", "fitness", "serve", "--port", "0"]
        environment = {**os.environ, "XDG_DATA_HOME": folder}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            address = re.findall(r"http://\S+", server.stdout.readline())[0]
            arguments = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream",
                         "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={clip}"]  # fmt: skip
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium, args=arguments)
                tab = browser.new_page(viewport={"width": 1280, "height": 800})
                tab.goto(address + "?autostart=1&exercise=auto&model=lite")
                tab.wait_for_selector(f"#reps:text-is('{REP}')", timeout=120_000)
                tab.wait_for_timeout(900)
                wide = tab.screenshot()
                tab.emulate_media(color_scheme="dark")
                tab.set_viewport_size({"width": 370, "height": 800})
                tab.wait_for_timeout(400)
                narrow = tab.screenshot()
                browser.close()
            server.send_signal(signal.SIGINT)
    pictures = [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) for data in (wide, narrow)]
    cv2.imwrite(str(out / "page.jpg"), np.hstack(pictures), QUALITY)


if __name__ == "__main__":
    for make in (window, page):
        make(Path(sys.argv[1]), Path(sys.argv[2]))
