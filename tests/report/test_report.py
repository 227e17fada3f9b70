"""The report: its figures are right, the page loads nothing from elsewhere, stays small, and shows no unknown values."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

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
    measure_stored,
    page,
    read_source,
    thumbnails,
    write_page,
    write_plots,
)
from fitness.report.charts import thinned
from fitness.report.several import comparison
from fitness.session import write_session
from fitness.session.store import SetEdit, Store
from tests.support.report_cases import TOP_DEG, session

MONDAY = datetime(2026, 3, 2, 18, 30, tzinfo=timezone(timedelta(hours=1)))


class Read(HTMLParser):
    """The resources that a page would load, its charts, and its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.charts: list[dict[str, Any]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.fetched += [
            given[name] or "" for name in ("src", "href", "xlink:href", "srcset") if name in given
        ]
        if "data-chart" in given:
            self.charts.append(json.loads(given["data-chart"] or ""))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False


def values_of(chart: dict[str, Any]) -> dict[str, list[float | None]]:
    """Label -> values of a chart's series."""
    return {one["label"]: one["values"] for one in chart["series"]}


def test_range_tempo_and_speed_are_those_of_the_movement() -> None:
    """A cosine from 170 to 80 degrees in 2 s: range 90, bottom 80, 1 s down and up, and the speed of the formula."""
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
    """If each rep takes a quarter longer, reps lose 1 - 0.8^n of the first one's speed; the next set starts again."""
    measured = measure(session(fps=100.0, slowing=0.25))
    expected = [1 - 0.8**n for n in range(4)] * 2
    assert [one.loss for one in measured.reps] == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("share", "balance"), [(1.0, 0.0), (0.8, 0.2), (1.25, -0.2)])
def test_balance_is_positive_where_the_right_side_moves_more(share: float, balance: float) -> None:
    """The left joint moves by a share of the right one's range."""
    measured = measure(session(left_share=share, bottom_deg=TOP_DEG - 60))
    assert [one.balance for one in measured.reps] == pytest.approx([balance] * 8, abs=0.02)


def test_without_landmarks_only_the_tempo_is_shown() -> None:
    """Without landmarks there is no range, speed, loss or balance, and no chart of them."""
    measured = measure(session(landmarks=False))
    assert all(
        (one.range_deg, one.speed_deg_s, one.loss, one.balance) == (None,) * 4 for one in measured.reps
    )
    text = page([measured])
    assert "Seconds of each rep" in text
    assert not any(
        title in text for title in ("Range of motion of", "Speed lost since", "figcaption>Balance")
    )


def test_frames_without_a_person_are_gaps() -> None:
    """Angles of frames without a person, and between the sets, are unknown, not zero."""
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


def test_the_page_requests_nothing_from_other_hosts() -> None:
    """The page has only data: addresses for pictures, its policy allows only its own scripts, and names stay text."""
    thumbnail = Thumbnail(b"\xff\xd8jpeg", 'a "b" <c>')
    text = page([measure(session(name="<script>alert(1)</script>"))], {0: [thumbnail]})
    read = Read(text)
    assert len(read.fetched) == 1 and read.fetched[0].startswith("data:image/jpeg;base64,")
    assert "http" not in text.replace('http-equiv="Content', "")
    assert "default-src &#39;none&#39;" in text and "url(" not in text and "@import" not in text
    assert "alert(1)" in text and not any("alert" in script for script in read.scripts)
    allowed = set(re.findall(r"sha256-([\w+/=]+)", text))
    digests = {base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in read.scripts}
    assert len(read.scripts) == 3 and digests == allowed
    assert (
        len(read.charts) == 6
    )  # phase, sets, seconds, range, and the motion of two sets; no balance, no speed lost


def test_each_chart_shows_what_was_counted() -> None:
    """A chart has a band for every rep, a bar for every set, and two bars of seconds for every rep."""
    phase, sets, tempo, *_ = Read(page([measure(session(sets=3, reps=5))])).charts
    assert [band[2] for band in phase["bands"]] == [str(i) for i in range(1, 16)]
    assert values_of(sets) == {"Squat": [5, None, 5], "Push-up": [None, 5, None]}
    assert [len(values) for values in values_of(tempo).values()] == [15, 15] and tempo["breaks"] == [5, 10]


def test_a_single_value_is_no_chart() -> None:
    """With one rep, only the chart of its way down and up is left, which has two bars."""
    charts = Read(page([measure(session(sets=1, reps=1))])).charts
    assert [len(chart["x"]) for chart in charts if chart["kind"] == "bars"] == [1]  # its seconds down and up


