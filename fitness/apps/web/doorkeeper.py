"""Decides which connections the page's server keeps, so that slow or idle clients never lock others out.

Every connection takes a place. The number of places is limited for the server as a whole and for each address. If none
is free, the connection that has been idle for longest is closed; one that is being served is never closed. Addresses
that have shown the access token have places of their own.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

_TRUSTED_S: Final = 3600.0
"""An address is trusted for an hour after it last showed the token."""

_MOST_TRUSTED: Final = 1000


@dataclass(frozen=True, slots=True)
class Places:
    """Maximum numbers of connections.

    all: in the whole server.   strangers: of addresses that have not shown the token.   each: of one address.
    each_stranger: of one address that has not shown the token.
    """

    all: int = 200
    strangers: int = 100
    each: int = 100
    each_stranger: int = 32


@dataclass(slots=True, eq=False)
class Connection:
    """One connection.   address: the client whose limit it counts towards.   since: monotonic seconds when it was last
    served. served: whether a request is being answered.   socket: the open socket.
    """

    address: str
    socket: socket.socket
    since: float
    served: bool = False


class Doorkeeper:
    """All open connections of a server. Use it from the thread of the server's event loop only."""

    def __init__(self, places: Places | None = None, now: Callable[[], float] = monotonic) -> None:
        self._places, self._now = places or Places(), now
        self._open: dict[tuple[str, int], Connection] = {}
        self._trusted: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._open)

    def trust(self, host: str) -> None:
        """A client at `host` has shown the token (or no token is needed)."""
        address = network_of(host)
        self._trusted.pop(address, None)
        while len(self._trusted) >= _MOST_TRUSTED:
            del self._trusted[next(iter(self._trusted))]
        self._trusted[address] = self._now()

    def trusts(self, address: str) -> bool:
        """Whether that address has shown the token within the last hour."""
        return self._now() - self._trusted.get(address, float("-inf")) < _TRUSTED_S

    def admit(self, peer: tuple[str, int], opened: socket.socket) -> bool:
        """Give a new connection a place; False if all places are taken by connections that are not idle."""
        address = network_of(peer[0])
        trusted = self.trusts(address)
        own = [one for one in self._open.values() if one.address == address]
        if len(own) >= (self._places.each if trusted else self._places.each_stranger) and not self._free(own):
            return False
        if not trusted:
            strangers = [one for one in self._open.values() if not self.trusts(one.address)]
            if len(strangers) >= self._places.strangers and not self._free(strangers):
                return False
        if len(self._open) >= self._places.all and not self._free(list(self._open.values())):
            return False
        self._open[peer] = Connection(address, opened, self._now())
        return True

    def find(self, peer: tuple[str, int]) -> Connection | None:
        """The connection from this address and port."""
        return self._open.get(peer)

    def left(self, peer: tuple[str, int], closed: socket.socket) -> None:
        """A connection was closed."""
        known = self._open.get(peer)
        if known is not None and known.socket is closed:
            del self._open[peer]

    def served(self, peer: tuple[str, int], served: bool) -> None:
        """Note that the server begins, or ends, to answer a request of the connection."""
        if (one := self._open.get(peer)) is not None:
            one.served, one.since = served, self._now()

    def _free(self, among: list[Connection]) -> bool:
        """Close the connection that has been idle for longest; those of strangers are closed first."""
        idle = [one for one in among if not one.served]
        if not idle:
            return False
        one = min(idle, key=lambda one: (self.trusts(one.address), one.since))
        one.served = True  # it closes in the event loop's next turn; do not choose it twice
        for peer in [peer for peer, known in self._open.items() if known is one]:
            del self._open[peer]
        with suppress(OSError):
            one.socket.shutdown(socket.SHUT_RDWR)
        return True


def network_of(host: str) -> str:
    """The key for an address: itself, or the /64 network of an IPv6 address, because one machine may have many."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class GuardedListener(socket.socket):
    """A listening socket that asks a doorkeeper about each connection before any work, such as TLS, is done for it."""

    doorkeeper: Doorkeeper

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection that has a place. BlockingIOError if there is none now."""
        while True:
            descriptor, peer = self._accept()  # type: ignore[attr-defined]
            opened = _Counted(self.family, self.type, self.proto, fileno=descriptor)
            if self.doorkeeper.admit(peer[:2], opened):
                opened.doorkeeper, opened.peer = self.doorkeeper, peer[:2]
                return opened, peer
            opened.close()


class _Counted(socket.socket):
    """A connection that tells the doorkeeper when it is closed."""

    doorkeeper: Doorkeeper | None = None
    peer: tuple[str, int]

    def close(self) -> None:
        """As usual."""
        if self.doorkeeper is not None:
            self.doorkeeper.left(self.peer, self)
        super().close()


def guarded(listener: socket.socket, doorkeeper: Doorkeeper) -> GuardedListener:
    """A second handle of the listening socket `listener` that asks `doorkeeper`."""
    taken = GuardedListener(listener.family, listener.type, listener.proto, fileno=listener.dup().detach())
    taken.doorkeeper = doorkeeper
    return taken
