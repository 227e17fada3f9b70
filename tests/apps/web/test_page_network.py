"""The page for a phone on the network: the printed address opens it over TLS, and strangers are refused."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path

import cv2
import numpy as np
import pytest

from fitness.apps.cli.serve_command import access_for, announce
from fitness.apps.web import certificate
from fitness.apps.web.app import create_app
from tests.support.page_browser import CHROMIUM, PHONE, chromium, make_material
from tests.support.web_cases import LIVE, begin, make_services
from tests.support.web_client import TestClient, WebSocketDisconnect
from tests.support.web_server import serving

TOKEN = "s" * 20


def scanned(text: str) -> str:
    """The text that a phone reads from the QR code in a terminal with light letters."""
    rows = [line for line in text.splitlines() if set(line) & set("▀▄█")]
    modules = np.zeros((2 * len(rows), max(map(len, rows))), np.uint8)
    for y, row in enumerate(rows):
        for x, block in enumerate(row):
            modules[2 * y : 2 * y + 2, x] = (255 * (block in "▀█"), 255 * (block in "▄█"))
    return str(cv2.QRCodeDetector().detectAndDecode(np.kron(modules, np.ones((8, 8), np.uint8)))[0])


def test_every_address_of_this_machine_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With two networks both addresses are printed; the QR code has the more likely one. Without a network, a
    message helps.
    """
    monkeypatch.setattr(certificate, "network_addresses", lambda: ("192.0.2.7", "198.51.100.7"))
    announce("0.0.0.0", 8443, access_for("0.0.0.0", TOKEN, tls=True))
    reported = capsys.readouterr().out
    addresses = re.findall(r"https://\S+", reported)
    assert addresses == [f"https://{ip}:8443/?token={TOKEN}" for ip in ("192.0.2.7", "198.51.100.7")]
    assert scanned(reported) == addresses[0]
    monkeypatch.setattr(certificate, "network_addresses", tuple)
    announce("0.0.0.0", 8443, access_for("0.0.0.0", TOKEN, tls=True))
    assert "no network was found" in capsys.readouterr().err


def test_only_requests_to_the_connected_address_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the machine gets another address while it serves, that address is accepted as Host."""
    monkeypatch.setattr(certificate, "network_addresses", lambda: ("192.0.2.7",))
    app = create_app(make_services(tmp_path), access_for("0.0.0.0", TOKEN, tls=True))
    bearer = {"authorization": f"Bearer {TOKEN}"}
    with TestClient(app, base_url="https://192.0.2.99", headers=bearer) as client:
        assert client.get("/api/info").status_code == 200
        for stranger in ("192.0.2.98", "evil.example", "192.0.2.99.evil.example"):
            assert client.get("/api/info", headers={"host": stranger}).status_code == 421
        live = LIVE.replace("ws://127.0.0.1:8000", "wss://192.0.2.99")
        with client.websocket_connect(
            live, headers={**bearer, "host": "192.0.2.99", "origin": "https://192.0.2.99"}
        ) as s:
            assert begin(s)
        for origin in ("https://evil.example", "http://192.0.2.99"):
            with (
                pytest.raises(WebSocketDisconnect),
                client.websocket_connect(live, headers={**bearer, "host": "192.0.2.99", "origin": origin}),
            ):
                pass
    local = create_app(make_services(tmp_path))
    with TestClient(local, base_url="http://192.0.2.99") as client:
        assert client.get("/api/info").status_code == 421


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_phone_counts_over_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The printed address with its token opens the page; then the cookie is enough, and the camera counts."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    monkeypatch.setattr(certificate, "network_addresses", lambda: ("127.0.0.1",))
    access = access_for("0.0.0.0", TOKEN, tls=True)
    pair = certificate.make_certificate(tmp_path, sorted(access.hosts), datetime.now(timezone.utc))
    with (
        serving(make_services(tmp_path), access=access, pair=pair) as address,
        playwright.sync_playwright() as driver,
        chromium(driver, make_material(tmp_path).camera) as browser,
    ):
        announce("0.0.0.0", int(address.rpartition(":")[2]), access)
        printed = scanned(capsys.readouterr().out)
        context = browser.new_context(ignore_https_errors=True, viewport=PHONE)
        page = context.new_page()
        assert page.goto(f"https://{address}/").status == 401
        page.goto(printed)
        assert page.url == f"https://{address}/"
        (cookie,) = context.cookies()
        assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Strict"
        page.goto(f"https://{address}/?autostart=1")
        page.wait_for_selector("#speed:has-text('fps')", timeout=180_000)
        page.click("#plus")
        page.wait_for_selector("#reps:text-is('1')")
        page.click("#start")
        page.wait_for_selector("#status:text-is('Done: 1 rep.')", timeout=180_000)
