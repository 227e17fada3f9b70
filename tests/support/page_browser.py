"""Runs Chromium with the page of a server: its camera's video, files to upload, and its console errors."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from fitness.media.writer import VideoWriter
from scripts.figure import Camera, Clip, Idle, Motion, Reps

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TABS = ("live", "history", "recording", "teach", "pictures")
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)  # fmt: skip
UNPLUG = """() => {
  const media = navigator.mediaDevices, open = media.getUserMedia.bind(media), [track] = camera.srcObject.getVideoTracks();
  media.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));
  window.plugIn = () => { media.getUserMedia = open; };
  track.stop();
  track.dispatchEvent(new Event('ended'));
}"""
"""Simulates unplugging the camera; there is no camera until `plugIn()`."""
COUNT_FRAMES = """if (window.VideoFrame) {
  const copy = VideoFrame.prototype.copyTo;
  window.framesCopied = 0;
  VideoFrame.prototype.copyTo = function (...all) { framesCopied += 1; return copy.apply(this, all); };
}"""
"""Run before the page: counts the frames that it takes from the camera."""
COUNT_PICTURES = """{
  const send = WebSocket.prototype.send;
  let underWay = 0;
  window.pictures = window.mostAtOnce = 0;
  WebSocket.prototype.send = function (data) {
    this.watched ??= this.addEventListener('message', (event) => { underWay -= event.data.includes('"frame"'); }) ?? true;
    if (typeof data !== 'string') { pictures += 1; mostAtOnce = Math.max(mostAtOnce, ++underWay); }
    send.call(this, data);
  };
}"""
"""Run before the page: counts the frames it sends, and the largest number that is unanswered at once."""
GREY_CAMERA = """{
  const canvas = document.createElement('canvas'), old = 3;
  [canvas.width, canvas.height] = [64, 48];
  window.grey = 250;
  let since = 0;
  const paint = () => {
    const c = canvas.getContext('2d');
    c.fillStyle = `rgb(${grey}, ${grey}, ${grey})`;
    c.fillRect(0, 0, 64, 48);
  };
  setInterval(paint, 20);
  navigator.mediaDevices.getUserMedia = async () => { paint(); return canvas.captureStream(); };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    this.watched ??= this.addEventListener('message', (event) => {
      if (!event.data.includes('"type":"frame"') && !event.data.includes('"type": "frame"')) return;
      since = window.lastGrey === grey ? since + 1 : 0;
      window.lastGrey = grey;
      window.seenGrey = since >= old ? grey : null; // the first answers may be of pictures from before
    }) ?? true;
    send.call(this, data);
  };
}"""
"""A camera of one grey level, set by the test in `grey`; `seenGrey` has it once frames of it were answered."""
_MOTION = Motion(Idle(0.8), Reps("squat", 2, seconds=1.8, seed=1), Idle(20.0))
_STILL_S = 5.6
"""After this time, the figure stands still and the last frame is repeated."""


@dataclass(frozen=True)
class Material:
    """Of one figure that does two squats and rests.

    camera: raw video that Chromium plays as its camera, 24 s of 320 x 240 at 15 fps.   video: the part that moves, as MP4.
    length_s: of the video, seconds.
    up, down: pictures of the turning points from three sides.   reps: (start, end) of each squat, seconds.
    """

    camera: Path
    video: Path
    up: tuple[Path, ...]
    down: tuple[Path, ...]
    reps: tuple[tuple[float, float], ...]
    length_s: float = _STILL_S


@dataclass
class Watched:
    """A page, its console messages, and the hosts that it contacted."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def show(self, tab: str = "live", query: str = "") -> Any:
        """Load the page with this tab open."""
        self.page.goto(f"http://{self.address}/{query}#{tab}")
        self.page.wait_for_selector(f"#tab-{tab}[aria-selected=true]")
        return self.page


