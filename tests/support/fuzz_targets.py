"""The readers to fuzz: for each kind, valid inputs, the reader, and the errors that it may raise."""

from __future__ import annotations

import io
import itertools
import json
import struct
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from fitness.engine.runtime.weights import ModelFiles
from fitness.errors import FitnessError
from fitness.resources import resource_path

Target = tuple[Callable[[], list[bytes]], Callable[[bytes], object], tuple[type[BaseException], ...]]
_MINE = (FitnessError,)


def _in_file(folder: Path, name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """`read` for a file of that name with the bytes as its content."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)

    def run(data: bytes) -> object:
        path.write_bytes(data)
        return read(path)

    return run


def samples(folder: Path) -> Target:
    from fitness.recognition.samples import load_samples

    def seeds() -> list[bytes]:
        lines = resource_path("pose_samples", "squat_down.csv").read_bytes().splitlines(True)[:6]
        return [b"".join(lines), b'"' + b"".join(lines[2:]) + b'"']

    return (
        lambda: seeds()[:1],
        _in_file(folder, "in/squat_down.csv", lambda path: load_samples(path.parent)),
        _MINE,
    )


def log(folder: Path) -> Target:
    from fitness.media.info import SourceInfo
    from fitness.session.landmark_file import read_landmarks, write_landmarks
    from fitness.session.landmarks import LandmarkLog
    from tests.support.strategies import pose_of, stick_figure

    def seeds() -> list[bytes]:
        poses = [(i / 30, None if i == 2 else pose_of(stick_figure(), i / 30)) for i in range(5)]
        write_landmarks(
            folder / "seed.npz", LandmarkLog.of(SourceInfo("a.mp4", 1.0, 30.0, 64, 48, 5), "full", poses)
        )
        packed = (folder / "seed.npz").read_bytes()
        plain = io.BytesIO()  # mutants of uncompressed data get further
        with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(plain, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
        return [packed, plain.getvalue()]

    return seeds, _in_file(folder, "a.landmarks.npz", lambda path: list(read_landmarks(path).poses())), _MINE


_SUMMARY = {
    "version": 1,
    "source": {"name": "a.mp4", "duration_s": 1.0, "fps": 30.0, "width": 64, "height": 48, "frames": 30},
    "totals": {"squat": 1},
    "sets": [{"exercise": "squat", "set": 1, "reps": 1, "start_s": 0.1, "end_s": 0.9}],
    "reps": [{"exercise": "squat", "set": 1, "rep": 1, "start_s": 0.1, "peak_s": 0.5, "end_s": 0.9, "duration_s": 0.8,
              "confidence": 0.9}],
    "unmeasurable_s": 0.0,
    "warnings": [],
    "settings": {},
}  # fmt: skip


def summary(folder: Path) -> Target:
    from fitness.session.document import read_summary

    return (
        lambda: [json.dumps(_SUMMARY).encode()],
        _in_file(folder, "a.summary.json", read_summary),
        _MINE,
    )


def manifest(folder: Path) -> Target:
    from fitness.engine.runtime.manifest import load_manifest

    def read(path: Path) -> object:
        load_manifest.cache_clear()
        return load_manifest(path)

    return (
        lambda: [resource_path("models", "manifest.json").read_bytes()],
        _in_file(folder, "manifest.json", read),
        _MINE,
    )


def reps(folder: Path) -> Target:
    from fitness.session import read_reps_csv

    text = (
        b"exercise,set,rep,start_s,peak_s,end_s,duration_s,confidence\n"
        b"squat,1,1,0.100,0.500,0.900,0.800,0.900\n"
    )
    return lambda: [text], _in_file(folder, "a.reps.csv", read_reps_csv), _MINE


def truth(folder: Path) -> Target:
    from scripts.benchmarks.truth import people, read_truth

    text = (
        b"file,exercise,true_reps,accept_min,accept_max,rep_bottom_times_s\n"
        b"a_m1.mp4,squat,2,2,2,1.5;2.5\nb_m2.mp4,none,0,0,0,\n"
    )
    return lambda: [text], _in_file(folder, "truth.csv", lambda path: people(read_truth(path))), _MINE


def series(folder: Path) -> Target:
    from scripts.benchmarks.series import read_series

    def seeds() -> list[bytes]:
        packed = io.BytesIO()
        np.savez(packed, a=np.ones((4, 33, 3), np.float16))
        return [packed.getvalue()]

    (folder / "in").mkdir(exist_ok=True)
    rows = [{"name": "a", "exercise": "squat", "count": 1, "fps": 30, "cycles": [[0, 3]]}]
    (folder / "in" / "truth.json").write_text(json.dumps(rows))
    return seeds, _in_file(folder, "in/landmarks.npz", lambda path: read_series(path.parent)), _MINE


def _picture(height: int = 24, width: int = 32) -> Any:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def image(folder: Path) -> Target:
    from fitness.media.source import load_image

    def seeds() -> list[bytes]:
        picture = _picture()
        kinds = (".png", ".jpg", ".bmp", ".webp", ".tiff", ".ppm", ".gif")
        made = [cv2.imencode(kind, picture)[1].tobytes() for kind in kinds]
        alpha = np.dstack([picture, picture[..., :1]])
        made.append(cv2.imencode(".png", alpha)[1].tobytes())
        made.append(cv2.imencode(".png", alpha.astype(np.uint16) * 257)[1].tobytes())
        return made

    return seeds, _in_file(folder, "a.png", load_image), _MINE


def jpeg(folder: Path) -> Target:
    from fitness.apps.web.pictures import decode_jpeg

    return (
        lambda: [cv2.imencode(".jpg", _picture())[1].tobytes()],
        lambda data: decode_jpeg(data, 2_100_000),
        _MINE,
    )


def video(folder: Path) -> Target:
    import av

    from fitness.media.source import VideoFile

    def clip(name: str, codec: str, pixels: str) -> bytes:
        path = folder / name
        with av.open(str(path), "w") as container:
            stream: Any = container.add_stream(codec, rate=Fraction(10))
            stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
            for i in range(8):
                frame = av.VideoFrame.from_ndarray(np.roll(_picture(48, 64), i, axis=1), format="rgb24")
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path.read_bytes()

    def seeds() -> list[bytes]:
        return [
            clip("a.mp4", "libx264", "yuv420p"),
            clip("a.mkv", "libx264", "yuv420p"),
            clip("a.avi", "mpeg4", "yuv420p"),
            clip("a.webm", "libvpx", "yuv420p"),
            clip("a.gif", "gif", "rgb8"),
            clip("b.avi", "mjpeg", "yuvj420p"),
        ]

    def read(path: Path) -> object:
        with VideoFile(path) as frames:
            taken = sum(1 for _ in itertools.islice(frames, 200))
            return taken, frames.warnings, frames.info

    return seeds, _in_file(folder, "a.mp4", read), _MINE


def task(folder: Path) -> Target:
    """A `.task` bundle: damage to its directory, and sometimes to a model."""
    from fitness.mediapipe_api.networks import networks_from_file

    def seeds() -> list[bytes]:
        files = ModelFiles()
        paths = files.ensure_all(("detector", "lite"))
        bundle = io.BytesIO()
        with zipfile.ZipFile(bundle, "w") as file:
            file.write(paths["detector"], "pose_detector.tflite")
            file.write(paths["lite"], "pose_landmarks_detector.tflite")
        return [bundle.getvalue()]

    return seeds, _in_file(folder, "a.task", networks_from_file), (*_MINE, RuntimeError)


def tflite(folder: Path) -> Target:
    """A damaged landmark model, passed as `--model-file`."""
    from fitness.pipeline.settings import Engine, Settings

    paths = ModelFiles().ensure_all(("lite",))

    def read(path: Path) -> object:
        return Engine(Settings(model="lite", model_file=path)).networks

    return lambda: [paths["lite"].read_bytes()], _in_file(folder, "mine.tflite", read), _MINE


def message(folder: Path) -> Target:
    """Messages on the live WebSocket, texts and images. After any of them, the server answers the next valid one."""
    from fitness.apps.web.app import create_app
    from tests.support.web_cases import LIVE, make_services
    from tests.support.web_client import TestClient, WebSocketDisconnect

    client = TestClient(create_app(make_services(folder)), base_url="http://127.0.0.1:8000")
    client.__enter__()
    picture = cv2.imencode(".jpg", _picture())[1].tobytes()

    def seeds() -> list[bytes]:
        start = {
            "type": "start",
            "exercise": "auto",
            "model": "full",
            "target": "3x12",
            "rest_s": 60,
            "session": None,
        }
        texts = [start, {"type": "correct", "delta": 1}, {"type": "pause", "paused": True}, {"type": "next"}]
        return [*(json.dumps(one).encode() for one in texts), struct.pack("<d", 12.5) + picture]

    def read(data: bytes) -> object:
        try:
            with client.websocket_connect(LIVE) as socket:
                if data[:1] in (b"{", b"[", b'"'):
                    socket.send_text(data.decode("utf-8", "replace"))
                socket.send_text(json.dumps({"type": "start"}))
                socket.send_bytes(data)
                socket.send_text(json.dumps({"type": "ping"}))
                for _ in range(4):
                    if socket.receive_json()["type"] == "pong":
                        return True
        except WebSocketDisconnect as error:
            assert error.code in (1003, 1009, 1001), error.code
        return False

    return seeds, read, ()


def query(folder: Path) -> Target:
    """Addresses of the page's API, paths and queries; an answer is never a server error."""
    from fitness.apps.web.app import create_app
    from tests.support.web_cases import make_services
    from tests.support.web_client import TestClient

    app = create_app(make_services(folder))
    client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=True)
    client.__enter__()
    seeds = [
        b"/api/pictures?model=full", b"/api/recordings?name=a.mp4&exercise=squat&model=lite", b"/api/sessions/12",
        b"/api/lessons/abc/report?name=squat", b"/api/export/csv?session=3", b"/api/recordings/abc/files/video",
        b"/static/app.js?x=1", b"/?token=abcdefgh&exercise=squat",
    ]  # fmt: skip

    def read(data: bytes) -> object:
        import httpx

        address = "/" + data.decode("latin-1").lstrip("/")
        for method in ("GET", "POST", "DELETE"):
            try:
                answer = client.request(method, address, content=b"x")
            except httpx.InvalidURL:
                return None
            assert answer.status_code < 500, (method, answer.status_code)
        return None

    return lambda: list(seeds), read, ()


TARGETS: dict[str, Callable[[Path], Target]] = {
    each.__name__: each
    for each in (
        samples, log, summary, manifest, reps, truth, series, image, jpeg, video, task, tflite, message, query,
    )
}  # fmt: skip
