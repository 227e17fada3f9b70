"""Taught exercises: turning points of a clip, the check of samples, published formats, and counting with what was taught."""

from __future__ import annotations

import base64
import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.apps.cli import main
from fitness.errors import OptionError, SamplesError
from fitness.pipeline.settings import Settings, recogniser
from fitness.recognition.recogniser import RecogniserOptions
from fitness.recognition.samples import PoseSamples, load_samples
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.taught_folders import taught_names
from fitness.report.taught import taught_page
from fitness.teach.check import augmented, check, source_of, view_of, wilson, without_outliers
from fitness.teach.clip import clip_samples, turning_points
from fitness.teach.clips import TeachingClip, taught_from_clips
from fitness.teach.keeping import forget, keep
from fitness.teach.published import read_published
from fitness.teach.trial import count, trial, trials
from fitness.types import Pose
from scripts.training.logs import read_clips
from tests.support.strategies import examples, pose_of, pressing, squatting, stick_figure


def _clip(reps: int, low: float = 80.0, period: float = 2.0, body=squatting) -> list[Pose]:  # type: ignore[no-untyped-def]
    """A second at the top, `reps` reps, a second at the top; 20 fps."""
    poses = []
    for t in np.arange(0, reps * period + 2, 0.05):
        phase = min(max((t - 1) / period, 0.0), reps)
        angle = 172 + (low - 172) * (1 - math.cos(2 * math.pi * phase)) / 2
        poses.append(pose_of(body(angle), float(t)))
    return poses


def _samples(name: str = "dip", reps: int = 5) -> PoseSamples:
    poses = _clip(reps)
    return clip_samples(name, "clip", poses, turning_points(poses, reps))


@pytest.mark.parametrize("reps", [1, 3, 8])
def test_the_turning_points_of_a_clip_are_found(reps: int) -> None:
    """Each lower turning point within a frame or two of where it is, an upper one before, between and after."""
    found = turning_points(_clip(reps), reps)
    assert np.allclose(found.t[list(found.peaks)], [2.0 + 2 * i for i in range(reps)], atol=0.11)
    assert len(found.valleys) == reps + 1


@pytest.mark.parametrize("wrong", [3, 4, 6, 9])
def test_a_wrong_number_of_reps_is_refused(wrong: int) -> None:
    """The clip has five reps: nothing is taught from guessed turning points."""
    with pytest.raises(OptionError, match=f"cannot tell {wrong} reps"):
        turning_points(_clip(5), wrong)


@pytest.mark.parametrize("others", [0, 2])
def test_the_error_of_a_clip_says_what_is_wrong_with_it(others: int) -> None:
    """Nobody in it, few frames, one rep that is not there; the clip has a name where there are several."""
    good = [TeachingClip(f"{at}.mp4", _clip(3), 3) for at in range(others)]
    name = "bad.mp4: " if others else ""
    clip = _clip(5)
    for poses, reps, text in (
        ([], 2, "nobody was found in this clip"),
        (clip[:9], 3, "a person was found in 9 frames only; too few for 3 reps"),
        (clip[:5], 1, "a person was found in 5 frames only; too few for 1 rep"),
        (clip, 9, "cannot tell 9 reps apart in this clip; check the number of reps"),
    ):
        with pytest.raises(OptionError) as caught:
            taught_from_clips("dip", [*good, TeachingClip("bad.mp4", poses, reps)])
        assert str(caught.value).startswith(name + text)
        assert "--" not in str(caught.value)  # the page prints it, too
    with pytest.raises(OptionError, match="cannot find the rep in this clip"):
        turning_points(clip, 1)


def test_a_clip_with_too_few_poses_is_refused() -> None:
    """Few frames with a person, or no reps asked for."""
    with pytest.raises(OptionError, match="too few"):
        turning_points(_clip(1)[:6], 1)
    with pytest.raises(OptionError, match="at least 1"):
        turning_points(_clip(1), 0)


def test_another_clip_is_counted_and_another_exercise_is_not() -> None:
    """Taught from five reps: seven shallower reps are counted, push-ups are not."""
    taught = TaughtExercise.of("dip", _samples())
    assert count(taught, _clip(7, low=88, period=1.6)) == 7
    assert count(taught, _clip(4, body=pressing)) == 0