def make_material(folder: Path) -> Material:
    """Render everything into `folder`."""
    clip = _clip(40)
    raw, video, last = folder / "clip.y4m", folder / "clip.mp4", b""
    with raw.open("wb") as file, VideoWriter(video, 320, 240, 15) as writer:
        file.write(b"YUV4MPEG2 W320 H240 F15:1 Ip A1:1 C420\n")
        for frame in clip.frames(i / 15 for i in range(round(_STILL_S * 15))):
            writer.write(frame.image, frame.t)
            last = cv2.cvtColor(frame.image, cv2.COLOR_RGB2YUV_I420).tobytes()
            file.write(b"FRAME\n" + last)
        file.write((b"FRAME\n" + last) * round((clip.duration_s - _STILL_S) * 15))
    first = clip.truth.reps[0]
    up, down = [], []
    for yaw in (15, 40, 65):
        for name, t, paths in (("up", first.t_end, up), ("down", first.t_peak, down)):
            paths.append(folder / f"{name}-{yaw}.jpg")
            cv2.imwrite(str(paths[-1]), _clip(yaw).picture(t)[:, :, ::-1])
    reps = tuple((rep.t_start, rep.t_end) for rep in clip.truth.reps)
    return Material(raw, video, tuple(up), tuple(down), reps)


def _clip(yaw_deg: float) -> Clip:
    camera = Camera(yaw_deg=yaw_deg)
    return Clip(_MOTION, camera=camera, fps=15, width=320, height=240, fit=True, supersample=1)


def still_camera(folder: Path, right: tuple[int, int, int] = (40, 90, 200)) -> Path:
    """A camera that shows one blue, (40, 90, 200): two frames of raw video, which Chromium repeats.

    right: RGB of its right half.
    """
    path = folder / "still.y4m"
    blue = np.full((240, 320, 3), (40, 90, 200), np.uint8)
    blue[:, 160:] = right
    frame = b"FRAME\n" + cv2.cvtColor(blue, cv2.COLOR_RGB2YUV_I420).tobytes()
    path.write_bytes(b"YUV4MPEG2 W320 H240 F15:1 Ip A1:1 C420\n" + 2 * frame)
    return path


@contextmanager
def chromium(driver: Any, camera: Path) -> Iterator[Any]:
    """A browser whose camera plays the video `camera`, from the start whenever it is opened."""
    browser = driver.chromium.launch(
        executable_path=CHROMIUM, args=[*_ARGUMENTS, f"--use-file-for-fake-video-capture={camera}"]
    )
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def watched_page(browser: Any, address: str) -> Iterator[Watched]:
    """A new page. At the end, checks that the console has no errors and no other host was contacted."""
    context = browser.new_context(viewport=DESKTOP)
    one = Watched(context.new_page(), address)
    page = one.page
    page.on(
        "console",
        lambda printed: printed.type in ("error", "warning") and one.complaints.append(printed.text),
    )
    page.on("pageerror", lambda error: one.complaints.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith("http") and one.hosts.add(asked.url.split("/")[2]))
    page.on("websocket", lambda opened: one.hosts.add(opened.url.split("/")[2]))
    try:
        yield one
        assert one.complaints == [], f"the browser's console says: {one.complaints}"
        assert one.hosts <= {one.address}, f"hosts contacted: {one.hosts}"
    finally:
        context.close()


def count_recording(address: str, video: Path, name: str) -> str:
    """Upload a video of squats to the server and wait until it is counted in `auto`; its number. Taught exercises with a
    similar movement do not count them."""
    ask, all_of_them = urllib.request.urlopen, f"http://{address}/api/recordings"
    with ask(
        urllib.request.Request(f"{all_of_them}?name={name}&exercise=auto", video.read_bytes()), timeout=180
    ) as answer:
        number = str(json.load(answer)["id"])
    while True:
        with ask(f"{all_of_them}/{number}", timeout=180) as answer:
            found = json.load(answer)
        assert found["state"] != "failed", found
        if found["state"] == "done":
            return number