def test_corrected_reps_stand_beside_the_counted_ones(tmp_path: Path) -> None:
    """The user's corrections are in tile, set and chart, with the counted number in brackets; one title per exercise."""
    with Store.open(tmp_path / "s.db") as store:
        number = store.add(session(), started_at=MONDAY)
        store.edit_set(number, 1, SetEdit(reps=11, weight_kg=20, rpe=8, note="hard"))
        measured = measure_stored(store.workout(number), store.load(number))
    text = page([measured])
    assert "<h1>Squat, push-up</h1>" in text and "Monday, 2 March 2026, 18:30" in text
    assert "<b>11</b><span>" in text and "squats (4 counted)" in text
    assert "11 (4 counted)</td>" in text and "20 kg, RPE 8, hard</td>" in text
    assert values_of(Read(text).charts[1])["Squat"] == [11, None]
    assert "Set 1: 11 squats" in text


def test_every_part_shows_the_same_rep_duration() -> None:
    """Tile, sets and reps show the same seconds: way there, pause and way back."""
    measured = measure(session(fps=100.0))
    rep = measured.reps[0].rep
    parts = (rep.record.eccentric_s, rep.record.pause_turn_s, rep.record.concentric_s)
    assert all(part is not None for part in parts)
    assert rep.duration == pytest.approx(sum(part or 0.0 for part in parts))
    text = page([measured])
    median = f"{np.median([r.rep.duration for r in measured.reps]):.1f}\N{NO-BREAK SPACE}s"
    assert f"<b>{median}</b>" in text and text.count(f'<td class="n">{median}</td>') >= len(measured.sets)


def test_two_hours_make_a_page_below_3_mb() -> None:
    """216,000 frames and more than 1,000 reps: every set has its plot, and the page is small."""
    measured = measure(session(sets=120, reps=9, rep_s=2.5, rest_s=38.0, fps=30.0))
    assert measured.duration_s > 7200 and len(measured.reps) == 1080
    text = page([measured])
    assert len(text.encode()) < 3_000_000
    charts = Read(text).charts
    assert all(chart["kind"] == "lines" for chart in charts if len(chart["x"]) > 120), (
        "1,080 bars would hide each other"
    )
    assert text.count("Angle of the") >= 120


def test_thinning_keeps_peaks() -> None:
    """One high and one low frame among 100,000 are kept, times still increase, and gaps stay gaps."""
    t = np.arange(100_000) / 30
    values = np.sin(t)
    values[61_234], values[7_777], values[40_000:50_000] = 9, -9, np.nan
    thin_t, (thin,) = thinned(t, [values], 400)
    assert len(thin_t) <= 402
    assert (np.nanmax(thin), np.nanmin(thin)) == (9, -9)
    assert (np.diff(thin_t) > 0).all()
    assert np.isnan(thin).any()


def test_two_sessions_stand_side_by_side() -> None:
    """The difference is the second minus the first; both have charts; names are escaped once."""
    one, other = measure(session(reps=4)), measure(session(reps=6, bottom_deg=70, name="B & C"))
    text = page([one, other])
    assert re.search(r'<td>Squats</td><td class="n">4</td><td class="n">6</td><td class="n">\+2</td>', text)
    assert re.search(r"Squat: range, median</td>.*?\+10°</td>", text)
    assert "B &amp; C" in text and "&amp;amp;" not in text
    assert 'class="pair"' in text and len(Read(text).charts) == 12


def test_the_difference_is_that_of_the_figures_shown() -> None:
    """Seconds are rounded down, so 0:31 and 0:21 differ by 0:10, whatever their fractions are."""
    one, other = measure(session(rep_s=2.0, rest_s=5.1)), measure(session(rep_s=1.04, rest_s=5.2, reps=3))
    rows = {row["title"]: (row["one"], row["other"], row["difference"]) for row in comparison(one, other)}
    assert rows["Length"] == ("0:31", "0:21", "−0:10") and rows["Squats"] == ("4", "3", "−1")
    for title, cells in rows.items():
        first, second, change = map(number, cells)
        assert change == pytest.approx(second - first, abs=1e-9), (title, cells)


def number(text: str) -> float:
    """ "−0:09" -> -9, "+0.5 s" -> 0.5."""
    sign = -1 if text[0] == "−" else 1
    minutes, _, rest = text.lstrip("+−").rpartition(":")
    return sign * (60 * float(minutes or 0) + float(re.match(r"[\d.]+", rest)[0]))


def dated(days: int, reps: int) -> Measured:
    """A session a number of days after a Monday."""
    return measure(session(reps=reps), when=MONDAY + timedelta(days=days))


