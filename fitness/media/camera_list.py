"""Lists the cameras of this machine by name, as the system reports them, without opening them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_V4L: Final = Path("/sys/class/video4linux")
_ASK: Final = {
    "darwin": ["system_profiler", "-json", "SPCameraDataType"],
    "win32": [
        "powershell", "-NoProfile", "-Command",
        "Get-CimInstance Win32_PnPEntity -Filter \"PNPClass='Camera'\" | ForEach-Object Name",
    ],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CameraName:
    """number: for `--camera`.   name: as the system calls it.   problem: why it cannot be used, or None."""

    number: int
    name: str
    problem: str | None = None


def cameras(platform: str = sys.platform) -> tuple[CameraName, ...]:
    """All cameras by number; empty if there are none or if the system does not list them."""
    if platform == "linux":
        return linux_cameras(_V4L, Path("/dev"))
    command = _ASK.get(platform)
    if command is None:
        return ()
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(CameraName(number, name) for number, name in enumerate(_names(text, platform)))


def linux_cameras(listed: Path, devices: Path) -> tuple[CameraName, ...]:
    """Cameras in the Video4Linux folder `listed`; the second device of a camera, for metadata, is left out."""
    found = []
    for folder in listed.glob("video*") if listed.is_dir() else ():
        number, index = folder.name[5:], folder / "index"
        if not number.isdecimal() or (index.exists() and index.read_text().strip() != "0"):
            continue
        device = devices / folder.name
        allowed = os.access(device, os.R_OK | os.W_OK)
        problem = None if allowed else "not allowed: add yourself to the group `video`"
        if not device.exists():
            problem = "not there"
        found.append(CameraName(int(number), (folder / "name").read_text().strip(), problem))
    return tuple(sorted(found, key=lambda camera: camera.number))


def _names(text: str, platform: str) -> list[str]:
    if platform != "darwin":
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        return [str(one["_name"]) for one in json.loads(text)["SPCameraDataType"]]
    except (ValueError, KeyError, TypeError):
        return []
