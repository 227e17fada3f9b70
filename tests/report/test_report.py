"""The report: figures are right, the page asks for nothing from outside, stays small, and says only what is known."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from fitness.apps.cli import main
from fitness.errors import SourceError
from fitness.media.writer import VideoWriter
from fitness.report import (
    Measured,
    Thumbnail,
    best_and_worst,
    measure,
    page,
    read_source,
    thumbnails,
    write_page,
    write_plots,
)
from fitness.report.charts import clock, thinned
from fitness.session import write_session
from fitness.session.store import SetEdit, Store
from tests.support.report_cases import TOP_DEG, session

MONDAY = datetime(2026, 3, 2, 18, 30, tzinfo=timezone(timedelta(hours=1)))


class Addresses(HTMLParser):
    """Collects what a page would fetch, and checks that its tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [
            value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "srcset")
        ]


def charts_of(text: str) -> list[ET.Element]:
    """The charts of a page, parsed as XML."""
    return [ET.fromstring(one) for one in re.findall(r"<svg.*?</svg>", text, re.S)]


def test_range_tempo_and_speed_are_those_of_the_movement() -> None:
    """A cosine from 170 to 80 degrees in 2 s: range 90, bottom 80, 1 s down and up, speed as the formula has it."""
    measured = measure(session(fps=100.0))
    climb = np.arccos(1 - 2 * 0.9) - np.arccos(
        1 - 2 * 0.1
    )  # of the cosine's angle, from a tenth to nine tenths
    for one in measured.reps:
        assert one.range_deg == pytest.approx(90, abs=0.5)
        assert one.bottom_deg == pytest.approx(80, abs=0.5)
        assert (one.down_s, one.up_s) == pytest.approx((0.9, 0.9), abs=0.07)
        assert one.pause_s is not None and one.pause_s < 0.15
        assert one.speed_deg_s == pytest.approx(0.8 * 90 / (climb / np.pi), rel=0.01)
    assert [measured.joint_of(name).name for name in ("squat", "push-up")] == ["knee", "elbow"]  # type: ignore[union-attr]


def test_velocity_loss_is_against_the_fastest_rep_of_the_set() -> None:
    """Reps that each take a quarter longer lose 1 - 0.8^n of the first one's speed; the next set starts afresh."""
    measured = measure(session(fps=100.0, slowing=0.25))
    expected = [1 - 0.8**n for n in range(4)] * 2
    assert [one.loss for one in measured.reps] == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("share", "balance"), [(1.0, 0.0), (0.8, 0.2), (1.25, -0.2)])
def test_balance_is_positive_where_the_right_side_moves_more(share: float, balance: float) -> None:
    """The left joint does a share of the right one's range."""
    measured = measure(session(left_share=share, bottom_deg=TOP_DEG - 60))
    assert [one.balance for one in measured.reps] == pytest.approx([balance] * 8, abs=0.02)


def test_without_landmarks_only_the_tempo_is_shown() -> None:
    """No angle is made up: no range, speed, loss or balance, and no such chart."""
    measured = measure(session(landmarks=False))
    assert all(
        (one.range_deg, one.speed_deg_s, one.loss, one.balance) == (None,) * 4 for one in measured.reps
    )
    text = page([measured])
    assert "Tempo of each rep" in text
    assert not any(title in text for title in ("Range of motion", "Velocity loss in", "Balance:"))


def test_frames_without_a_person_are_gaps() -> None:
    """Angles of frames in which nobody was found, and of those between the sets, are unknown, not zero."""
    whole = session()
    log = whole.landmarks
    assert log is not None
    found = log.found.copy()
    found[:160] = False
    measured = measure(replace(whole, landmarks=replace(log, found=found)))
    knee, sets = measured.joints["knee"].mean, whole.sets
    in_sets = np.any([(log.t >= one.start_s) & (log.t < one.end_s) for one in sets], axis=0)
    between = (log.t > sets[0].end_s + 1) & (log.t < sets[1].start_s - 1)
    assert sets[0].start_s < log.t[160] < sets[0].end_s and between.any()
    assert np.isnan(knee[:160]).all() and np.isnan(knee[between]).all()
    assert np.isfinite(knee[160:][in_sets[160:]]).all()


