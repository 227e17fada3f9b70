"""The training screen in Chromium at five sizes: nothing is cut off, and everything can be read and reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from fitness.apps.web.app import STATIC
from tests.support.page_browser import CHROMIUM, Watched, chromium, still_camera, watched_page
from tests.support.page_states import STATES, PlayedServer, state
from tests.support.web_cases import make_services
from tests.support.web_server import serving

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

SIZES = [(1440, 900), (1920, 1080), (1366, 768), (390, 844), (844, 390)]

CUT_OFF = (Path(__file__).parents[2] / "support" / "cut_off.js").read_text("utf-8")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with (
        playwright.sync_playwright() as driver,
        chromium(driver, still_camera(tmp_path_factory.mktemp("camera"))) as one,
    ):
        yield one


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(make_services(tmp_path_factory.mktemp("screen"))) as one:
        yield one


@pytest.fixture
def watched(browser: Any, address: str) -> Iterator[Watched]:
    with watched_page(browser, address) as one:
        yield one


def training(watched: Watched, size: tuple[int, int] = (1440, 900)) -> PlayedServer:
    """The page with a running workout, whose states the test sends."""
    server = PlayedServer(watched.page)
    watched.page.set_viewport_size({"width": size[0], "height": size[1]})
    watched.show(query="?autostart=1&exercise=squat")
    watched.page.wait_for_selector("#status:text-is('Counting; the exercise is recognised.')")
    return server


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_cut_off(watched: Watched, size: tuple[int, int]) -> None:
    """In every state, with up to four digits and the longest name, and also at the end and before the start."""
    server, page = training(watched, size), watched.page
    found = []
    for name, shown in STATES.items():
        server.show(shown)
        page.wait_for_function(
            "text => document.getElementById('reps').textContent === text", arg=str(shown["reps"])
        )
        found += [(name, *one) for one in page.evaluate(CUT_OFF)]
    page.click("#start")
    page.wait_for_selector("#finish h3")
    found += [("the end", *one) for one in page.evaluate(CUT_OFF)]
    page.click("#finish button:has-text('New workout')")
    page.evaluate("document.querySelectorAll('#setup details').forEach((one) => { one.open = true; })")
    found += [("before the start", *one) for one in page.evaluate(CUT_OFF)]
    assert found == []


@pytest.mark.parametrize("size", [(390, 844), (844, 390)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_phone_reaches_all_buttons_without_scrolling(watched: Watched, size: tuple[int, int]) -> None:
    """During a workout, every button is on the screen and large enough for a thumb."""
    server, page = training(watched, size), watched.page
    server.show(state())
    for id_ in ("start", "pause", "minus", "plus", "next", "reset", "settings", "full"):
        box = page.query_selector("#" + id_).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= size[1], id_
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0] and box["height"] >= 40, id_


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_start_is_reached_without_scrolling(watched: Watched, size: tuple[int, int]) -> None:
    """The settings before a workout."""
    page = watched.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    watched.show()
    box = page.query_selector("#start").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]


def test_the_settings_can_be_read_after_a_rest(watched: Watched) -> None:
    """The settings' card stays opaque after the card of a set was shown."""
    server, page = training(watched), watched.page
    ground = "getComputedStyle(document.getElementById('setup')).backgroundColor"
    before = page.evaluate(ground)
    server.show(STATES["rest"])
    page.wait_for_selector("#set-card h3")
    server.show(state())
    page.click("#settings")
    page.wait_for_selector("#setup", state="visible")
    assert page.evaluate(ground) == before
    assert before.startswith("rgb(")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_cards_of_a_rest_do_not_cover_the_person(watched: Watched, size: tuple[int, int]) -> None:
    """The whole frame is between column and card; when the person moves, it also fills the place of the card."""
    server, page = training(watched, size), watched.page
    server.show(STATES["rest"])
    page.wait_for_selector("#set-card h3")
    over = """() => { const box = (one) => document.querySelector(one).getBoundingClientRect(), view = box('#view');
      return ['.column', '#set-card'].filter((one) => { const card = box(one);
        return card.right > view.left && card.left < view.right && card.bottom > view.top && card.top < view.bottom; }); }"""
    assert page.evaluate(over) == []
    box = page.query_selector("#view").bounding_box()
    assert box["width"] >= 150 and box["height"] >= 150
    server.show({**STATES["rest"], "t": 11, "phase": 0.5})
    page.wait_for_selector("#set-card", state="hidden")
    larger = page.query_selector("#view").bounding_box()
    assert larger["width"] * larger["height"] > box["width"] * box["height"]


