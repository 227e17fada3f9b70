"""Each tab of the page in Chromium, whose camera plays a rendered figure: it works, without errors or foreign requests."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import av
import pytest

from fitness.apps.cli import Settings as Common
from fitness.apps.cli.serve_command import services
from fitness.pipeline.settings import Settings
from fitness.types import Frame, Pose
from tests.support.page_browser import (
    CHROMIUM,
    COUNT_FRAMES,
    COUNT_PICTURES,
    DESKTOP,
    PHONE,
    TABS,
    UNPLUG,
    Material,
    Watched,
    chromium,
    count_recording,
    make_material,
    watched_page,
)  # fmt: skip
from tests.support.web_cases import GreyTracker, make_services
from tests.support.web_server import serving

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@dataclass(frozen=True)
class Site:
    browser: Any
    address: str
    material: Material


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Site]:
    """One server and one browser for all tests of this file; sessions and taught exercises are stored in a
    temporary folder.
    """
    folder = tmp_path_factory.mktemp("page")
    material = make_material(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FITNESS_STORE", str(folder / "store" / "sessions.sqlite3"))
        made = services(Settings(model="lite", cache_dir=models), Common(quiet=True), store=True)
        with (
            serving(made) as address,
            playwright.sync_playwright() as driver,
            chromium(driver, material.camera) as browser,
        ):
            yield Site(browser, address, material)


@pytest.fixture(scope="module")
def recorded(site: Site) -> str:
    """The number of a counted recording, which can be shown and is in the history."""
    return count_recording(site.address, site.material.video, "earlier.mp4")


@pytest.fixture
def watched(site: Site) -> Iterator[Watched]:
    with watched_page(site.browser, site.address) as one:
        yield one


def test_the_page_counts_the_camera(watched: Watched) -> None:
    """Two squats in front of the camera are counted and announced. The count survives a lost connection and a frozen camera,
    and can be corrected by keyboard.
    """
    watched.page.add_init_script(COUNT_FRAMES)
    page = watched.show(query="?autostart=1&exercise=auto")
    page.wait_for_selector("#speed:has-text('fps')")
    assert page.evaluate("framesCopied") > 0
    page.evaluate(UNPLUG)
    assert "The camera is disconnected" in page.text_content("#status")
    page.wait_for_selector("#status:has-text('no camera was found')", timeout=180_000)
    page.evaluate("plugIn()")
    page.wait_for_selector("#status:text-is('Camera changed.')", timeout=180_000)
    page.wait_for_selector("#reps:text-is('2')", timeout=180_000)
    assert page.text_content("#announce") == "2"
    assert page.text_content("#exercise") == "Squat"
    assert page.get_attribute("#status", "role") == "status"
    assert page.get_attribute("#announce", "aria-live") == "assertive"
    assert "camera to count" in page.text_content("#speed")
    page.dispatch_event("#choose-model", "change")  # connects anew, as after a lost connection
    page.wait_for_timeout(1500)
    assert page.text_content("#reps") == "2"
    page.wait_for_selector("#status:has-text('the image is frozen')", timeout=180_000)
    page.focus("#plus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reps:text-is('3')", timeout=180_000)
    page.click("#start")
    page.wait_for_selector("#status:text-is('Done: 3 reps.')", timeout=180_000)
    assert "Set 1: 3 squats" in page.text_content("#finish")
    assert "By hand+1 (2 counted)" in (page.text_content("#finish") or "")
    assert watched.hosts == {watched.address}


class Slow(GreyTracker):
    """The server's model takes 200 ms per frame."""

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        time.sleep(0.2)
        return super().people(frame)


def test_a_slow_machine_is_reported_and_nothing_queues(site: Site, tmp_path: Path) -> None:
    """With a model of 200 ms and two browsers, each has at most one frame in progress and shows that the model is
    shared. When one leaves, the other suggests a lighter model.
    """
    made = replace(make_services(tmp_path), tracker=lambda model, static: Slow())
    with serving(made) as address, watched_page(site.browser, address) as stays:
        stays.page.add_init_script(COUNT_PICTURES)
        with watched_page(site.browser, address) as leaves:
            for one in (leaves, stays):
                one.show(query="?autostart=1")
                one.page.wait_for_selector("#speed:has-text('fps')")
            for one in (leaves, stays):
                one.page.wait_for_selector("#shared:has-text('Shared with 1 other browser')", timeout=180_000)
        stays.page.wait_for_selector("#shared:has-text('slow for the model; choose lite')", timeout=180_000)
        # beside other load the advice may come before the sixth picture does
        stays.page.wait_for_function("() => pictures > 5", timeout=180_000)
        assert stays.page.evaluate("mostAtOnce") == 1


