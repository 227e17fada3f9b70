"""The person detector: anchors, decoding, merging, and conversion from the letterboxed square to pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.blazepose.detector import Detection, PoseDetector, anchor_centres, decode, weighted_nms
from tests.support.strategies import examples, locked, noise_image, seeds

_ANCHORS = anchor_centres()


class FakeDetector:
    """A detector network with given results: points (K, 6, 2) of the input square, K logits."""

    input_shape = (1, 224, 224, 3)
    output_shapes = ((1, 2254, 12), (1, 2254, 1))

    def __init__(self, points: np.ndarray, logits: np.ndarray) -> None:
        self.raw, self.logits = _network_output(points, logits)
        self.tensors: list[np.ndarray] = []

    def run(self, tensor: np.ndarray) -> tuple[np.ndarray, ...]:
        self.tensors.append(tensor.copy())
        return self.raw, self.logits


def _network_output(points: np.ndarray, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Raw tensors that mean: centre, size, four key points, at anchors spread over the grid."""
    raw = np.zeros((1, 2254, 12), np.float32)
    out = np.full((1, 2254, 1), -300.0, np.float32)
    for k, (values, logit) in enumerate(zip(points, logits, strict=True)):
        anchor = 100 + 37 * k
        offset = np.array(values, np.float32)
        offset[[0, 2, 3, 4, 5]] -= _ANCHORS[anchor]
        raw[0, anchor] = offset.ravel() * 224
        out[0, anchor, 0] = logit
    return locked(raw), locked(out)


def _person(x: float, y: float) -> np.ndarray:
    """Centre, size and key points of a person whose hips are at (x, y) of the square."""
    return np.array([[x, y], [0.2, 0.2], [x, y], [x, y - 0.2], [x, y - 0.1], [x, y - 0.15]])


def test_checklist_01_anchors() -> None:
    """2,254 anchors, two to a cell of 28 and 14, six to a cell of 7, rows outer, columns inner."""
    assert _ANCHORS.shape == (2254, 2) and _ANCHORS.dtype == np.float32
    for index, centre in (
        (0, (0.5 / 28, 0.5 / 28)),
        (1, (0.5 / 28, 0.5 / 28)),
        (2, (1.5 / 28, 0.5 / 28)),
        (56, (0.5 / 28, 1.5 / 28)),
        (1568, (0.5 / 14, 0.5 / 14)),
        (1960, (0.5 / 7, 0.5 / 7)),
        (1965, (0.5 / 7, 0.5 / 7)),
        (1966, (1.5 / 7, 0.5 / 7)),
        (2253, (6.5 / 7, 6.5 / 7)),
    ):
        assert _ANCHORS[index] == pytest.approx(centre, abs=1e-7)


def test_checklist_04_letterbox_is_black_above_and_below() -> None:
    """A white 1000 x 667 image fills the square's width; bars of 0.1665 of its height are exactly -1."""
    model = FakeDetector(np.zeros((0, 6, 2)), np.zeros(0))
    PoseDetector(model).detect(locked(np.full((667, 1000, 3), 255, np.uint8)))
    (tensor,) = model.tensors
    assert tensor.shape == (1, 224, 224, 3) and tensor.dtype == np.float32
    bar = 0.1665 * 224  # 37.3 rows
    rows = tensor[0].reshape(224, -1)
    assert (rows[: math.floor(bar) + 1] == -1).all()
    assert rows[math.floor(bar) + 1 : math.floor(224 - bar)] == pytest.approx(1.0, abs=1e-6)
    assert (rows[math.floor(224 - bar) + 1 :] == -1).all()


