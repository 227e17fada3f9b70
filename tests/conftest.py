"""Fixtures that every test may use. No test reaches the network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from fitness.engine.runtime.weights import ModelFiles
from fitness.types import Frame, Pose
from tests.support.strategies import pose_of, stick_figure

settings.register_profile("fitness", deadline=None)  # how long an example takes is the machine's business
settings.load_profile("fitness")

_SHARED = Path(__file__).parents[2] / "shared"
_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to another machine is an error; the loopback and local sockets stay open."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def _own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sessions that a test counts are never stored in the user's store, and the user's config file is not read.
    This holds for the whole run, also for fixtures of modules and for child processes.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FITNESS_STORE", str(tmp_path_factory.mktemp("store") / "sessions.sqlite3"))
        patch.setenv("FITNESS_CONFIG", str(tmp_path_factory.mktemp("config") / "config.toml"))
        yield


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder with the real weights of all four models, downloaded if they are not in the user's cache."""
    files = ModelFiles()
    files.ensure_all(tuple(files.manifest.models))
    return files.folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared test material, for tests that are marked `corpus`."""
    if not _SHARED.is_dir():
        pytest.skip("shared material absent")
    return _SHARED


@pytest.fixture
def make_pose() -> Callable[..., Pose]:
    """Builds a pose: `make_pose(t=1.0, knee_deg=90.0)`; the angles are those of `strategies.stick_figure`."""

    def make(t: float = 0.0, *, score: float = 1.0, visibility: float = 1.0, **angles: float) -> Pose:
        return pose_of(stick_figure(**angles), t, score=score, visibility=visibility)

    return make


@pytest.fixture
def make_frame() -> Callable[..., Frame]:
    """Builds a frame of one grey: `make_frame(t=1.0, index=30, height=48, width=64)`."""

    def make(t: float = 0.0, index: int = 0, *, height: int = 48, width: int = 64, grey: int = 128) -> Frame:
        return Frame(np.full((height, width, 3), grey, np.uint8), t, index)

    return make
