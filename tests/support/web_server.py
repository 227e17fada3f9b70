"""The page's server as in `fitness serve`, in a thread, on a port that the system chooses."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitness.apps.web.access import Access
from fitness.apps.web.app import create_app
from fitness.apps.web.dependencies import Dependencies, Limits
from fitness.apps.web.doorkeeper import Doorkeeper, Places
from fitness.apps.web.server import Patience, server_of


@contextmanager
def serving(
    services: Dependencies,
    limits: Limits | None = None,
    port: int = 0,
    access: Access | None = None,
    pair: tuple[Path, Path] | None = None,
    places: Places | None = None,
    patience: Patience | None = None,
) -> Iterator[str]:
    """ "127.0.0.1:PORT" while it runs; port 0 is any free one."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        doorkeeper = Doorkeeper(places)
        app = create_app(services, access, limits, welcome=doorkeeper.trust)
        server = server_of(app, pair, doorkeeper, patience)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(120)
    assert not thread.is_alive()
