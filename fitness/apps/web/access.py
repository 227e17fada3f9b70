"""Access control: checks Host, Origin and token of each request, and adds security headers to each answer."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "fitness_token"
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_HOST: Final = re.compile(r"(\[[0-9a-f:.%]+\]|[^\[\]:/@]+)(?::\d{1,5})?")
"""A name or an address, and a port (RFC 9110, 7.2)."""

_SAFE: Final = ("GET", "HEAD", "OPTIONS")
POLICY_VIOLATION: Final = 1008
"""WebSocket close code for a connection that is not allowed (RFC 6455, 7.4.1)."""


@dataclass(frozen=True, slots=True)
class Access:
    """hosts: names and addresses of this server, without port.   token: secret, or None on loopback.
    tls: the server speaks HTTPS, so the cookie is marked secure and origins must be https.
    """

    hosts: frozenset[str]
    token: str | None = None
    tls: bool = False

    @classmethod
    def local(cls) -> Access:
        """Access from this machine only, without a token."""
        return cls(frozenset(LOOPBACK))


def is_loopback(host: str) -> bool:
    """Whether listening at `host` (a name or an address) reaches this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_name(value: str) -> str:
    """The name in a Host header, in lower case and without its port; empty if the header is invalid.

    "127.0.0.1:8000" gives "127.0.0.1"; the brackets of an IPv6 address stay.
    """
    found = _HOST.fullmatch(value.strip().lower())
    return found[1] if found else ""


class Guard:
    """ASGI middleware that rejects forbidden requests before any other code runs.

    Host must be one of the server's own (against DNS rebinding). A browser's Origin must be this server, for
    every WebSocket and every request that changes something. If there is a token, it must come as `Authorization:
    Bearer`, in the cookie, or once in the page's address, which sets the cookie.

    Args:
        app: the guarded app.   access: who may use it.   welcome: called with the address of each permitted client.
    """

    def __init__(self, app: ASGIApp, access: Access, welcome: Callable[[str], None]) -> None:
        self._app, self._access, self._welcome = app, access, welcome

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        problem = self._problem(scope, headers)
        if problem is None and scope.get("client"):
            self._welcome(scope["client"][0])
        if scope["type"] == "websocket":
            if problem is None:
                await self._app(scope, receive, send)
            else:
                await receive()  # the handshake; closing before accepting answers 403
                await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": problem[1]})
            return
        answer: ASGIApp = self._app
        if problem is not None:
            answer = PlainTextResponse(problem[1] + "\n", problem[0])
        elif self._access.token is not None and scope["path"] == "/" and "token" in _query(scope):
            answer = self._signed_in(scope)
        await answer(scope, receive, _with_headers(send, headers.get("host", ""), tls=self._access.tls))

    def _problem(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Status and text of the error, or None."""
        host = headers.get("host", "")
        if host_name(host) not in self._access.hosts | self._reached(scope):
            return 421, "this server does not answer to that name; use the address it printed"
        origin = headers.get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        own = f"{'https' if self._access.tls else 'http'}://{host.lower()}"
        if changes and origin is not None and origin.lower() != own:
            return 403, "requests from other pages are refused"
        if self._access.token is not None and not self._knows_token(scope, headers):
            return 401, "access token missing or wrong; open the address that the server printed"
        return None

    def _reached(self, scope: Scope) -> frozenset[str]:
        """The address of this machine that the connection came to. The machine may have a new address since the start.

        A foreign page cannot make a browser send it as Host for a name of its own (DNS rebinding).
        """
        own = (scope.get("server") or ("",))[0].removeprefix("::ffff:")  # IPv4 on a socket for both
        return frozenset({f"[{own}]" if ":" in own else own}) if self._access.tls and own else frozenset()

    def _knows_token(self, scope: Scope, headers: Headers) -> bool:
        given = [*_query(scope).get("token", [])]
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            given.append(bearer.strip())
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        if cookie is not None:
            given.append(cookie.value)
        expected = (self._access.token or "").encode()
        return any(hmac.compare_digest(one.encode("utf-8", "replace"), expected) for one in given)

    def _signed_in(self, scope: Scope) -> Response:
        """Redirect to the same page without the token in its address; from now on the cookie has the token."""
        rest = {name: values for name, values in _query(scope).items() if name != "token"}
        response = RedirectResponse("/" + (f"?{urlencode(rest, doseq=True)}" if rest else ""), 303)
        response.set_cookie(
            COOKIE, self._access.token or "", httponly=True, secure=self._access.tls, samesite="strict"
        )
        return response


def policy(host: str, *, tls: bool) -> str:
    """The Content-Security-Policy of the page: it loads everything from this server and nothing from elsewhere.

    The WebSocket's address is named too: older versions of Safari do not include it in 'self'.
    """
    socket = f"{'wss' if tls else 'ws'}://{host}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        f"media-src 'self' blob:; connect-src 'self' {socket}; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def _with_headers(send: Send, host: str, *, tls: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            safe = host if all(c.isalnum() or c in ".:-[]" for c in host) else ""
            for name, value in _fixed(safe, tls=tls):
                headers.setdefault(name, value)
        await send(message)

    return sending


def _fixed(host: str, *, tls: bool) -> Iterable[tuple[str, str]]:
    return (
        ("Content-Security-Policy", policy(host, tls=tls)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
        ("Cache-Control", "no-store"),
    )


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"))