def test_a_restarted_server_is_reported(site: Site, tmp_path: Path) -> None:
    """When the server is restarted, the page waits, connects again, and says that counting begins at 0."""
    with watched_page(site.browser, site.address) as one:
        with serving(make_services(tmp_path)) as address:
            one.address = address
            page = one.show(query="?autostart=1")
            page.wait_for_selector("#speed:has-text('fps')")
            page.click("#plus")
            page.wait_for_selector("#reps:text-is('1')")
        page.wait_for_selector("#status:has-text('connecting again, your count is kept')", timeout=180_000)
        assert page.text_content("#reps") == "1"
        with serving(make_services(tmp_path), port=int(address.rpartition(":")[2])):
            page.wait_for_selector("#status:has-text('The server was restarted')", timeout=180_000)
            page.wait_for_selector("#reps:text-is('0')", timeout=180_000)
            page.click("#plus")
            page.wait_for_selector("#reps:text-is('1')")
            page.click("#start")
            page.wait_for_selector("#status:text-is('Done: 1 rep.')", timeout=180_000)
        refused = [text for text in one.complaints if "ERR_CONNECTION_REFUSED" in text]
        assert one.complaints == refused
        one.complaints.clear()


def test_pictures_get_landmarks_and_class(watched: Watched, site: Site) -> None:
    """Two pictures at once: each is shown with its landmarks, pose class and score."""
    page = watched.show("pictures")
    page.set_input_files("#picture-files", [site.material.down[1], site.material.up[1]])
    page.wait_for_selector("#picture-list .card:nth-child(2) canvas", timeout=180_000)
    page.wait_for_selector("#status:has-text('up-40.jpg: Squat up')", timeout=180_000)
    cards = [card.inner_text() for card in page.query_selector_all("#picture-list .card")]
    assert [text.split("\n")[0] for text in cards] == ["up-40.jpg", "down-40.jpg"]  # the newest is on top
    assert "Squat down" in cards[1] and "%" in cards[1]
    left_limbs = """[...document.querySelectorAll('#picture-list canvas')].map((canvas) => {
      const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      let found = 0;
      for (let i = 0; i < data.length; i += 4)
        found += data[i] > 240 && Math.abs(data[i + 1] - 138) < 12 && data[i + 2] < 20;
      return found;
    })"""
    assert min(page.evaluate(left_limbs)) > 50


def test_a_recording_is_counted_shown_and_downloaded(watched: Watched, site: Site) -> None:
    """Progress, a chart with both reps, jumping by rep and chart, and all files with the count."""
    page = watched.show("recording")
    page.evaluate("""() => { const state = document.getElementById('video-state');
      window.seen = [];
      new MutationObserver(() => seen.push(state.textContent)).observe(state, { childList: true }); }""")
    page.set_input_files("#video-file", site.material.video)
    page.wait_for_selector("#video-title:text-is('clip: 2 squats')", timeout=180_000)
    seen = page.evaluate("window.seen")
    assert any(text.startswith("uploading") for text in seen) and any("counting" in text for text in seen)
    assert page.evaluate("document.querySelectorAll('#video-reps tr').length") == 2
    printed = page.get_attribute("#chart", "aria-label")
    for number, (start, _) in enumerate(site.material.reps, 1):
        page.click(f"#video-reps tr:nth-child({number}) button")
        shown = float(page.text_content(f"#video-reps tr:nth-child({number}) td:nth-child(4)").split()[0])
        assert shown == pytest.approx(start, abs=1.0)
        assert page.evaluate("document.getElementById('player').currentTime") == pytest.approx(shown, abs=0.1)
        assert f"rep {number} from {shown:.1f} s" in printed
    box = page.query_selector("#chart").bounding_box()
    page.click("#chart", position={"x": box["width"] - 9, "y": 40})
    assert page.evaluate("document.getElementById('player').currentTime") > site.material.length_s - 0.5
    rows = list(csv.DictReader(io.StringIO(_saved(page, "Reps (CSV)", "clip.reps.csv").decode())))
    assert [row["exercise"] for row in rows] == ["squat", "squat"]
    assert json.loads(_saved(page, "Summary (JSON)", "clip.summary.json"))["totals"] == {"squat": 2}
    with av.open(io.BytesIO(_saved(page, "Video", "clip.annotated.mp4"))) as file:
        assert sum(1 for _ in file.decode(video=0)) == round(site.material.length_s * 15)


def _saved(page: Any, link: str, name: str) -> bytes:
    with page.expect_download() as saved:
        page.click(f"#downloads a:has-text('{link}')")
    assert saved.value.suggested_filename == name
    return Path(saved.value.path()).read_bytes()


