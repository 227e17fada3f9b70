"""Plays a whole workout on the page at every size, light and dark, and says what is wrong with a screen.

python scripts/check_page.py FOLDER

Each screen is written to FOLDER as SIZE-SCHEME-NAME.png. Checked are text that is cut off, contrast (axe-core) and the
browser's console. The same story at one size is a test: tests/apps/web/test_page_story.py.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.session.store import Store
from tests.support.page_browser import GREY_CAMERA, chromium, still_camera, watched_page
from tests.support.page_story import PLAN, SCHEMES, SIZES, cut_off, look_back, train
from tests.support.report_cases import session
from tests.support.web_cases import make_services
from tests.support.web_server import serving


def play(browser: Any, size: tuple[int, int], scheme: str, folder: Path, out: Path) -> list[Any]:
    """Play the story at one size; returns what is wrong.   folder: for the store.   out: for the screenshots."""
    store = folder / "store" / "sessions.sqlite3"
    store.parent.mkdir(parents=True)
    with Store.open(store) as opened:
        opened.add(session(), started_at=datetime.now().astimezone() - timedelta(days=3))
    wrong: list[Any] = []
    with serving(make_services(folder)) as address, watched_page(browser, address) as watched:
        page = watched.page
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme)
        page.add_init_script(GREY_CAMERA)
        watched.show(query=f"?plan={PLAN}, plank 3x45s")
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))

        def look(name: str) -> None:
            page.wait_for_timeout(300)
            page.screenshot(path=out / f"{size[0]}x{size[1]}-{scheme}-{name.replace(' ', '-')}.png")
            wrong.extend((name, *one) for one in cut_off(page))
            pale = page.evaluate("axe.run({ runOnly: ['color-contrast'] })")["violations"]
            wrong.extend((name, "contrast", node["html"]) for one in pale for node in one["nodes"])

        look("the plan with a hold")
        page.click("#plan-rows li:nth-child(3) button[aria-label^=Remove]")
        train(page, look)
        look_back(page, look)
        for tab in ("recording", "teach", "pictures"):
            page.click(f"#tab-{tab}")
            look(tab)
        wrong += [("console", text) for text in watched.complaints]
    return wrong


def main(out: Path) -> int:
    """Play everything; the number of things that are wrong."""
    out.mkdir(parents=True, exist_ok=True)
    found = 0
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name)
        with chromium(driver, still_camera(folder)) as browser:
            for size, scheme in product(SIZES, SCHEMES):
                wrong = play(browser, size, scheme, folder / f"{size[0]}x{size[1]}-{scheme}", out)
                found += len(wrong)
                print(f"{size[0]}x{size[1]} {scheme}: {wrong or 'nothing is wrong'}")
    return found


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(min(1, main(Path(sys.argv[1]))))
