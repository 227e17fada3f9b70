"""Signals at awkward moments of `analyze` and `serve`: the promises hold wherever the signal comes."""

from __future__ import annotations

import asyncio
import json
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from fitness.apps.cli import main
from fitness.apps.web import certificate
from fitness.drawing.overlay import Overlay
from fitness.media.writer import VideoWriter
from fitness.pipeline.analyzer import Analyzer
from fitness.session import SessionRecorder, read_landmarks
from fitness.session.store import LiveSession
from scripts.figure import Clip, Idle, Motion, Reps

pytestmark = [
    pytest.mark.usefixtures("models"),
    pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX systems"),
]
FRAMES = 60


@pytest.fixture(autouse=True)
def _signals_of_a_plain_process() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {one: signal.signal(one, signal.SIG_DFL) for one in numbers}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short recording of squats."""
    made = Clip(Motion(Idle(0.6), Reps("squat", 2, seconds=1.6)), fps=15, width=320, height=320)
    path = tmp_path_factory.mktemp("clip") / "squats.mp4"
    frames = list(made.frames())
    with VideoWriter(path, 320, 320, 15) as writer:
        for k in range(FRAMES):
            writer.write(frames[k % len(frames)].image, k / 15)
    return path


def signal_in(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, number: int, *, call: int = 1, after: bool = False
) -> None:
    """Raise the signal when `owner.name` is called for the `call`-th time, before its work or after it."""
    plain, calls = getattr(owner, name), [0]

    def wrapped(*args: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == call and not after:
            signal.raise_signal(number)
        result = plain(*args, **options)
        if calls[0] == call and after:
            signal.raise_signal(number)
        return result

    monkeypatch.setattr(owner, name, wrapped)


class Resource:
    """Raises a signal when it is deleted, where Python swallows every exception."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGHUP)


def in_a_destructor(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGHUP while an object is deleted in the loop."""
    draw, calls = Overlay.draw, [0]

    def drawn(self: Overlay, result: Any) -> Any:
        calls[0] += 1
        if calls[0] == 9:
            Resource()
        return draw(self, result)

    monkeypatch.setattr(Overlay, "draw", drawn)


MOMENTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a result is recorded": lambda patch: signal_in(patch, SessionRecorder, "add", signal.SIGHUP, call=9),
    "a result is stored": lambda patch: signal_in(patch, LiveSession, "add", signal.SIGHUP, call=9),
    "a frame is drawn": lambda patch: signal_in(patch, Overlay, "draw", signal.SIGHUP, call=9),
    "a frame is handed over": lambda patch: signal_in(
        patch, VideoWriter, "write", signal.SIGHUP, call=9, after=True
    ),
    "a frame is encoded": lambda patch: signal_in(patch, VideoWriter, "_encode", signal.SIGHUP, call=9),
    "an object is deleted": in_a_destructor,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_analyze_keeps_what_was_counted_wherever_a_signal_comes(
    moment: str,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The document, the landmark log and the annotated video hold the same frames, and no temporary file is left."""
    MOMENTS[moment](monkeypatch)
    assert main(["analyze", str(clip), "--out", str(tmp_path), "--model", "lite", "--json"]) == 129
    printed = capsys.readouterr()
    assert "stopped before the end" in printed.err
    assert "Traceback" not in printed.err and "ignored" not in printed.err and "error" not in printed.err
    frames = json.loads(printed.out)["source"]["frames"]
    assert 0 < frames < FRAMES and len(read_landmarks(tmp_path / "squats.landmarks.npz")) == frames
    with av.open(str(tmp_path / "squats.annotated.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == frames
    assert not [path.name for path in tmp_path.iterdir() if ".part" in path.name]


def test_a_signal_before_the_first_frame_leaves_no_results(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to write, and this is not an error of the recording."""
    signal_in(monkeypatch, Analyzer, "_begun", signal.SIGTERM)
    assert main(["analyze", str(clip), "--out", str(tmp_path / "out"), "--model", "lite", "--json"]) == 143
    printed = capsys.readouterr()
    assert printed.err == "squats.mp4: stopped before the first frame was counted\n" and printed.out == ""
    assert list((tmp_path / "out").iterdir()) == []


def test_a_signal_while_the_results_are_written_does_not_break_them_off(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All frames were counted, so all are in the results."""
    import fitness.pipeline.analyzer as module

    signal_in(monkeypatch, module, "write_session", signal.SIGINT)
    assert main(["analyze", str(clip), "--out", str(tmp_path), "--model", "lite", "--json"]) == 130
    printed = capsys.readouterr()
    assert json.loads(printed.out)["source"]["frames"] == FRAMES and printed.err == ""
    assert {path.suffix for path in tmp_path.iterdir()} >= {".csv", ".json", ".npz", ".mp4"}


PAGE_MOMENTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the loop is made": lambda patch: signal_in(patch, asyncio.BaseEventLoop, "__init__", signal.SIGTERM),
    "the server begins to listen": lambda patch: signal_in(
        patch, asyncio.BaseEventLoop, "create_server", signal.SIGTERM, after=True
    ),
    "the page ends": lambda patch: _as_it_ends(patch),
}


def _as_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    from fitness.apps.web.state import State

    signal_in(monkeypatch, asyncio.BaseEventLoop, "create_server", signal.SIGTERM)
    signal_in(monkeypatch, State, "close", signal.SIGHUP)


@pytest.mark.parametrize("moment", PAGE_MOMENTS)
def test_the_page_ends_wherever_a_signal_comes(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It closes what it opened: no private folder, no key and no message are left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(certificate, "network_addresses", lambda: ("127.0.0.1",))  # no look at the network
    PAGE_MOMENTS[moment](monkeypatch)
    assert main(["serve", "--host", "0.0.0.0", "--port", "0", "--model", "lite", "--no-store"]) == 143
    assert capfd.readouterr().err == "" and list(tmp_path.iterdir()) == []