def test_pictures_teach_an_exercise_that_counts_at_once(watched: Watched, site: Site) -> None:
    """Three pictures of each turning point are checked and saved, and the exercise counts the camera's two squats at once.
    As in Firefox, frames come from the video element.
    """
    watched.page.add_init_script("delete window.MediaStreamTrackProcessor")
    page = watched.show("teach")
    page.evaluate("window.same = true")
    page.on(
        "dialog", lambda dialog: dialog.accept()
    )  # it asks before it keeps what others would be confused with
    page.fill("#teach-name", "dip")
    for side, paths in (("up", site.material.up), ("down", site.material.down)):
        page.set_input_files(f"#teach-{side} input[type=file]", list(paths))
        page.wait_for_selector(f"#teach-{side} .thumb:nth-child(3)", timeout=180_000)
    page.click("#teach-check")
    page.wait_for_selector("#teach-report .verdict:has-text('6 of 6 samples are recognised')")
    assert "Not seen from:" in page.text_content("#teach-report")
    page.click("#teach-save")
    page.click("#taught li button:has-text('Count it live')")
    assert page.is_visible("#live") and page.input_value("#choose-exercise") == "dip"
    page.click("#start")
    page.wait_for_selector("#reps:text-is('2')", timeout=180_000)
    assert page.text_content("#exercise") == "Dip" and page.evaluate("window.same") is True
    page.click("#start")
    page.wait_for_selector("#status:text-is('Done: 2 reps.')", timeout=180_000)


def test_a_picture_that_is_chosen_before_the_lesson_exists_waits_for_it(watched: Watched, site: Site) -> None:
    """The server answers late to the request for a lesson; there is one lesson, and the picture is part of it."""
    page = watched.page
    lessons = []

    def late(route: Any) -> None:
        lessons.append(route.request.url)
        page.wait_for_timeout(1000)
        route.continue_()

    page.route("**/api/lessons", late)
    watched.show("teach")
    page.set_input_files("#teach-up input[type=file]", site.material.up[0])
    page.wait_for_selector("#teach-up .thumb canvas", timeout=180_000)
    assert len(lessons) == 1


def test_a_clip_teaches_too(watched: Watched, site: Site) -> None:
    """The turning points are found automatically; the report says how many reps of the clip are counted."""
    page = watched.show("teach")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#teach-name", "knee-bend")
    page.set_input_files("#clip-file", site.material.video)
    page.fill("#clip-reps", "2")
    page.click("#clip-send")
    page.wait_for_selector("#clip-said:has-text('the end position was found at')", timeout=180_000)
    page.click("#teach-save")
    page.wait_for_selector("#taught li:has-text('Knee bend')")
    report = page.text_content("#teach-report")
    assert "The taught exercise counts 2 of 2 reps of the clip" in report
    assert "On other people, expect the right count in about 81% of clips" in report


def test_the_history_lists_draws_and_exports(watched: Watched, recorded: str) -> None:
    """The session is listed with its sets, the chart shows the day's reps, and one or all sessions can be exported."""
    page = watched.show("history")
    page.wait_for_selector("#sessions li:has-text('2 squats')", timeout=180_000)
    row = page.query_selector("#sessions li:has-text('2 squats')")
    assert row.query_selector(".open").inner_text() == "Squat"  # its exercise, not the name of the file
    page.select_option("#progress-exercise", "squat")
    page.wait_for_selector("#progress[aria-label^='reps a day: 20']", state="attached", timeout=180_000)
    ink = "(c) => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    assert page.eval_on_selector("#progress canvas", ink) > 10
    page.select_option("#export-form", "json")
    with page.expect_download() as saved:
        row.query_selector("button:has-text('Export')").click()
    assert json.loads(Path(saved.value.path()).read_text()) and saved.value.suggested_filename.endswith(
        ".json"
    )
    page.select_option("#export-form", "csv")
    with page.expect_download() as saved:
        page.click("#export")
    assert zipfile.is_zipfile(saved.value.path()) or "squat" in Path(saved.value.path()).read_text()


