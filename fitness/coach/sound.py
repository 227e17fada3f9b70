"""Plays short tones and spoken numbers with the programs of this machine, or the terminal's bell if there are none."""

from __future__ import annotations

import io
import math
import shutil
import struct
import subprocess
import tempfile
import wave
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

RATE_HZ: Final = 22_050
TONES: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "rep": ((880.0, 0.09),),
    "target": ((880.0, 0.1), (1174.7, 0.1), (1568.0, 0.2)),
    "tick": ((660.0, 0.08),),
    "partial": ((330.0, 0.12),),
    "go": ((1320.0, 0.35),),
}
"""Name -> (Hz, seconds) one after the other."""

_PLAYERS: Final = (("paplay",), ("pw-play",), ("aplay", "-q"), ("afplay",), ("play", "-q"))
_VOICES: Final = (("spd-say",), ("espeak-ng",), ("espeak",), ("say",))
_MOST: Final = 3
_EDGE_S: Final = 0.008


def tone_wav(notes: Sequence[tuple[float, float]], volume: float = 0.5) -> bytes:
    """The notes, (Hz, seconds), as a mono 16-bit WAV file; each fades in and out in 8 ms, so nothing clicks."""
    samples: list[int] = []
    for hertz, seconds in notes:
        count = round(seconds * RATE_HZ)
        for k in range(count):
            edge = min(1.0, k / (RATE_HZ * _EDGE_S), (count - k) / (RATE_HZ * _EDGE_S))
            samples.append(round(32767 * volume * edge * math.sin(2 * math.pi * hertz * k / RATE_HZ)))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return out.getvalue()


class Sounds:
    """Plays tones without waiting; a context manager that leaves no process and no file behind.

    Args:
        bell: called for a tone if no player is installed.
        speak: say the rep's number instead of the tone "rep", if a voice is installed.
        find: finds the path of a program; for tests.
    """

    def __init__(
        self,
        bell: Callable[[], None],
        *,
        speak: bool = False,
        find: Callable[[str], str | None] = shutil.which,
    ) -> None:
        self._bell = bell
        self._player = next((command for command in _PLAYERS if find(command[0])), None)
        self._voice = next((command for command in _VOICES if find(command[0])), None) if speak else None
        self._folder = tempfile.TemporaryDirectory(prefix="fitness-sound-") if self._player else None
        self._running: list[subprocess.Popen[bytes]] = []

    def play(self, name: str, number: int = 0) -> None:
        """One of `TONES`; for "rep" the number may be spoken instead. Never waits, never raises for a missing player."""
        if name == "rep" and self._voice is not None and number > 0:
            self._run([*self._voice, str(number)])
        elif self._player is None or self._folder is None:
            self._bell()
        else:
            path = Path(self._folder.name) / f"{name}.wav"
            if not path.exists():
                path.write_bytes(tone_wav(TONES[name]))
            self._run([*self._player, str(path)])

    def _run(self, command: list[str]) -> None:
        self._running = [process for process in self._running if process.poll() is None]
        if len(self._running) >= _MOST:
            return
        quiet = subprocess.DEVNULL
        try:
            self._running.append(subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet))
        except OSError:
            self._bell()

    def close(self) -> None:
        """Stop all sounds; may be called twice."""
        for process in self._running:
            try:
                process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running = []
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Sounds:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