def test_the_report_of_a_clip_says_how_it_is_counted() -> None:
    """The whole clip, and each half counted with the samples of the other half."""
    poses = _clip(6)
    report = trial("dip", TaughtExercise.of("dip", _samples(reps=6)), "clip", poses, 6)
    assert report == {"reps": 6, "counted": 6, "halves": ["3 of 3", "3 of 3"]}


def test_the_report_has_each_clip() -> None:
    """Three clips with 6, 3 and 4 reps; only a single clip is halved."""
    clips = [TeachingClip(f"{reps}.mp4", _clip(reps), reps) for reps in (6, 3, 4)]
    taught = TaughtExercise.of("dip", _samples(reps=6))
    report = trials("dip", taught, clips)
    assert [(one["source"], one["counted"], one["reps"]) for one in report] == [
        ("6.mp4", 6, 6), ("3.mp4", 3, 3), ("4.mp4", 4, 4),
    ]  # fmt: skip
    assert not any(one["halves"] for one in report)
    assert trials("dip", taught, clips[:1])[0]["halves"] == ["3 of 3", "3 of 3"]
    document = {"exercise": "dip", **check(_samples()).document(), "clips": report}
    html = taught_page(document, {})
    assert all(f"{reps} of {reps} reps of {reps}.mp4" in html for reps in (6, 3, 4))


def test_the_report_of_a_clip_is_made_the_way_the_clip_was_learned() -> None:
    """The turning points of this clip cannot be told apart, its whole swings can; the report used to refuse it."""
    stream = next(clip for clip in read_clips() if clip.name == "curl_hammer_pc7").streams[0]
    poses = [
        Pose(one.world, np.pad(one.image, ((0, 0), (0, 1))), one.visibility, one.visibility, one.score, one.t)
        for one in stream
    ]
    with pytest.raises(OptionError):
        turning_points(poses, 8)
    _, taught = taught_from_clips("hammer", [TeachingClip("clip", poses, 8)])
    report = trial("hammer", taught, "clip", poses, 8)
    assert report["counted"] in (7, 8)
    assert len(report["halves"]) == 2


def test_a_mislabelled_sample_is_an_outlier_and_can_be_left_out() -> None:
    """A lower turning point labelled as upper is found by the other samples."""
    good = _samples()
    first = good.labels.index("dip_down")
    labels = tuple("dip_up" if i == first else label for i, label in enumerate(good.labels))
    found = check(PoseSamples(good.world, labels, tuple(f"{i}.jpg" for i in range(len(good)))))
    assert [one.index for one in found.outliers] == [first]
    assert found.confused == {("dip_up", "dip_down"): 1}
    assert found.right == found.checked - 1
    left = without_outliers(PoseSamples(good.world, labels, good.sources), found)
    assert len(left) == len(good) - 1


def test_a_sample_is_never_judged_by_its_own_picture_or_mirror_image() -> None:
    """If a class has a single source, its samples cannot be checked."""
    one = PoseSamples(
        np.stack([squatting(170.0), squatting(90.0)]), ("dip_up", "dip_down"), ("a.jpg", "b.jpg")
    )
    found = check(augmented(one))
    assert found.checked == 0
    assert all(outlier.answer is None for outlier in found.outliers)
    assert found.interval == (0.0, 1.0)
    assert source_of("clip.mp4#2@1.40~mirror") == "clip.mp4#2"


@examples(50)
@given(st.integers(1, 400), st.floats(0, 1))
def test_wilsons_interval_holds_the_share(total: int, share: float) -> None:
    """Between 0 and 1, around the share."""
    right = round(total * share)
    low, high = wilson(right, total)
    assert 0 <= low <= right / total + 1e-9
    assert right / total - 1e-9 <= high <= 1


def test_wilsons_interval_of_a_known_case() -> None:
    """8 of 10: 0.490 to 0.943 (Newcombe 1998 style tables)."""
    assert wilson(8, 10) == pytest.approx((0.490, 0.943), abs=1e-3)