@pytest.mark.parametrize(
    ("height", "width", "square", "pixels"),
    [
        (667, 1000, (0.5, 0.1665), (500.0, 0.0)),
        (667, 1000, (0.25, 0.8335), (250.0, 667.0)),
        (800, 400, (0.25, 0.5), (0.0, 400.0)),
        (800, 400, (0.75, 0.25), (400.0, 200.0)),
        (300, 300, (0.1, 0.9), (30.0, 270.0)),
        (667, 1000, (0.5, 0.0), (500.0, -166.5)),
    ],
)
def test_checklist_04_padding_is_removed_from_the_key_points(
    height: int, width: int, square: tuple[float, float], pixels: tuple[float, float]
) -> None:
    """Positions in the square are converted to pixels of the image, landscape or portrait, and are not clipped."""
    model = FakeDetector(np.array([_person(*square)]), np.array([5.0]))
    (found,) = PoseDetector(model).detect(noise_image(0, height, width))
    assert found.keypoints[0] == pytest.approx(pixels, abs=2e-3)
    side = max(height, width)
    assert found.keypoints[0] - found.keypoints[1] == pytest.approx([0.0, 0.2 * side], abs=2e-3)
    assert found.box == pytest.approx(
        np.array([*pixels, *pixels]) + 0.1 * side * np.array([-1, -1, 1, 1]), abs=3e-3
    )


def test_checklist_06_detector_sees_rounded_rgb_from_minus_one_to_one() -> None:
    """Red is the first channel; the range is [-1, 1]; interpolated pixels are whole numbers before scaling."""
    model = FakeDetector(np.zeros((0, 6, 2)), np.zeros(0))
    detector = PoseDetector(model)
    detector.detect(locked(np.full((50, 50, 3), (255, 0, 0), np.uint8)))
    assert model.tensors[0][0, 100, 100] == pytest.approx([1.0, -1.0, -1.0], abs=1e-6)
    detector.detect(noise_image(1, 150, 150))
    levels = (model.tensors[1] + 1) * 127.5
    assert np.abs(levels - np.rint(levels)).max() < 1e-4
    assert model.tensors[1].min() >= -1 and model.tensors[1].max() <= 1 + 1e-6


def test_checklist_07_decoding_has_no_exponential() -> None:
    """x, y, w, h and four points, all raw / 224; all but the size are relative to the anchor."""
    raw = locked(np.arange(1, 13, dtype=np.float32)[None] * 10)
    points, scores = decode(raw, np.array([3.0], np.float32), np.array([[0.25, 0.75]], np.float32), 0.5)
    centre, half = np.array([0.25 + 10 / 224, 0.75 + 20 / 224]), np.array([30, 40]) / 448
    assert points[0, :2] == pytest.approx(np.stack([centre - half, centre + half]), abs=1e-6)
    for k in range(4):
        expected = (0.25 + (50 + 20 * k) / 224, 0.75 + (60 + 20 * k) / 224)
        assert points[0, 2 + k] == pytest.approx(expected, abs=1e-6)
    assert scores == pytest.approx([1 / (1 + math.exp(-3))], abs=1e-6)


def test_checklist_08_extreme_logits_do_not_overflow() -> None:
    """Logits of +-500 give scores of 1 and 0 without a warning."""
    raw = np.zeros((3, 12), np.float32)
    _, scores = decode(raw, np.array([500, -500, -530], np.float32), _ANCHORS[:3], 0.0)
    assert scores == pytest.approx([1.0, 0.0, 0.0], abs=1e-30)


def test_checklist_08_a_score_at_the_threshold_is_kept() -> None:
    """A logit of 0 is a score of 0.5 and passes a threshold of 0.5; a little less does not."""
    raw = np.zeros((2, 12), np.float32)
    _, scores = decode(raw, np.array([0.0, -1e-3], np.float32), _ANCHORS[:2], 0.5)
    assert scores.tolist() == [0.5]


def test_degenerate_boxes_are_dropped() -> None:
    """A negative width or height, or a value that is not a number, removes that anchor only."""
    raw = np.zeros((5, 12), np.float32)
    raw[:, 2:4] = 40
    raw[0, 2], raw[1, 3], raw[2, 7], raw[3, 0] = -1, -1, np.nan, np.nan
    points, scores = decode(locked(raw), np.full(5, 4, np.float32), _ANCHORS[:5], 0.5)
    assert points.shape == (1, 6, 2) and scores.shape == (1,)
    assert np.isfinite(points).all()


def _boxes(*corners: tuple[float, float, float, float]) -> np.ndarray:
    """(K, 6, 2) whose key points repeat the box's corners, so that means are visible."""
    return locked(np.array([[c[:2], c[2:], c[:2], c[2:], c[:2], c[2:]] for c in corners], np.float32))