def test_the_page_asks_for_nothing_from_outside() -> None:
    """No script, no address but data: of the pictures; the policy forbids the rest; every chart is well-formed."""
    picture = Thumbnail(b"\xff\xd8jpeg", 'a "b" <c>')
    text = page([measure(session(name="<script>alert(1)</script>"))], {0: [picture]})
    parsed = Addresses()
    parsed.feed(text)
    assert "script" not in parsed.tags
    assert len(parsed.fetched) == 1 and parsed.fetched[0].startswith("data:image/jpeg;base64,")
    assert "http" not in text.replace('http-equiv="Content', "")
    assert "default-src 'none'" in text and "url(" not in text and "@import" not in text
    assert len(charts_of(text)) == 8  # phase, sets, tempo, range, loss, balance, and the motion of two sets


def test_each_chart_shows_what_was_counted() -> None:
    """A mark for every rep, a bar for every set, two bars of tempo for every rep."""
    measured = measure(session(sets=3, reps=5))
    phase, sets, tempo, *_ = charts_of(page([measured]))
    kinds = [
        [one.get("class", "") for one in chart.iter() if one.tag in ("line", "rect")]
        for chart in (phase, sets, tempo)
    ]
    assert kinds[0].count("mark") == 15
    assert [kind for kind in kinds[1] if kind.startswith("bar")] == ["bar c0", "bar c0", "bar c1"]
    assert sum(kind.startswith("bar") for kind in kinds[2]) == 30


def test_two_hours_make_a_page_below_3_mb() -> None:
    """216,000 frames and more than 1,000 reps: every set has its plot, and the page is small."""
    measured = measure(session(sets=120, reps=9, rep_s=2.5, rest_s=38.0, fps=30.0))
    assert measured.duration_s > 7200 and len(measured.reps) == 1080
    text = page([measured])
    assert len(text.encode()) < 3_000_000
    assert all(sum(one.tag == "rect" for one in chart.iter()) <= 120 for chart in charts_of(text)), (
        "1,080 bars would hide each other; they are stairs"
    )
    assert text.count("knee angle") + text.count("elbow angle") >= 120


def test_thinning_keeps_what_sticks_out() -> None:
    """One high and one low frame among 100,000 are still there, times still increase, gaps stay gaps."""
    t = np.arange(100_000) / 30
    values = np.sin(t)
    values[61_234], values[7_777], values[40_000:50_000] = 9, -9, np.nan
    thin_t, thin = thinned(t, values, 400)
    assert len(thin_t) <= 402
    assert (np.nanmax(thin), np.nanmin(thin)) == (9, -9)
    assert (np.diff(thin_t) > 0).all()
    assert np.isnan(thin).any()


def test_two_sessions_stand_side_by_side() -> None:
    """The difference is the second less the first; both have their charts; names are escaped once."""
    one, other = measure(session(reps=4)), measure(session(reps=6, bottom_deg=70, name="B & C"))
    text = page([one, other])
    assert "<tr><td>squat reps<td>4<td>6<td>+2" in text
    assert re.search(r"squat: median range<td>[\d.]+°<td>[\d.]+°<td>\+10\.\d°", text)
    assert text.count("B &amp; C") >= 3 and "&amp;amp;" not in text
    assert 'class="pair"' in text and len(charts_of(text)) == 16


def dated(days: int, reps: int) -> Measured:
    """A session so many days after a Monday."""
    return measure(session(reps=reps), when=MONDAY + timedelta(days=days))


def test_progress_adds_up_weeks_from_monday_to_sunday() -> None:
    """Sunday belongs to the week before the next Monday; a week without a session is shown empty."""
    text = page([dated(0, 4), dated(6, 5), dated(14, 2)])
    chart = charts_of(text)[0]
    titles = [one.text for one in chart.iter("title")]
    assert titles == ["02 Mar squat: 9", "16 Mar squat: 2", "02 Mar push-up: 9", "16 Mar push-up: 2"]
    assert [one.text for one in chart.iter("text") if "Mar" in (one.text or "")] == [
        "02 Mar",
        "09 Mar",
        "16 Mar",
    ]