@pytest.mark.parametrize(
    ("turn", "name"), [(0, "front"), (90, "right side"), (180, "back"), (-90, "left side")]
)
def test_views_are_named_by_what_the_camera_sees(turn: float, name: str) -> None:
    """Left shoulder and hip to the picture's right: from the front; right side nearer: right side."""
    body = np.zeros((33, 3))
    c, s = math.cos(math.radians(turn)) / 5, math.sin(math.radians(turn)) / 5
    for left, right in ((11, 12), (23, 24)):
        body[left], body[right] = (c, 0, s), (-c, 0, -s)
    assert view_of(body) == name


def test_kept_samples_are_used_by_the_program(tmp_path: Path) -> None:
    """Kept samples count by name and in auto; forgotten ones are gone."""
    keep(tmp_path, "dip", _samples())
    assert taught_names(tmp_path) == ("dip",)
    options = RecogniserOptions(exercise="dip", taught=("dip",))
    counter = recogniser(Settings(taught=tmp_path, recogniser=options))
    for pose in _clip(4):
        _, state = counter.step(pose, pose.t)
    assert dict(state.totals) == {"dip": 4}
    forget(tmp_path, "dip")
    assert taught_names(tmp_path) == ()
    with pytest.raises(OptionError, match="no taught exercise"):
        forget(tmp_path, "dip")


def test_older_samples_stay_where_new_ones_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle, or a program that ends there: all of the old exercise is there, or all of the new."""
    keep(tmp_path, "dip", _samples())
    before = load_samples(tmp_path / "dip")
    opened = Path.open

    def full(self: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if self.name == "dip_up.csv" and "w" in mode:
            raise OSError(28, "No space left on device")
        return opened(self, mode, *more, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        with pytest.raises(SamplesError, match="No space left"):
            keep(tmp_path, "dip", _samples(reps=3))
    assert load_samples(tmp_path / "dip").sources == before.sources
    assert [path.name for path in tmp_path.iterdir()] == ["dip"]
    (tmp_path / "dip").rename(tmp_path / ".dip.old")  # as the program leaves it when it is killed then
    assert taught_names(tmp_path) == ("dip",) and load_samples(tmp_path / "dip").sources == before.sources
    keep(tmp_path, "dip", _samples(reps=3))
    assert [path.name for path in tmp_path.iterdir()] == ["dip"]


def test_equal_turning_points_are_refused() -> None:
    """Nothing swings between them; and one sample is too few."""
    world = np.stack([squatting(170.0)] * 4)
    with pytest.raises(OptionError, match="look alike"):
        TaughtExercise.of("dip", PoseSamples(world, ("dip_up",) * 2 + ("dip_down",) * 2, tuple("abcd")))
    with pytest.raises(OptionError, match="dip_down has 0 samples"):
        TaughtExercise.of("dip", PoseSamples(world, ("dip_up",) * 4, tuple("abcd")))


def _published(path: Path, rows: list[tuple[str, ...]], angle: float = 90.0) -> Path:
    values = ",".join(f"{v:.4f}" for v in squatting(angle).ravel())
    path.write_text("\n".join(",".join((*row, values)) for row in rows) + "\n", encoding="utf-8")
    return path


def test_published_samples_are_read(tmp_path: Path) -> None:
    """name,class,33x3 in one file, and one file a class; other exercises are left out."""
    one = _published(tmp_path / "all.csv", [("a", "dips_up"), ("b", "dips_down"), ("c", "squats_up")])
    assert read_published("dip", one, "world-metres").labels == ("dip_up", "dip_down")
    folder = tmp_path / "classes"
    folder.mkdir()
    for side in ("up", "down"):
        _published(folder / f"dips_{side}.csv", [("a",), ("b",)])
    assert sorted(read_published("dip", folder, "world-metres").classes) == ["dip_down", "dip_up"]


def test_spaces_are_never_mixed(tmp_path: Path) -> None:
    """Pixels, an unknown space and a broken line are refused with a message."""
    file = _published(tmp_path / "all.csv", [("a", "dips_up"), ("b", "dips_down")])
    with pytest.raises(OptionError, match="cannot be mixed"):
        read_published("dip", file, "pixels")
    with pytest.raises(OptionError, match="--space must be"):
        read_published("dip", file, "feet")
    with pytest.raises(OptionError, match="no class that ends in _up"):
        read_published("row", file, "world-metres")
    file.write_text("a,dips_up,1,2\n", encoding="utf-8")
    with pytest.raises(SamplesError, match="expected a name"):
        read_published("dip", file, "world-metres")


def test_the_command_imports_lists_and_removes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A published file is imported with a report, listed, and removed again."""
    up = _published(tmp_path / "dips_up.csv", [("a",), ("b",)], 170.0)
    down = _published(tmp_path / "dips_down.csv", [("c",), ("d",)], 85.0)
    kept, html = tmp_path / "kept", tmp_path / "report.html"
    common = ["--samples", str(kept)]
    source = ["--import", "--space", "world-metres", "--report", str(html), "--augment", "--json"]
    assert (
        main(["teach", "dip", str(tmp_path), *source, *common]) == 1
    )  # two poses count swings and steps, too
    printed = capsys.readouterr()
    assert (
        "--force" in printed.err
        and json.loads(printed.out)["confusions"]["messages"]
        and taught_names(kept) == ()
    )
    assert main(["teach", "dip", str(tmp_path), "--force", *source, *common]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["right"], report["checked"], report["kept"]) == (4, 4, 8)
    assert len(load_samples(kept / "dip")) == 8
    assert "4 of 4" in html.read_text("utf-8")
    assert main(["teach", "--list", *common]) == 0
    assert capsys.readouterr().out == "dip\n"
    assert main(["teach", "--remove", "dip", *common]) == 0
    assert taught_names(kept) == ()
    assert main(["teach", "squat", str(tmp_path), *source, *common]) == 1
    assert "comes with the program" in capsys.readouterr().err
    assert up.exists()
    assert down.exists()


