"""Runs commands and the page in this process, and records its access to files and network. Started by tests.

python watched.py REPORT FOLDER CLIP      FOLDER is also HOME and the place for temporary files.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from pathlib import Path
from typing import Any

SEEN: dict[str, list[str]] = {"network": [], "writes": [], "programs": []}
_LOOPBACK = ("127.", "::1", "localhost")


def hook(event: str, args: tuple[Any, ...]) -> None:
    """Python's audit events: sockets, files that are opened for writing, other programs."""
    if event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple):
        if not str(args[1][0]).startswith(_LOOPBACK):
            SEEN["network"].append(f"{event} {args[1]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        if not str(args[0]).startswith(_LOOPBACK):
            SEEN["network"].append(f"{event} {args[0]}")
    elif event == "open" and isinstance(args[0], str | bytes):
        if any(c in str(args[1] or "") for c in "wax+") or (args[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            SEEN["writes"].append(os.path.abspath(os.fsdecode(args[0])))
    elif event in ("os.rename", "shutil.copyfile"):
        SEEN["writes"].append(os.path.abspath(os.fsdecode(args[1])))
    elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        SEEN["programs"].append(str(args[0]))


def page(clip: Path, folder: Path) -> None:
    """A live session, a still image and a recording, with the page's application and the real engine."""
    import cv2

    from fitness.apps.cli import Settings as Common
    from fitness.apps.cli.serve_command import services
    from fitness.apps.web.app import create_app
    from fitness.media.source import VideoFile
    from fitness.pipeline.settings import Settings
    from tests.support.web_client import TestClient

    with VideoFile(clip) as frames:
        pictures = [cv2.imencode(".jpg", frame.image[..., ::-1])[1].tobytes() for frame in frames]
    app = create_app(services(Settings(model="lite"), Common(quiet=True, verbose=0), store=True))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        with client.websocket_connect("ws://127.0.0.1:8000/ws/live") as socket:
            socket.send_text(json.dumps({"type": "start", "model": "lite"}))
            socket.receive_json()
            for i, picture in enumerate(pictures[:10]):
                socket.send_bytes(struct.pack("<d", i * 100.0) + picture)
                assert socket.receive_json()["type"] == "frame"
        assert client.post("/api/pictures?model=lite", content=pictures[0]).json()["pose"] is not None
        assert client.get("/").status_code == 200


def main() -> None:
    report, folder, clip = map(Path, sys.argv[1:])
    sys.addaudithook(hook)
    from fitness.apps.cli import main as fitness

    out = str(folder / "out")
    codes = [
        fitness(["analyze", str(clip), "--model", "lite", "--no-annotate", "--out", out]),
        fitness(["replay", f"{out}/{clip.stem}.landmarks.npz"]),
        fitness(["live", "--camera", str(clip), "--headless", "--model", "lite", "--no-sound"]),
    ]
    page(clip, folder)
    report.write_text(json.dumps(SEEN | {"codes": codes}))


if __name__ == "__main__":
    main()
