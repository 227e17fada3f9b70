"""The benchmark of landmarks: reading key points, PCK, error, jitter and lag compared with known truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from fitness.errors import SourceError
from fitness.skeleton import Landmark
from fitness.types import Frame, ImageArray, Pose
from scripts.benchmarks.company import CompanyScore, company_clips, score_company
from scripts.benchmarks.following import JOINTS as FOLLOWED
from scripts.benchmarks.following import Truth, score_following, truth_of
from scripts.benchmarks.keypoints import JOINTS, keypoint_pictures, score_keypoints
from scripts.figure import Camera, Clip, Motion, Reps, Scene
from tests.support.bench import bench_main
from tests.support.strategies import pose_of, stick_figure

BODY = stick_figure().astype(np.float64)[:, :2] * 50 + 60


def standing() -> Pose:
    """A pose with the landmarks of `BODY`, in pixels."""
    image = np.zeros((33, 3), np.float32)
    image[:, :2] = BODY
    return replace(pose_of(stick_figure(), 0.0), image=image)


def write_pictures(folder: Path, hidden: Sequence[str] = (), **changed: object) -> Path:
    """One picture with a person at `BODY`, joints in `hidden` marked so, and one picture without a dominant person."""
    joints = {
        name: [*BODY[Landmark[name.upper()]].tolist(), 1 if name in hidden else 2]
        for name in (*JOINTS, "nose")
    }
    person = {"bbox": [0, 0, 100, 120], "keypoints": joints}
    small = {"bbox": [0, 0, 5, 5], "keypoints": {"left_hip": [1, 1, 2]}}
    images = [
        {"image": "keypoints/a.png", "dominant": True, "people": [small, person], **changed},
        {"image": "keypoints/b.png", "dominant": False, "people": [person, person]},
    ]
    folder = folder / "keypoints"
    folder.mkdir()
    cv2.imwrite(str(folder / "a.png"), np.zeros((120, 120, 3), np.uint8))
    (folder / "keypoints_gt.json").write_text(json.dumps({"format": "", "images": images}))
    return folder


def test_pck_counts_the_joints_that_are_near(tmp_path: Path) -> None:
    """Two of twelve joints are further than 0.2 trunks off, one of them hidden; the face does not count."""
    pictures = keypoint_pictures(write_pictures(tmp_path, hidden=["left_knee"]))
    (picture,) = pictures
    assert picture.trunk_px == pytest.approx(np.linalg.norm(BODY[11] - BODY[24]))
    image = standing().image.copy()
    for name in ("LEFT_KNEE", "RIGHT_WRIST", "NOSE"):
        image[Landmark[name], 0] += 0.21 * picture.trunk_px
    image[Landmark.LEFT_ELBOW, 0] += 0.19 * picture.trunk_px
    score = score_keypoints(pictures, lambda _: replace(standing(), image=image))
    assert (score.n, score.found) == (1, 1.0)
    assert score.pck == pytest.approx(10 / 11)
    assert score.pck_hidden == pytest.approx(10 / 12)


def test_a_missed_person_counts_as_wrong_everywhere(tmp_path: Path) -> None:
    """All joints of an image without a detection count as wrong."""
    score = score_keypoints(keypoint_pictures(write_pictures(tmp_path)), lambda _: None)
    assert (score.n, score.found, score.pck, score.pck_hidden) == (1, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("text", ["", "[]", '{"images": [{}]}', '{"images": 3}'])
def test_a_file_that_is_not_a_table_is_named(text: str, tmp_path: Path) -> None:
    """One error that names the file."""
    (tmp_path / "keypoints_gt.json").write_text(text)
    with pytest.raises(SourceError, match=r"keypoints_gt\.json: not a table of key points"):
        keypoint_pictures(tmp_path)
    with pytest.raises(SourceError, match=r"keypoints_gt\.json"):
        keypoint_pictures(tmp_path / "nowhere")


class Swinging:
    """Truth in which one joint swings and the others rest, and poses that are late or have jitter."""

    dt = 1 / 30
    trunk_px = 100.0

    def __init__(self) -> None:
        t = np.arange(90) * self.dt
        places = np.tile(np.linspace(10, 200, len(FOLLOWED))[:, None], (90, 1, 2))
        places[:, 0, 0] += 80 * np.sin(2 * np.pi * t)
        image: ImageArray = np.zeros((4, 4, 3), np.uint8)
        frames = [Frame(image, float(each), k) for k, each in enumerate(t)]
        self.truth = Truth(frames, places, np.zeros((90, len(FOLLOWED), 3)), self.trunk_px)

    def poses(self, late: int = 0, shift_px: float = 0.0, shake_px: float = 0.0) -> list[Pose | None]:
        found: list[Pose | None] = []
        for k in range(90):
            image, world = np.zeros((33, 3), np.float32), np.zeros((33, 3), np.float32)
            image[FOLLOWED, :2] = self.truth.image[max(k - late, 0)] + shift_px + shake_px * (-1) ** k
            found.append(replace(standing(), image=image, world=world))
        return found


def test_a_correct_pose_has_no_error() -> None:
    """True poses have no error, jitter or lag; if nobody is found in half of the frames, the result says so."""
    swinging = Swinging()
    score = score_following([swinging.truth], lambda _: swinging.poses())
    assert score.found == 1
    assert (score.error, score.world_mm, score.still, score.moving, score.lag_ms) == pytest.approx(
        (0, 0, 0, 0, 0), abs=1e-3
    )
    half = [pose if k < 45 else None for k, pose in enumerate(swinging.poses())]
    assert score_following([swinging.truth], lambda _: half).found == 0.5


def test_lag_is_distinguished_from_a_constant_error() -> None:
    """Two frames late is 67 ms, whatever the offset of the joints."""
    swinging = Swinging()
    for shift in (0.0, 7.0):
        score = score_following([swinging.truth], lambda _, s=shift: swinging.poses(2, s))  # type: ignore[misc]
        assert score.lag_ms == pytest.approx(67, abs=7)
    assert score_following([swinging.truth], lambda _: swinging.poses(0, 7.0)).error == pytest.approx(
        100 * 7 * np.sqrt(2) / 100, rel=1e-3
    )


def test_jitter_is_the_acceleration_of_the_error() -> None:
    """Jitter is the acceleration of the error: an error that jumps by 2 px per frame gives 4 sqrt(2) px / dt2."""
    swinging = Swinging()
    score = score_following([swinging.truth], lambda _: swinging.poses(shake_px=1.0))
    expected = 4 * np.sqrt(2) / swinging.trunk_px / swinging.dt**2
    assert score.still == pytest.approx(expected, rel=1e-3)
    assert score.moving == pytest.approx(expected, rel=1e-3)


def test_truth_is_that_of_the_clip() -> None:
    """Frames, joints in pixels and in metres, and the trunk's length."""
    clip = Clip(
        Motion(Reps("squat", 1, seconds=0.5)), None, Camera(), Scene(), 6, 160, 120, fit=True, supersample=1
    )
    truth = truth_of(clip)
    assert len(truth.frames) == len(truth.image) == len(truth.world) == 6
    assert np.array_equal(truth.image[1], clip.image(truth.frames[1].t)[FOLLOWED, :2])
    assert 20 < truth.trunk_px < 60