def test_progress_adds_up_weeks_from_monday_to_sunday() -> None:
    """Sunday belongs to the week before the next Monday; a week without a session stays empty on the axis of time."""
    chart = Read(page([dated(0, 4), dated(6, 5), dated(14, 2)])).charts[0]
    assert chart["axis"] == "date" and np.diff(chart["x"]).tolist() == [14 * 86400]
    assert chart["names"] == ["Week of 2 Mar 2026", "Week of 16 Mar 2026"]
    assert values_of(chart) == {"Squats": [9, 2], "Push-ups": [9, 2]}


def test_progress_in_one_week_is_by_day() -> None:
    """Two days of one week are two bars, not a single one."""
    chart = Read(page([dated(0, 4), dated(2, 5)])).charts[0]
    assert chart["names"] == ["2 Mar 2026", "4 Mar 2026"] and values_of(chart)["Squats"] == [4, 5]


def test_files_of_analyze_are_read_back(tmp_path: Path) -> None:
    """Each result file, or the stem, gives the same session; figures equal those of the session in memory."""
    kept = session(fps=10.0)
    paths = write_session(kept, tmp_path, "a.b")
    for name in (paths.summary, paths.landmarks, paths.frames, tmp_path / "a.b"):
        source = read_source(name)
        assert source.session.totals == kept.totals and source.video is None
    ours, theirs = measure(kept), measure(source.session)
    assert [r.range_deg for r in ours.reps] == pytest.approx([r.range_deg for r in theirs.reps], abs=0.01)
    paths.frames.write_text("time_s,found\n1,1\n")
    with pytest.raises(SourceError, match="not a table of frames"):
        read_source(paths.summary)


def test_images_are_shown_only_if_they_were_kept(tmp_path: Path) -> None:
    """With the annotated video, the deepest and the shallowest rep are shown at their turning point; without it, none."""
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
    """Five plots with landmarks, two without; any text of the session is drawn."""
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
    assert capsys.readouterr().out == f"wrote {out}\n"
    text = out.read_text("utf-8")
    assert '<td>Squats</td><td class="n">11</td><td class="n">4</td><td class="n">−7</td>' in text
    assert main(["report", "--since", "2026-03-01", *common]) == 0
    assert "Legs" in out.read_text("utf-8")


def test_plots_have_the_name_of_their_session(tmp_path: Path) -> None:
    """Session 2 is not session 1 of the call; files give their own name, and two of the same name stay apart."""
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    store, plots = tmp_path / "s.db", tmp_path / "plots"
    with Store.open(store) as opened:
        for _ in range(2):
            opened.add(session(landmarks=False), started_at=MONDAY)
    for name in ("a", "b"):
        write_session(session(landmarks=False), tmp_path / name, "clip")
    files = [str(tmp_path / name / "clip.summary.json") for name in ("a", "b")]
    common = ["--store", str(store), "--plots", str(plots), "--out", str(tmp_path / "r.html")]
    assert main(["report", "2", *files, *common]) == 0
    assert {path.name for path in plots.glob("*.phase.png")} == {
        "session-2.phase.png", "clip.phase.png", "clip-2.phase.png",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "give SESSIONS"),
        (["1", "--since", "2026-01-01"], 2, "give SESSIONS"),
        (["nowhere.summary.json"], 1, "no such file"),
        (["nowhere"], 1, "nowhere: no such session or file; give a number"),
        ([__file__], 1, "test_report.py: is not a result of `fitness analyze --out`; give a number"),
    ],
)
def test_wrong_usage_gives_a_one_line_error(
    arguments: list[str], code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No session, two ways of choosing, or a missing file is a one-line error."""
    assert main(["report", *arguments, "--out", str(tmp_path / "r.html")]) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


def test_a_session_without_a_rep_has_a_page(tmp_path: Path) -> None:
    """If nothing was counted, the page says so and shows only the phase."""
    empty = replace(session(), reps=(), totals={})
    write_page(tmp_path / "r.html", [measure(empty)])
    text = (tmp_path / "r.html").read_text("utf-8")
    assert "No rep was counted" in text and len(Read(text).charts) == 1


def test_only_sessions_without_rep_records_are_measured_again() -> None:
    """A session that ended before a record could be measured has the same durations in its report as on the screen."""
    old = session()
    new = replace(old, settings={"program": "0.2.0"})
    assert [one.rep.duration for one in measure(new).reps] == [rep.duration for rep in old.reps]
    assert [one.rep.duration for one in measure(old).reps] != [rep.duration for rep in old.reps]


def test_only_problems_are_shown_as_warnings() -> None:
    """The latency of a live workout is a small line at the end, and each text begins with a capital letter."""
    measured = replace(measure(session()), warnings=("the image is frozen", "camera to count: p50 8 ms"))
    text = page([measured])
    assert re.findall(r'<p class="warning">(.*?)</p>', text) == ["The image is frozen"]
    assert text.index("Camera to count: p50 8 ms") > text.index("The image is frozen")
