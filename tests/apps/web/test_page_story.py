"""Whole workouts in real Chromium: what the screen said is what the store, the report and every export say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fitness.session.store import Store
from tests.support.page_browser import CHROMIUM, GREY_CAMERA, Watched, chromium, still_camera, watched_page
from tests.support.web_cases import make_services
from tests.support.web_server import serving

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

WIDE, UPRIGHT = (1440, 900), (390, 844)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with (
        playwright.sync_playwright() as driver,
        chromium(driver, still_camera(tmp_path_factory.mktemp("camera"))) as one,
    ):
        yield one


@pytest.fixture
def watched(browser: Any, tmp_path: Path) -> Iterator[Watched]:
    """The page of a server whose models see a bent knee in a dark picture and a straight one in a bright picture."""
    with serving(make_services(tmp_path)) as address, watched_page(browser, address) as one:
        one.page.add_init_script(GREY_CAMERA)
        yield one


def begin(watched: Watched, size: tuple[int, int], scheme: Any, query: str = "") -> Any:
    page = watched.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    watched.show(query=query)
    return page


def rep(page: Any, reps: int) -> None:
    """Go down and up once; the screen then says `reps`."""
    for grey in (20, 250):
        page.evaluate("grey => { window.grey = grey; }", grey)
        page.wait_for_function("grey => window.seenGrey === grey", arg=grey)
    page.wait_for_function("text => document.getElementById('reps').textContent === text", arg=str(reps))


def stored(folder: Path) -> list[tuple[str, int, int]]:
    """Exercise, reps and counted reps of each set of the only session."""
    with Store.open(folder / "store" / "sessions.sqlite3", readonly=True) as store:
        (row,) = store.sessions()
        return [(one.exercise, one.reps, one.counted) for one in store.workout(row.id).sets]


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (UPRIGHT, "dark")], ids=["wide", "upright"])
def test_a_plan_with_a_correction(
    watched: Watched, tmp_path: Path, size: tuple[int, int], scheme: str
) -> None:
    """Squats by plan, one rep added in the rest, the second set cut short, push-ups to the end."""
    page = begin(watched, size, scheme, "?plan=squat 2x2 rest 40, push-up 1x2 rest 0")
    assert page.locator("#plan-rows li").count() == 2
    page.click("#start")
    rep(page, 1)
    rep(page, 2)
    page.wait_for_selector("#stage[data-stage=resting]")
    assert page.inner_text("#word") == "Rest" and page.inner_text("#upnext") == "Next: set 2 of 2 - squat"
    page.click("#plus")
    page.wait_for_selector("#set-card h3:text-is('Set 1: 3 squats')")
    page.click("#next")
    page.wait_for_selector("#stage[data-stage=ready]")
    rep(page, 1)
    page.click("#skip")
    page.wait_for_selector("#exercise:text-is('Push-up')")
    rep(page, 1)
    rep(page, 2)
    page.wait_for_selector("#stage[data-stage=done]")
    page.click("#start")
    page.wait_for_selector("#status:text-is('Done: 6 reps.')")
    end = page.inner_text("#finish")
    assert "4 squats · 2 push-ups" in end and "Set 1: 3 squats" in end and "By hand +1 (2 counted)" in end
    assert page.inner_text("#finish .marks li:has-text('a rep, median') b") == "1.0 s"
    assert stored(tmp_path) == [("squat", 3, 2), ("squat", 1, 1), ("push-up", 2, 2)]
    _the_same_everywhere(page)


def _the_same_everywhere(page: Any) -> None:
    """List, report and exports of the only session: 4 squats (3 counted) in sets of 3 and 1, and 2 push-ups."""
    page.click("#tab-history")
    page.wait_for_selector("#sessions li:has-text('4 squats, 2 push-ups'):has-text('3 · 1 · 2')")
    page.click("#sessions .open")
    page.wait_for_selector("#session .tiles li:has-text('squats (3 counted)') b:text-is('4')")
    assert page.locator("#session .session tbody tr").first.inner_text().split("\t")[2] == "3 (2 counted)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def text(form: str) -> str:
        return str(page.evaluate("async (url) => (await fetch(url)).text()", f"/api/export/{form}"))

    document = json.loads(text("json"))["sessions"][0]
    assert document["totals"] == {"squat": 4, "push-up": 2}
    assert document["counted_totals"] == {"squat": 3, "push-up": 2}
    for form in ("strong", "hevy", "fitnotes", "liftlog"):
        rows = list(csv.DictReader(io.StringIO(text(form)), delimiter=";" if ";" in text(form) else ","))
        (column,) = (name for name in rows[0] if name.lower() == "reps")
        assert [row[column] for row in rows] == ["3", "1", "2"], form


def test_another_exercise_in_mid_workout(watched: Watched, tmp_path: Path) -> None:
    """The same workout goes on: the running set closes, the new exercise begins at 0, and one session holds both."""
    page = begin(watched, WIDE, "dark", "?autostart=1&exercise=squat")
    rep(page, 1)
    page.click("#settings")
    page.select_option("#choose-exercise", "push-up")
    page.wait_for_selector("#exercise:text-is('Push-up')")
    page.click("#settings")
    rep(page, 1)
    rep(page, 2)
    page.click("#minus")
    page.wait_for_selector("#reps:text-is('1')")
    page.click("#start")
    page.wait_for_selector("#status:text-is('Done: 2 reps.')")
    assert stored(tmp_path) == [("squat", 1, 1), ("push-up", 1, 2)]


def test_the_last_plan_is_offered_again(watched: Watched) -> None:
    """The builder's rows become the plan, and the next visit has them at a press of a button."""
    page = begin(watched, WIDE, "light")
    page.click("text=A plan")
    page.fill("#plan-rows [name=sets]", "1")
    page.fill("#plan-rows [name=reps]", "1")
    page.click("#plan-add")
    page.click("#plan-rows li:nth-child(2) button[aria-label^=Remove]")
    page.click("#start")
    rep(page, 1)
    page.wait_for_selector("#stage[data-stage=done]")
    page.click("#start")
    page.wait_for_selector("#status:text-is('Done: 1 rep.')")
    page.reload()
    page.click("text=A plan")
    page.click("#plan-repeat")
    fields = [page.input_value(f"#plan-rows [name={name}]") for name in ("exercise", "sets", "reps", "rest")]
    assert fields == ["squat", "1", "1", "60"]