def test_the_command_prints_every_profile(
    tmp_path: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON with a row for each profile; without pictures and clips there is nothing to say."""
    del models
    folder = write_pictures(tmp_path)
    code = bench_main(
        [
            "--quiet",
            "engine",
            "--no-clips",
            "--models",
            "lite",
            "--keypoints",
            str(folder),
            "--json",
        ]
    )
    assert code == 0
    rows = json.loads(capsys.readouterr().out)["models"]["lite"]
    assert {"default", "mediapipe-legacy", "mediapipe-tasks", "counting"} <= set(rows)
    assert all(row["pictures"]["n"] == 1 and row["pictures"]["pck"] == 0 for row in rows.values())


class Played:
    """Two figures of a rendered clip, and scripted poses on them."""

    def __init__(self, name: str = "crossing") -> None:
        self.company = company_clips(3.0)[name]
        self.frames = list(self.company.clip.frames())

    def score(self, script: Callable[[int], Sequence[tuple[int, int | None]]]) -> CompanyScore:
        """script: number of the frame -> (id, figure, or None for an empty place) of each pose."""

        def follow(frame: Frame) -> list[Pose]:
            places = self.company.places(frame.t)
            found = []
            for number, figure in script(frame.index):
                image = np.zeros((33, 3), np.float32)
                image[:, :2] = places[0] + 900 if figure is None else places[figure]
                found.append(replace(standing(), image=image, id=number))
            return found

        return score_company(self.company, follow)


def test_correct_ids_have_no_switches() -> None:
    """If each figure has one id on every frame, there are no faults, also while one figure covers the other."""
    score = Played().score(lambda k: [(1, 0), (2, 1)])
    assert (score.figures, score.ids, score.switches, score.extra) == (2, 2, 0, 0)
    assert (score.tracked, score.least_tracked, score.longest_gap_s) == (1, 1, 0)


def test_swapped_ids_are_two_switches() -> None:
    """One for each figure, and one more for each new id."""
    played = Played()
    half = len(played.frames) // 2
    late = half + 4  # they have parted
    assert played.score(lambda k: [(1, 0), (2, 1)] if k < late else [(2, 0), (1, 1)]).switches == 2
    score = played.score(lambda k: [(1, 0), (2 if k < late else 3, 1)])
    assert (score.switches, score.ids) == (1, 3)


def test_extra_poses_are_counted() -> None:
    """Poses without a person, or a second pose on a person, are counted as extra."""
    played = Played()
    n = len(played.frames)
    assert played.score(lambda k: [(1, 0), (2, 1), (3, None)]).extra == n
    assert played.score(lambda k: [(1, 0), (2, 1), (3, 0)][: 3 if k < 2 else 2]).extra == 2


def test_a_person_is_missed_only_while_visible() -> None:
    """A figure behind another one, or outside the frame, need not be found."""
    score = Played("passing behind").score(lambda k: [(1, 0)])
    assert score.least_tracked == 0 and 0.5 < score.tracked < 0.9
    assert 0.3 < score.longest_gap_s < 2.0


def test_people_behind_the_camera_are_not_visible() -> None:
    """A figure behind the camera is not in the frame."""
    company = company_clips()["back from the other side"]
    middle = company.clip.duration_s / 2
    assert (company.places(middle)[1:] < 0).all() and (company.places(0.0) > 0).all()


def test_the_command_measures_people(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON with a row for each clip; an unknown clip is named."""
    del models
    arguments = ["--quiet", "people", "--models", "lite", "--rate", "5", "--json"]
    assert bench_main([*arguments, "--clip", "passing behind"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["models"]["lite"]["passing behind"]["figures"] == 2
    assert bench_main([*arguments, "--clip", "dancing"]) == 2
    assert "'dancing' is none of: crossing; " in capsys.readouterr().err