def test_the_page_escapes_names_and_embeds_nothing_without_pictures() -> None:
    """A source's name is text, never markup."""
    document = {"exercise": "dip", **check(_samples()).document(), "without_person": ["<script>x"]}
    html = taught_page(document, {})
    assert "<script>" not in html and "&lt;script&gt;x" in html
    assert "data:image" not in html and "Start position" in html and "End position" in html


def test_the_page_draws_the_skeleton_into_its_copies(tmp_path: Path) -> None:
    """The copy of a picture shows who was found in it, and the picture itself stays as it was."""
    import cv2

    grey = np.full((480, 640, 3), 120, np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), grey)
    document = {"exercise": "dip", **check(_samples()).document()}
    copies = []
    for poses in ({}, {"up/a.png": pose_of(stick_figure(), 0.0)}):
        html = taught_page(document, {"up/a.png": tmp_path / "a.png"}, poses)
        (data,) = re.findall(r"base64,([\w+/=]+)", html)
        copies.append(cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR))
    assert copies[0].std() < 1 and copies[1].std() > 5
    assert np.array_equal(cv2.imread(str(tmp_path / "a.png")), grey)


def test_skipped_files_of_a_class_folder_are_reported(tmp_path: Path) -> None:
    """Files that are not pictures, a folder, and a format that needs a package are reported, each with the reason."""
    import cv2

    from fitness.teach.pictures import collect

    for side in ("up", "down"):
        (tmp_path / side / "inner").mkdir(parents=True)
        cv2.imwrite(str(tmp_path / side / "a.png"), np.full((48, 64, 3), 120, np.uint8))
        (tmp_path / side / "notes.txt").write_text("not a picture")
        (tmp_path / side / "no-ending").write_bytes((tmp_path / side / "a.png").read_bytes())
        (tmp_path / side / ".DS_Store").write_text("")
    poses = iter([pose_of(squatting(angle), 0.0) for angle in (170.0, 172.0, 80.0, 82.0)])
    collected = collect("dip", tmp_path, lambda image: next(poses))
    assert sorted(collected.paths) == ["down/a.png", "down/no-ending", "up/a.png", "up/no-ending"]
    assert {source: why.split(": ")[-1].split(",")[0] for source, why in collected.broken} == {
        "up/inner": "a folder inside is not read; move its pictures up", "up/notes.txt": "not a picture",
        "down/inner": "a folder inside is not read; move its pictures up", "down/notes.txt": "not a picture",
    }  # fmt: skip
