"""A whole workout on the page, from the plan to the report, played by a person who presses the buttons.

The same story is a test (tests/apps/web/test_page_story.py) and, at every size, `scripts/check_page.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from fitness.session.store import Store, Workout

HERE: Final = Path(__file__).parent
CUT_OFF: Final = (HERE / "cut_off.js").read_text("utf-8")
OVERFLOW: Final = (HERE / "overflow.js").read_text("utf-8")

SIZES: Final = ((1440, 900), (1920, 1080), (1366, 768), (390, 844), (844, 390))
SCHEMES: Final = ("light", "dark")

PLAN: Final = "squat 2x2 rest 40, push-up 2x2 rest 0"

Look = Callable[[str], None]
"""Called at each screen with its name."""


def rep(page: Any, reps: int) -> None:
    """Go down and up once before the grey camera; the screen then says `reps`."""
    for grey in (20, 250):
        page.evaluate("grey => { window.grey = grey; }", grey)
        page.wait_for_function("grey => window.seenGrey === grey", arg=grey)
    page.wait_for_function("text => document.getElementById('reps').textContent === text", arg=str(reps))


def train(page: Any, look: Look) -> None:
    """Squats by plan, one rep added in the rest, a set cut short; the plan changed in mid-workout; push-ups to the end."""
    page.wait_for_selector("#plan-rows li:nth-child(2)")
    look("the plan")
    page.click("#start")
    page.wait_for_selector("#stage[data-stage=ready]")
    rep(page, 1)
    assert page.inner_text("#start") == "Finish"
    look("work")
    rep(page, 2)
    page.wait_for_selector("#stage[data-stage=resting]")
    page.click("#plus")
    page.wait_for_selector("#set-card h3:text-is('Set 1: 3 squats')")
    assert page.inner_text("#word") == "Rest" and page.inner_text("#upnext") == "Next: set 2 of 2 - squat"
    look("rest")
    page.click("#next")
    page.wait_for_selector("#stage[data-stage=ready]")
    rep(page, 1)
    page.click("#pause")
    page.wait_for_selector("#clock:text-is('II')")
    look("pause")
    page.click("#pause")
    page.click("#skip")
    page.wait_for_selector("#exercise:text-is('Push-up')")
    page.click("#settings")
    page.fill("#plan-rows li:nth-child(2) [name=sets]", "1")  # another plan in the same workout
    page.press("#plan-rows li:nth-child(2) [name=sets]", "Tab")
    look("settings in a workout")
    page.click("#settings")
    rep(page, 1)
    rep(page, 2)
    page.wait_for_selector("#stage[data-stage=done]")
    page.click("#start")
    page.wait_for_selector("#status:text-is('Done: 6 reps.')")
    look("the end")


def look_back(page: Any, look: Look) -> None:
    """The history: the workout opens, a set gets a weight, two sessions are compared."""
    page.click("#tab-history")
    page.wait_for_selector("#progress canvas")
    page.wait_for_selector("#sessions li:has-text('4 squats, 2 push-ups'):has-text('3 · 1 · 2')")
    best = page.inner_text("#records li:has-text('Squat') .small")
    assert re.search(r", \d+ [A-Z][a-z]+ \d{4}$", best), best  # a date as in the report
    look("history")
    page.click("#sessions li:first-child .open")
    page.wait_for_selector("#session .tiles li:has-text('squats (3 counted)') b:text-is('4')")
    field = "#session input[aria-label='Weight in kg of set 1, Squat']"
    page.fill(field, "20")
    page.press(field, "Tab")
    page.wait_for_selector("#session .session tbody tr:first-child:has-text('20 kg')")
    look("a session")
    page.click("#session button:has-text('All sessions')")
    for place in (1, 2):
        page.check(f"#sessions li:nth-child({place}) input")
    page.click("#compare")
    page.wait_for_selector("#session .comparison")
    assert page.inner_text("#status") == ""  # "Saved." was about the session before
    look("two compared")
    page.click("#session button:has-text('All sessions')")
    page.wait_for_selector("#sessions li")


def cut_off(page: Any) -> list[Any]:
    """What is cut off on the screen that is shown."""
    found = list(page.evaluate(OVERFLOW))
    if page.is_visible("#stage"):
        found += page.evaluate(CUT_OFF)
    return found


def newest(store: Path) -> Workout:
    """The newest session of a store."""
    with Store.open(store, readonly=True) as opened:
        return opened.workout(max(row.id for row in opened.sessions()))
