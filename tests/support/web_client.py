"""Starlette's in-process client. It prefers the successor of httpx and warns about httpx, which serves as well."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient
    from starlette.websockets import WebSocketDisconnect

__all__ = ["TestClient", "WebSocketDisconnect"]