@pytest.mark.parametrize("size", [*SIZES, (1280, 800), (360, 640)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_panels_keep_their_distance_and_messages_cover_none(watched: Watched, size: tuple[int, int]) -> None:
    """The fullest rest panel stays within its area, with its corners; a message covers neither panel nor card."""
    server, page = training(watched, size), watched.page
    server.show(STATES["a full rest panel"])
    page.wait_for_selector("#upnext:has-text('set 1 of 12')")
    room = """() => { const box = (one) => document.querySelector(one).getBoundingClientRect(), column = box('.column');
      const texts = [...document.querySelectorAll('.column p')].map((one) => one.getBoundingClientRect().bottom);
      return [column.top - box('.stage').top, box('.controls').top - column.bottom, column.bottom - Math.max(...texts)]; }"""
    assert min(page.evaluate(room)) >= 3
    server.show(STATES["workout done"])
    page.wait_for_selector("#status:text-is('Workout done. Press Finish.')")
    over = """() => { const box = (one) => document.querySelector(one).getBoundingClientRect(), told = box('#status');
      return ['.column', '#set-card'].filter((one) => { const card = box(one);
        return card.right > told.left && card.left < told.right && card.bottom > told.top && card.top < told.bottom; }); }"""
    page.wait_for_selector("#set-card h3")
    assert page.evaluate(over) == []


def test_the_rest_card_is_labelled_and_leaves_space(watched: Watched) -> None:
    """The number has a word and a unit, and the next set is shown. Cards disappear when the person moves."""
    server, page = training(watched), watched.page
    server.show(STATES["rest"])
    page.wait_for_selector("#clock:text-is('0:42')")
    assert page.inner_text("#word") == "Rest" and page.inner_text("#upnext") == "Next: set 2 of 3 - squat"
    assert page.inner_text("#set-card h3") == "Set 1: 10 squats"
    server.show({**STATES["rest"], "t": 11, "phase": 0.5})
    page.wait_for_selector("#set-card", state="hidden")
    assert "moving" in (page.get_attribute("#stage", "class") or "")


def test_the_total_is_shown_when_it_differs_from_the_set(watched: Watched) -> None:
    """In the first set the reps are the total, and one number is enough."""
    server, page = training(watched), watched.page
    server.show(state(reps=4, total=4, set=1))
    page.wait_for_selector("#reps:text-is('4')")
    assert not page.is_visible("#in-all")
    server.show(state(reps=4, total=14))
    page.wait_for_selector("#in-all", state="visible")
    assert page.inner_text("#in-all") == "14 in all"


@pytest.mark.parametrize("kind", ["real", "missing", "refused"])
def test_full_screen_works_with_and_without_the_browser_api(watched: Watched, kind: str) -> None:
    """If the browser has no full screen (iPhone) or refuses it, the stage covers the page; Escape ends it."""
    page = watched.page
    if kind == "missing":
        page.add_init_script(
            "for (const name of ['requestFullscreen', 'webkitRequestFullscreen', 'webkitRequestFullScreen'])"
            " delete Element.prototype[name];"
        )
    if kind == "refused":
        page.add_init_script(
            "Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('no'));"
        )
    training(watched)
    page.keyboard.press("f")
    page.wait_for_selector("#full[aria-pressed=true]")
    page.wait_for_function("() => document.getElementById('stage').getBoundingClientRect().top === 0")
    box = page.query_selector("#stage").bounding_box()
    inner = page.evaluate("[innerWidth, innerHeight]")
    assert [box["width"], box["height"]] == inner
    if kind == "real":
        page.click("#full")
    else:
        page.keyboard.press("Escape")
    page.wait_for_selector("#full[aria-pressed=false]")
    assert page.query_selector("#stage").bounding_box()["y"] > 0


def test_the_screen_stays_awake_while_a_workout_runs(watched: Watched) -> None:
    """The screen lock is requested at the start and when the page is shown again, and released at the end."""
    page = watched.page
    page.add_init_script("""window.locks = [];
      Object.defineProperty(navigator, 'wakeLock', { value: { request: async (kind) => {
        const lock = new EventTarget();
        lock.release = async () => { locks.push('released'); lock.dispatchEvent(new Event('release')); };
        locks.push(kind);
        window.lock = lock;
        return lock; } } });""")
    training(watched)
    page.wait_for_function("() => locks.length === 1")
    page.evaluate(
        "lock.dispatchEvent(new Event('release')); document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_function("() => locks.length === 2")
    page.click("#start")
    page.wait_for_function("() => locks.length === 3")
    assert page.evaluate("locks") == ["screen", "screen", "released"]


def test_the_page_can_be_installed(watched: Watched) -> None:
    """The manifest is found and valid, and its icons exist."""
    page = watched.show()
    found = page.evaluate("""async () => {
      const manifest = await (await fetch(document.querySelector('link[rel=manifest]').href)).json();
      const icons = await Promise.all(manifest.icons.map(async (one) => (await fetch(one.src)).headers.get('content-type')));
      return [manifest.start_url, manifest.display, icons, manifest.icons.map((one) => one.type)]; }""")
    assert found[:2] == ["/", "fullscreen"] and found[2] == found[3]


def test_the_end_can_be_shared_without_the_person(watched: Watched) -> None:
    """The saved picture is a PNG of the figures; the camera's frame is in it only if the box is ticked."""
    training(watched)
    page = watched.page
    page.click("#start")
    page.wait_for_selector("#finish .sum:has-text('36')")
    assert "16 squats · 20 push-ups" in page.inner_text("#finish")
    sizes, colours = [], []
    for ticked in (False, True):
        page.set_checked("#share-me", ticked)
        with page.expect_download() as saved:
            page.click("#finish button:has-text('Save as a picture')")
        data = Path(saved.value.path()).read_bytes()
        assert re.fullmatch(r"workout-\d{4}-\d\d-\d\d\.png", saved.value.suggested_filename)
        picture = _decoded(data)
        sizes.append(picture.shape)
        colours.append(
            int((abs(picture[20:400:20, 20:1060:40].astype(int) - CAMERA).max(axis=-1) < 12).sum())
        )
    assert sizes == [(1350, 1080, 3)] * 2
    assert colours[0] == 0 and colours[1] > 200


CAMERA = (40, 90, 200)
"""The RGB colour of the still camera."""


def _decoded(data: bytes) -> Any:
    import cv2
    import numpy as np

    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]


def test_every_text_colour_is_readable_on_any_frame() -> None:
    """Texts on the dark card have a contrast of at least 4.5, even with a white frame behind the card."""
    text = (STATIC / "train.css").read_text("utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6,8});", text.split("position:")[0]))
    *scrim, alpha = bytes.fromhex(colours.pop("scrim")[1:])
    for name, behind in product(colours, (0, 255)):
        card = [alpha / 255 * one + (1 - alpha / 255) * behind for one in scrim]
        light, dark = sorted((_luminance(bytes.fromhex(colours[name][1:])), _luminance(card)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name
    assert set(colours) >= {"white", "soft-ink", "go", "move", "rest", "amber", "stop"}


def _luminance(rgb: Any) -> float:
    """Relative luminance, WCAG 2.2."""
    linear = [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_of_a_workout_is_accessible(watched: Watched, scheme: Any) -> None:
    """axe-core finds no fault in contrast, names and touch sizes before the start, in each state, and at the end."""
    axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    page = watched.page
    page.emulate_media(color_scheme=scheme)
    server = training(watched)
    page.evaluate(files(axe).joinpath("axe.min.js").read_text("utf-8"))
    reported = []

    def look(where: str) -> None:
        for one in page.evaluate("axe.run(document.getElementById('live'))")["violations"]:
            reported.extend((where, one["id"], node["html"][:90]) for node in one["nodes"])

    for name in ("two digits", "rest", "get ready", "not measured"):
        server.show(STATES[name])
        page.wait_for_function(
            "text => document.getElementById('reps').textContent === text", arg=str(STATES[name]["reps"])
        )
        look(name)
    page.click("#start")
    page.wait_for_selector("#finish h3")
    look("the end")
    page.click("#finish button:has-text('New workout')")
    page.click("text=A plan")
    look("a plan")
    assert reported == []