def test_checklist_09_weighted_nms() -> None:
    """Two overlapping boxes of scores .9 and .6 merge to (.9 a + .6 b) / 1.5 with score .9."""
    points = _boxes((0.0, 0.0, 0.4, 0.4), (0.1, 0.0, 0.5, 0.4))
    ((merged, score),) = weighted_nms(points, locked(np.array([0.9, 0.6], np.float32)), 0.3)
    assert score == pytest.approx(0.9)
    assert merged == pytest.approx((0.9 * points[0] + 0.6 * points[1]) / 1.5, abs=1e-6)


def test_checklist_09_overlap_at_the_threshold_does_not_merge() -> None:
    """Boxes whose IoU is exactly the limit stay two; just above it they become one."""
    points = _boxes((0, 0, 2, 1), (0, 0, 1, 1))  # IoU 1/2
    scores = np.array([0.9, 0.8], np.float32)
    assert len(weighted_nms(points, scores, 0.5)) == 2
    assert len(weighted_nms(points, scores, 0.499)) == 1


def test_checklist_09_the_overlap_limit_is_an_option() -> None:
    """An overlap between the limits of the legacy graph (.3) and of Tasks (.5) merges in the first only."""
    people = np.array([_person(0.5, 0.5), _person(0.58, 0.5)])  # boxes of 0.2: IoU 0.12 / 0.28
    image = noise_image(0, 100, 100)
    for limit, count in ((0.3, 1), (0.5, 2)):
        model = FakeDetector(people, np.array([4.0, 3.0]))
        assert len(PoseDetector(model, max_overlap=limit).detect(image)) == count
    assert len(PoseDetector(FakeDetector(people, np.array([4.0, 3.0]))).detect(image)) == 1


@given(seeds(), st.integers(1, 30), st.sampled_from([0.1, 0.3, 0.5]))
@examples(60)
def test_merging_depends_on_scores_and_places_only(seed: int, count: int, limit: float) -> None:
    """Results come best first, within the hull of what was merged, and the order of the input does not matter."""
    rng = np.random.default_rng(seed)
    points = np.stack([_person(*rng.uniform(0.2, 0.8, 2)) for _ in range(count)]).astype(np.float32)
    points[:, 0], points[:, 1] = points[:, 0] - 0.1, points[:, 0] + 0.1
    scores = rng.permutation(np.linspace(0.5, 0.99, count)).astype(np.float32)
    merged = weighted_nms(locked(points), locked(scores), limit)
    found = [score for _, score in merged]
    assert found == sorted(found, reverse=True)
    assert found[0] == scores.max()
    for places, _ in merged:
        assert (places >= points.min(axis=0) - 1e-6).all() and (places <= points.max(axis=0) + 1e-6).all()
    order = rng.permutation(count)
    again = weighted_nms(points[order], scores[order], limit)
    assert [score for _, score in again] == found
    for (there, _), (here, _) in zip(merged, again, strict=True):
        assert here == pytest.approx(there, abs=1e-5)


def test_checklist_10_no_person_gives_an_empty_list() -> None:
    """Where no anchor reaches the threshold there is no detection at all."""
    model = FakeDetector(np.array([_person(0.5, 0.5)]), np.array([-0.1]))
    assert PoseDetector(model, min_score=0.5).detect(noise_image(0, 60, 80)) == []
    assert len(PoseDetector(model, min_score=0.4).detect(noise_image(0, 60, 80))) == 1


def test_people_come_best_first() -> None:
    """The first of several detections is the one with the highest score."""
    model = FakeDetector(np.array([_person(0.2, 0.5), _person(0.8, 0.5)]), np.array([1.0, 2.0]))
    first, second = PoseDetector(model).detect(noise_image(0, 100, 100))
    assert first.score > second.score
    assert first.keypoints[0, 0] == pytest.approx(80, abs=1e-3)


def test_a_detection_cannot_be_changed_and_has_its_shape() -> None:
    """Arrays of another shape are refused, and those kept are copies that cannot be written to."""
    box = np.zeros(4, np.float32)
    found = Detection(box, np.zeros((4, 2)), 0.5)
    box[0] = 7
    assert found.box[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        found.box[0] = 1
    with pytest.raises(ValueError, match=r"keypoints must have shape \(4, 2\)"):
        Detection(box, np.zeros((3, 2)), 0.5)
