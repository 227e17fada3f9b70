"""The counting benchmark on clips of a few seconds: reading, models without the person, faults, tables, command."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from fitness.apps.cli import Settings
from fitness.errors import OptionError, SourceError
from fitness.recognition.recogniser import MODEL, RecogniserOptions
from fitness.recognition.samples import load_samples
from fitness.recognition.trajectory import load_model
from fitness.resources import resource_path
from scripts.benchmarks import tables
from scripts.benchmarks.clips import RateLimit
from scripts.benchmarks.counting import StrangerCounters, count_clip
from scripts.benchmarks.counting_command import counting
from scripts.benchmarks.faults import faults_of, reasons
from scripts.benchmarks.figures import poses
from scripts.benchmarks.fold_models import FoldModels
from scripts.benchmarks.material import BenchClip, prepared, training_logs
from scripts.benchmarks.scores import ClipResult, FoundRep, Remark
from scripts.benchmarks.truth import ClipTruth
from scripts.benchmarks.workouts import count_workout, joined
from scripts.figure import Body, Camera, Clip, Idle, Motion, Reps

_COLUMNS = (
    "name", "exercise", "true_reps", "accept_min", "accept_max", "rep_times_s", "group", "width", "height",
)  # fmt: skip
_SIZE = (640, 480)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landmark logs of two figures: three squats, and a figure that stands still."""
    folder = tmp_path_factory.mktemp("logs")
    clips = {
        "squats": Clip(
            Motion(Idle(0.6), Reps("squat", 3, seconds=2.0), Idle(1.0)), Body(), Camera(yaw_deg=45)
        ),
        "still": Clip(Motion(Idle(2.0)), Body(), Camera()),
    }
    arrays: dict[str, np.ndarray] = {}
    for name, clip in clips.items():
        found = list(poses(clip, np.random.default_rng(0)))
        arrays[f"{name}/world"] = np.array([pose.world for pose in found], np.float16)
        arrays[f"{name}/image"] = np.array([pose.image[:, :2] / _SIZE for pose in found], np.float16)
        arrays[f"{name}/visibility"] = np.full((len(found), 33), 242, np.uint8)
        arrays[f"{name}/t"] = np.array([pose.t for pose in found])
        arrays[f"{name}/score"] = np.ones(len(found))
    times = ";".join(f"{rep.t_peak:.2f}" for rep in clips["squats"].truth.reps)
    rows = [
        ("squats", "squat", 3, 3, 3, times, "anna", *_SIZE),
        ("still", "none", 0, 0, 0, "", "ben", *_SIZE),
    ]
    np.savez_compressed(folder / "logs.npz", **arrays)
    with (folder / "logs.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([_COLUMNS, *rows])
    return folder


def _folds(folder: Path, groups: list[list[str]]) -> Path:
    folder.mkdir()
    (folder / "folds.json").write_text(json.dumps(groups))
    for k in range(len(groups)):
        (folder / f"fold{k}.npz").write_bytes(MODEL.read_bytes())
    return folder


def _table(folder: Path, rows: dict[str, str]) -> Path:
    path = folder / "trained.csv"
    path.write_text("name,group\n" + "".join(f"{name},{group}\n" for name, group in rows.items()))
    return path


def test_logs_become_clips(logs: Path) -> None:
    """Landmarks come back in metres and pixels; every frame has one person."""
    squats, still = training_logs(logs)
    assert (squats.truth.exercise, squats.truth.reps, squats.person) == ("squat", 3, "anna")
    assert (still.truth.accept, still.recording) == ((0, 0), False)
    t, (pose,) = squats.frames()[10]
    assert t == pytest.approx(10 / 15)
    assert pose.visibility[0] == pytest.approx(242 / 255)
    assert 0 < pose.image[0, 0] < _SIZE[0]


def test_damaged_logs_are_named(logs: Path, tmp_path: Path) -> None:
    """A missing table, a missing column and a missing log are one line that names the file."""
    with pytest.raises(SourceError, match=r"logs\.csv: the table of landmark logs cannot be read"):
        training_logs(tmp_path)
    (tmp_path / "logs.csv").write_text("name,exercise\na,squat\n")
    with pytest.raises(SourceError, match="KeyError"):
        training_logs(tmp_path)
    (tmp_path / "logs.csv").write_text((logs / "logs.csv").read_text())
    (clip, _) = training_logs(tmp_path)
    with pytest.raises(SourceError, match=r"logs\.npz: the log squats cannot be read"):
        clip.frames()


def test_rate_and_start(logs: Path) -> None:
    """A later start drops frames; a lower rate keeps those that a slower camera would have delivered."""
    frames = training_logs(logs)[0].frames()
    assert prepared(frames, None, 3) == frames[3:]
    assert [t for t, _ in prepared(frames, 5.0, 0)] == [t for t, _ in frames[::3]]
    assert [t for t, _ in prepared(frames, 5.0, 1)] == [t for t, _ in frames[1::3]]
    with pytest.raises(OptionError, match="greater than 0"):
        RateLimit(0)


def test_the_whole_product_counts(logs: Path) -> None:
    """Three squats are counted, with times, latencies and the time of recognition; standing still is nothing."""
    clips = training_logs(logs)
    counters = StrangerCounters(load_samples(resource_path("pose_samples")), clips, RecogniserOptions())
    squats, still = (count_clip(clip.truth, clip.frames(), counters.counter(clip)) for clip in clips)
    assert squats.totals == {"squat": 3} and faults_of(squats).extra == 0
    assert len(squats.reps) == 3 and len(faults_of(squats).missed_s) == 0
    assert len(squats.latencies_s) in (2, 3) and all(0 <= t < 2 for t in squats.latencies_s)
    assert squats.frames == len(clips[0].frames()) and squats.cpu_s > 0
    assert still.totals == {} and tables.good(still)


def test_models_without_the_person(logs: Path, tmp_path: Path) -> None:
    """The fold that leaves the group out is used; a person whom no model has seen gets the program's own model."""
    clips = training_logs(logs)
    table = _table(tmp_path, {"squats": "anna"})
    folds = FoldModels(_folds(tmp_path / "a", [["x"], ["anna"]]), clips, table)
    assert folds.model_for(clips[0]) is load_model(tmp_path / "a" / "fold1.npz")
    assert folds.model_for(clips[1]) is load_model(MODEL)


def test_two_clips_of_one_person_share_a_model(tmp_path: Path) -> None:
    """A clip that was not trained on gets the fold without the other clip of its person."""
    clips = [BenchClip(ClipTruth(f"{n}.mp4", "squat", 1, (1, 1), ()), "m1", list) for n in ("a_m1", "b_m1")]
    folds = FoldModels(_folds(tmp_path / "a", [["v_m1"]]), clips, _table(tmp_path, {"a_m1": "v_m1"}))
    assert folds.model_for(clips[1]) is load_model(tmp_path / "a" / "fold0.npz")


def test_a_person_in_no_fold_is_refused(logs: Path, tmp_path: Path) -> None:
    """A group that no fold leaves out would be scored by a model that has seen it: that is an error, and so is no folder."""
    clips = training_logs(logs)
    folds = FoldModels(_folds(tmp_path / "a", [["x"]]), clips, _table(tmp_path, {"squats": "anna"}))
    with pytest.raises(SourceError, match="no fold leaves out anna"):
        folds.model_for(clips[0])
    with pytest.raises(SourceError, match="train_recogniser"):
        FoldModels(tmp_path / "absent", clips)


def _run(arguments: list[str]) -> Result:
    return CliRunner().invoke(counting, arguments, obj=Settings(quiet=True))


def _result(
    exercise: str,
    times_s: tuple[float, ...],
    found: tuple[tuple[str, float], ...],
    *,
    accept: tuple[int, int] | None = None,
    reps: int | None = None,
    remarks: tuple[Remark, ...] = (),
) -> ClipResult:
    """A clip with turning points at `times_s`, and counted reps of 2 s about the given times."""
    count = len(times_s) if reps is None else reps
    truth = ClipTruth("clip.mp4", exercise, count, accept or (count, count), times_s)
    counted = tuple(FoundRep(name, t - 1, t, t + 1) for name, t in found)
    totals = {name: sum(rep.exercise == name for rep in counted) for name, _ in found}
    return ClipResult(truth, totals, {}, 60.0, reps=counted, remarks=remarks)


def test_kinds_of_faults_are_distinguished() -> None:
    """A rep where there is none, a rep counted twice, and a wrong name."""
    clean = faults_of(_result("squat", (2, 6), (("squat", 2.3), ("squat", 5.8))))
    assert (clean.extra, clean.missed_s) == (0, ())
    phantom = faults_of(_result("squat", (2, 6), (("squat", 2), ("squat", 6), ("squat", 12))))
    assert (phantom.phantom, phantom.doubled, phantom.wrong) == (1, 0, 0)
    doubled = faults_of(_result("squat", (2, 6), (("squat", 2), ("squat", 5.5), ("squat", 6.5))))
    assert (doubled.phantom, doubled.doubled) == (0, 1)
    wrong = faults_of(_result("squat", (2,), (("lunge", 2), ("unknown-exercise", 9))))
    assert (wrong.wrong, wrong.missed_s) == (1, (2,))


def test_a_false_rep_does_not_compensate_a_missed_rep() -> None:
    """The count is right, and still one rep is phantom and one is missed."""
    result = _result("squat", (2, 6), (("squat", 2), ("squat", 12)))
    assert result.truth.accepts(result.count) and not tables.good(result)
    assert (faults_of(result).phantom, faults_of(result).missed_s) == (1, (6,))


def test_the_accepted_range_allows_more_reps() -> None:
    """Counts within the accepted range are not faults; without times, counts above the range are."""
    found = (("squat", 2), ("squat", 6), ("squat", 12))
    assert faults_of(_result("squat", (2, 6), found, accept=(2, 3))).extra == 0
    assert faults_of(_result("squat", (), found, reps=2, accept=(2, 2))).phantom == 1


def test_reasons_of_missed_reps() -> None:
    """The reason is the program's message at that time, the other name, or "nothing"."""
    result = _result(
        "squat",
        (2, 6, 20),
        (("lunge", 6),),
        remarks=(Remark(1, 3, "squat turned down: too fast"), Remark(8, 9, "step back")),
    )
    assert reasons(result) == [
        "missed at 2 s: squat turned down: too fast",
        "missed at 6 s: counted as lunge",
        "missed at 20 s: no message",
    ]


def test_table_rows_show_counts_truth_and_faults() -> None:
    """Shares of clips and of reps, worked out by hand; an exact clip counts all its reps as right."""
    results = [
        _result("lunge", (2, 6), (("lunge", 2), ("lunge", 6))),
        _result("lunge", (2, 6, 10), (("lunge", 2), ("lunge", 6)), accept=(2, 3)),
        _result("row", (2, 6, 10), (("biceps-curl", 2), ("unknown-exercise", 6))),
    ]
    row = tables.exercise_row("others", results)
    assert (row["exact"], row["within_one"], row["reps"]) == (0.6667, 0.6667, 8)
    assert (row["right"], row["wrong"], row["unknown"]) == (0.625, 0.125, 0.125)
    none = tables.none_row("none", [_result("none", (), (("squat", 2), ("unknown-exercise", 5)))])
    assert (none["named"], none["minutes"], none["per_minute"]) == (1, 1.0, 1.0)
    titles = [one["name"] for one in tables.clip_rows(results, [])]
    assert titles == ["other exercises", "  lunge", "  row"]
    mean = tables.mean_row("full rate", [row, {**row, "exact": 0.3333}])
    assert (mean["exact"], mean["starts"]) == (0.5, [0.6667, 0.3333])
    assert tables.sums(results)["wrong"] == 1 and tables.sums([])["latency_s"] is None


def test_command(logs: Path) -> None:
    """One table of landmark logs, as JSON and as text; without fold models it says that the model has seen the people."""
    arguments = ["--training", str(logs)]
    document = json.loads(_run([*arguments, "--json"]).output)
    assert document["version"] == 2 and "fold-models" in document["notes"][0]
    rows = {row["name"]: row for row in document["rows"]}
    assert rows["squat and push-up"]["exact"] == 1.0 and rows["near misses, logs"]["named"] == 0
    assert [clip["counted"] for clip in document["clips"]] == [3, 0]
    text = _run(["named", *arguments, "--clips"]).output
    assert "squats: true 3 squat, counted 3 squat" in text and "still" not in text
    assert "squat" in _run(["any", *arguments]).output


def test_clips_of_a_workout_are_counted_one_after_the_other(logs: Path) -> None:
    """The figure squats twice, with a rest: each clip keeps its reps, with its own times."""
    squats, still = training_logs(logs)
    clips = [squats, still, squats]
    frames, parts = joined(clips, [1, 1, 1], 4.0)
    times = [t for t, _ in frames]
    assert times == sorted(times) and {len(people) for _, people in frames} == {0, 1}
    assert parts[1].first_s - parts[0].last_s == pytest.approx(4.0, abs=0.2)
    assert {pose.id for _, people in frames for pose in people} == {1}
    counters = StrangerCounters(load_samples(resource_path("pose_samples")), clips, RecogniserOptions())
    results = count_workout(clips, [1, 1, 1], 4.0, counters.counter(*clips))
    assert [one.totals for one in results] == [{"squat": 3}, {}, {"squat": 3}]
    peaks = [one.peaks_s.get("squat", ()) for one in results]
    assert peaks[2] == pytest.approx(peaks[0], abs=0.1)


def test_command_compares_workouts_with_clips_alone(logs: Path) -> None:
    document = json.loads(_run(["workouts", "--training", str(logs), "--json"]).output)
    rows = {row["name"]: row for row in document["rows"]}
    assert list(rows)[:3] == ["alone", "after 4 s of rest", "after 20 s of rest"]
    assert all(rows[name]["exact"] == 1.0 for name in list(rows)[:3])
    assert rows["no exercise, alone"]["named"] == 0


def test_command_needs_clips(tmp_path: Path) -> None:
    """Without clips, or with a truth table alone, the command says what to give."""
    assert _run([]).exit_code == 2
    assert _run(["--truth", str(tmp_path / "t.csv")]).exit_code == 2
    assert _run(["guesses"]).exit_code == 2