def test_files_of_analyze_are_read_back(tmp_path: Path) -> None:
    """Any of the files, or their stem, leads to the same session; figures are those of the session in memory."""
    kept = session(fps=10.0)
    paths = write_session(kept, tmp_path, "a.b")
    for name in (paths.summary, paths.landmarks, paths.frames, tmp_path / "a.b"):
        source = read_source(name)
        assert source.session.totals == kept.totals and source.pictures is None
    ours, theirs = measure(kept), measure(source.session)
    assert [r.range_deg for r in ours.reps] == pytest.approx([r.range_deg for r in theirs.reps], abs=0.01)
    paths.frames.write_text("time_s,found\n1,1\n")
    with pytest.raises(SourceError, match="not a table of frames"):
        read_source(paths.summary)


def test_pictures_are_shown_only_where_they_were_kept(tmp_path: Path) -> None:
    """With the annotated video the fullest and the shallowest rep are shown at their turning point; without, none."""
    measured = measure(session(sets=1, reps=2))
    second = measured.reps[1]
    rep = replace(second.rep, record=replace(second.rep.record, range_deg=40.0))
    shallow = replace(second, rep=rep)
    measured = replace(measured, reps=(measured.reps[0], shallow))
    with VideoWriter(tmp_path / "a.annotated.mp4", 64, 48, 10.0) as video:
        for i in range(120):
            video.write(np.full((48, 64, 3), 255 if i == 90 else i, np.uint8), i / 10)
    assert [r.rep.number for r in best_and_worst(measured) or ()] == [1, 2]
    made = thumbnails(measured, tmp_path / "a.annotated.mp4")
    assert [one.text.split(":")[0] for one in made] == ["Fullest rep", "Shallowest rep"]
    assert all(one.jpeg.startswith(b"\xff\xd8") for one in made)
    assert made[0].jpeg != made[1].jpeg
    assert thumbnails(measured, tmp_path / "gone.mp4") == ()


def test_plots_are_png_files(tmp_path: Path) -> None:
    """Five plots with landmarks, two without; no text of the session breaks them."""
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    paths = write_plots(measure(session(reps=2)), tmp_path, "s")
    assert {path.name for path in paths} == {
        f"s.{n}.png" for n in ("phase", "tempo", "range", "velocity", "balance")
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert len(write_plots(measure(session(reps=2, landmarks=False)), tmp_path / "b", "s")) == 2


def test_the_command_reads_the_store_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A stored session (with the user's corrected reps) and a file side by side; one line says where the page is."""
    write_session(session(), tmp_path, "clip")
    with Store.open(tmp_path / "s.db") as store:
        number = store.add(session(), started_at=MONDAY, title="Legs")
        store.edit_set(number, 1, SetEdit(reps=11))
    out = tmp_path / "deep" / "r.html"
    common = ["--store", str(tmp_path / "s.db"), "--out", str(out)]
    assert main(["report", str(number), str(tmp_path / "clip.summary.json"), *common]) == 0
    assert capsys.readouterr().out == f"open {out}\n"
    assert "<tr><td>squat reps<td>11<td>4<td>-7" in out.read_text("utf-8")
    assert main(["report", "--since", "2026-03-01", *common]) == 0
    assert "Legs" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Name SESSIONS"),
        (["1", "--since", "2026-01-01"], 2, "Name SESSIONS"),
        (["nowhere.summary.json"], 1, "no such file"),
    ],
)
def test_wrong_use_is_one_plain_line(
    arguments: list[str], code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to show, two ways of choosing, a file that is not there."""
    assert main(["report", *arguments, "--out", str(tmp_path / "r.html")]) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


def test_a_session_without_a_rep_has_a_page(tmp_path: Path) -> None:
    """Nothing was counted: the page says so and shows the phase only."""
    empty = replace(session(), reps=(), totals={})
    write_page(tmp_path / "r.html", [measure(empty)])
    text = (tmp_path / "r.html").read_text("utf-8")
    assert "No rep was counted" in text and len(charts_of(text)) == 1


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (75, "1:15"), (3675.4, "1:01:15")])
def test_clock(seconds: float, text: str) -> None:
    """Minutes and seconds, hours where there are some."""
    assert clock(seconds) == text