def _filled(watched: Watched, site: Site) -> Any:
    """The page with content in every tab and a running camera."""
    page = watched.show("pictures")
    page.set_input_files("#picture-files", site.material.down[0])
    page.click("#tab-teach")
    page.on(
        "dialog", lambda dialog: dialog.accept()
    )  # it asks before it keeps what others would be confused with
    page.fill("#teach-name", "dip")
    for side, paths in (("up", site.material.up), ("down", site.material.down)):
        page.set_input_files(f"#teach-{side} input[type=file]", paths[0])
        page.wait_for_selector(f"#teach-{side} .thumb")
    page.click("#teach-check")
    page.wait_for_selector("#teach-report .verdict")
    page.click("#tab-recording")
    page.click("#video-list button:has-text('Show')")
    page.wait_for_selector("#video-title:text-is('earlier: 2 squats')")
    page.click("#tab-live")
    page.click("#setup summary:has-text('Camera and sound')")
    page.check("#space")
    page.click("#setup summary:has-text('Keys')")
    page.click("#start")
    page.wait_for_selector("#speed:has-text('fps')")
    page.click("#plus")
    page.click("#next")
    page.wait_for_selector("#summary b")
    page.click("#settings")
    return page


@pytest.mark.usefixtures("recorded")
def test_the_page_is_accessible(watched: Watched, site: Site) -> None:
    """axe-core finds no fault in any tab, light or dark, on a desktop and a phone, and nothing is wider than the screen."""
    pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    page = _filled(watched, site)
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    every = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    of_colours = ["color-contrast", "link-in-text-block"]  # all that the dark page can add to the light one
    for size, scheme, tab in product((DESKTOP, PHONE), ("light", "dark"), TABS):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.click("#tab-" + tab)
        # charts take their new width in the frame after the change of size
        page.wait_for_function(f"document.documentElement.scrollWidth <= {size['width']}", timeout=5000)
        found = page.evaluate(f"axe.run({{ runOnly: {of_colours if scheme == 'dark' else every} }})")[
            "violations"
        ]
        reported = [
            (one["id"], node["html"], node["failureSummary"]) for one in found for node in one["nodes"]
        ]
        assert reported == [], (tab, scheme, size)


_CONTROLS = """(tab) => { window.controls = [...document.getElementById(tab).querySelectorAll(
    'a, button, input, select, summary, video[controls], [tabindex]')]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility()
    && (one.type !== 'radio' || one.checked)); return controls.length; }"""
_FOCUSED = """() => { const one = document.activeElement, style = getComputedStyle(one);
  return [controls.indexOf(one), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2]; }"""


@pytest.mark.usefixtures("recorded")
def test_the_keyboard_reaches_everything(watched: Watched, site: Site) -> None:
    """The arrow keys switch tabs. In each tab, the key Tab reaches every control in order, and the focus is visible."""
    page = _filled(watched, site)
    page.focus("#tab-live")
    for tab in TABS:
        assert page.get_attribute(f"#tab-{tab}", "aria-selected") == "true" and page.is_visible("#" + tab)
        page.wait_for_selector(
            f"#{tab}[aria-busy=false]"
        )  # the lists that are fetched when a tab opens have come
        count, reached = page.evaluate(_CONTROLS, tab), []
        while not reached or reached[-1] != count - 1:
            page.keyboard.press("Tab")
            which, visible = page.evaluate(_FOCUSED)
            inside = reached[-1:] == [which]  # the video's own buttons, round which the browser draws
            assert which >= 0 and (visible or inside), (
                tab,
                reached,
                page.evaluate("document.activeElement.outerHTML"),
            )
            reached.append(which)
        assert sorted(set(reached)) == list(range(count)) and reached == sorted(reached), tab
        page.focus("#tab-" + tab)
        page.keyboard.press("ArrowRight")
    page.focus("#main")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.usefixtures("recorded")
def test_a_session_opens_and_its_sets_are_corrected(watched: Watched) -> None:
    """The report with its charts is shown; correcting a set updates it, and the list shows the same."""
    page = watched.show("history")
    page.locator("#sessions li:has-text('2 squats') .open").last.click()  # of a recording: they come first
    page.wait_for_selector("#session .tiles li:has-text('squats')")
    assert page.evaluate("document.querySelectorAll('#session .chart canvas').length") >= 2
    field = "#session input[aria-label='Reps of set 1, Squat']"
    page.fill(field, "5")
    page.press(field, "Tab")
    page.wait_for_selector("#session .tiles li:has-text('squats (2 counted)') b:text-is('5')")
    page.fill("#session input[placeholder]", "Legs")
    page.press("#session input[placeholder]", "Tab")
    page.wait_for_selector("#session h2:text-is('Legs')")
    page.click("#session button:has-text('All sessions')")
    page.wait_for_selector("#sessions li:has-text('Legs'):has-text('5 squats')")
    page.click("#sessions li:has-text('Legs') .open")  # as it was, for the other tests
    page.fill(field, "2")
    page.press(field, "Tab")
    page.wait_for_selector("#session .tiles li:has-text('squats') b:text-is('2')")
