"""Whole workouts in Chromium: the store, the report and every export have the numbers of the screen."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

import fitdecode
import pytest

from fitness.session.store import Store
from tests.support.page_browser import CHROMIUM, GREY_CAMERA, Watched, chromium, still_camera, watched_page
from tests.support.page_story import PLAN, SCHEMES, SIZES, cut_off, look_back, newest, rep, train
from tests.support.report_cases import session
from tests.support.web_cases import make_services
from tests.support.web_server import serving

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

WIDE = SIZES[0]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with (
        playwright.sync_playwright() as driver,
        chromium(driver, still_camera(tmp_path_factory.mktemp("camera"))) as one,
    ):
        yield one


@pytest.fixture
def watched(browser: Any, tmp_path: Path) -> Iterator[Watched]:
    """The page of a server whose models see a bent knee in dark frames and a straight one in bright frames."""
    with serving(make_services(tmp_path)) as address, watched_page(browser, address) as one:
        one.page.add_init_script(GREY_CAMERA)
        yield one


def begin(watched: Watched, size: tuple[int, int], scheme: Any, query: str = "") -> Any:
    page = watched.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    watched.show(query=query)
    return page


def rows(page: Any) -> list[list[str]]:
    """The fields of each exercise in the plan builder."""
    names = ("exercise", "sets", "reps", "weight", "rest")
    return [
        [row.query_selector(f"[name={name}]").input_value() for name in names]
        for row in page.query_selector_all("#plan-rows li")
    ]


def stored(folder: Path) -> list[tuple[str, int, int]]:
    """Exercise, reps and counted reps of each set of the only session."""
    with Store.open(folder / "store" / "sessions.sqlite3", readonly=True) as store:
        (row,) = store.sessions()
        return [(one.exercise, one.reps, one.counted) for one in store.workout(row.id).sets]


def test_a_workout_from_the_plan_to_the_report(watched: Watched, tmp_path: Path) -> None:
    """Each screen fits at every size; the numbers are the same on the screen, in the store, the report and every export."""
    store = tmp_path / "store" / "sessions.sqlite3"
    store.parent.mkdir()
    with Store.open(store) as opened:
        opened.add(session(), started_at=datetime.now().astimezone() - timedelta(days=3))
    page = begin(watched, WIDE, "light", f"?plan={PLAN}")
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    wrong: list[Any] = []

    def look(name: str) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            pale = page.evaluate("axe.run({ runOnly: ['color-contrast'] })")["violations"]
            wrong.extend((name, scheme, node["html"]) for one in pale for node in one["nodes"])
        for width, height in (*SIZES[1:], SIZES[0]):
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(
                "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            wrong.extend((name, width, *one) for one in cut_off(page))

    train(page, look)
    end = page.inner_text("#finish")
    assert "4 squats · 2 push-ups" in end and "Set 1: 3 squats" in end and "By hand" in end
    tempo = page.inner_text("#finish .marks li:has-text('a rep, median') b")
    kept = newest(store)
    assert [(one.exercise, one.reps, one.counted) for one in kept.sets] == [
        ("squat", 3, 2), ("squat", 1, 1), ("push-up", 2, 2),
    ]  # fmt: skip
    assert tempo == f"{median(rep.duration for rep in kept.reps):.1f} s"
    look_back(page, look)
    _the_same_in_report_and_exports(page, kept.row.id, tempo)
    _prints_on_white(watched.page.context, f"http://{watched.address}/api/sessions/{kept.row.id}/report")
    assert wrong == []


def _the_same_in_report_and_exports(page: Any, number: int, tempo: str) -> None:
    """4 squats (3 counted) in sets of 3 and 1, and 2 push-ups; durations are the same everywhere."""

    def text(form: str) -> str:
        return str(
            page.evaluate("async (url) => (await fetch(url)).text()", f"/api/export/{form}?session={number}")
        )

    page.click("#sessions li:first-child .open")
    page.wait_for_selector("#session .tiles li:has-text('squats (3 counted)') b:text-is('4')")
    assert page.locator("#session .session tbody tr").first.inner_text().split("\t")[2] == "3 (2 counted)"
    assert page.inner_text("#session .tiles li:has-text('a rep, median') b").replace("\u00a0", " ") == tempo
    document = json.loads(text("json"))["sessions"][0]
    assert document["totals"] == {"squat": 4, "push-up": 2}
    assert document["counted_totals"] == {"squat": 3, "push-up": 2}
    assert f"{median(one['duration_s'] for one in document['reps']):.1f}" == tempo.split()[0]
    for form in ("strong", "hevy", "fitnotes", "liftlog"):
        rows = list(csv.DictReader(io.StringIO(text(form)), delimiter=";" if ";" in text(form) else ","))
        (column,) = (name for name in rows[0] if name.lower() == "reps")
        assert [row[column] for row in rows] == ["3", "1", "2"], form
    assert re.findall(r">[^<]*?: (\d+) reps?[^<]*</Notes>", text("tcx")) == ["3", "1", "2"]
    data = bytes(
        page.evaluate(
            "async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())]",
            f"/api/export/fit?session={number}",
        )
    )
    with fitdecode.FitReader(io.BytesIO(data)) as reader:
        sets = [one for one in reader if isinstance(one, fitdecode.FitDataMessage) and one.name == "set"]
    assert [one.get_value("repetitions") for one in sets if one.get_value("set_type") == "active"] == [
        3,
        1,
        2,
    ]


def _prints_on_white(context: Any, address: str) -> None:
    """The report in dark mode is printed with dark text on white, and no table or chart is wider than the paper."""
    report = context.new_page()
    report.emulate_media(color_scheme="dark", media="print")
    report.set_viewport_size({"width": 718, "height": 1000})  # A4 less Chromium's margins, CSS pixels
    report.goto(address)
    report.wait_for_selector(".chart canvas")
    report.evaluate("""() => addEventListener('beforeprint', () => {
      for (const one of document.querySelectorAll('details')) one.open = true;
      const { backgroundColor, color } = getComputedStyle(document.body);
      const wide = [...document.querySelectorAll('table, canvas, .tile, p, h1')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
      window.printed = [backgroundColor, color, wide.map((one) => one.outerHTML.slice(0, 80))]; })""")
    assert report.pdf(format="A4").startswith(b"%PDF")
    assert report.evaluate("printed") == ["rgb(255, 255, 255)", "rgb(0, 0, 0)", []]
    report.close()


def test_another_exercise_in_mid_workout(watched: Watched, tmp_path: Path) -> None:
    """The same workout continues: the running set is closed, the new exercise begins at 0, and one session holds both."""
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
    """The rows of the builder become the plan, and the next visit can load the plan with one button."""
    page = begin(watched, WIDE, "light")
    page.click("text=A plan")
    page.fill("#plan-rows [name=sets]", "1")
    page.fill("#plan-rows [name=reps]", "1")
    page.fill("#plan-rows [name=weight]", "12.5")
    page.fill("#plan-rows [name=rest]", "45")
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
    page.wait_for_selector("#status:has-text('plan is loaded')")
    assert rows(page) == [["squat", "1", "1", "12.5", "45"]]


def test_the_builder_reads_a_plan_as_the_server_does(watched: Watched) -> None:
    """Plurals, rests, weights and seconds come from the address; an unknown exercise is an error, not another exercise."""
    plan = "Squats 3x8 @ 40kg rest 90, plank 2x45 rest 0, push up 12"
    page = begin(watched, WIDE, "light", f"?plan={plan}")
    page.wait_for_selector("#plan-rows li:nth-child(3)")
    assert rows(page) == [
        ["squat", "3", "8", "40", "90"], ["plank", "2", "45", "", "0"], ["push-up", "1", "12", "", "60"],
    ]  # fmt: skip
    assert "Seconds" in page.inner_text("#plan-rows li:nth-child(2)")
    page.select_option("#plan-rows li:nth-child(2) [name=exercise]", "squat")
    assert "Seconds" not in page.inner_text("#plan-rows li:nth-child(2)")
    assert rows(page)[1] == ["squat", "2", "10", "", "0"]
    watched.show(query="?plan=squat 3x8, swim 3x8&autostart=1")
    page.wait_for_selector("#status.bad:has-text(\"there is no exercise 'swim'\")")
    assert page.get_attribute("#stage", "data-stage") == "idle"
    watched.complaints.clear()  # the browser notes each answer that is an error
