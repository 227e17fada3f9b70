"""The options of detection and tracking, and named sets of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from fitness.engine.blazepose.smoothing import OneEuroOptions
from fitness.errors import OptionError
from fitness.options import bounded, check_options, choice, matching, of_type

Association = Literal["ids", "overlap", "single"]
Subject = Literal["largest", "central"]

LEGACY_PERIOD_S: Final = 0.033333
"""Time that MediaPipe's legacy Python package adds to its clock at each call, whatever the real frame time."""

_SHARES: Final = (
    "min_detection_score", "min_pose_score", "max_overlap", "min_roi_overlap", "mask_smoothing",
)  # fmt: skip


def _is_window(value: Any) -> bool:
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and (value == 0 or (value > 0 and value % 2 == 1))
    )


@dataclass(frozen=True, slots=True)
class TrackerOptions:
    """How the engine detects and tracks people. The defaults were chosen by measurement (docs/explanation/engine.md).

    static: treat each frame as a single image: run the detector every time, without tracking or smoothing.
    num_poses: maximum number of tracked people, 1 or more.
    subject: how the subject is chosen among several people: the "largest" or the most "central" one. `step` returns
        the subject. A chosen person stays the subject even if others come later.
    upper_body: 25 landmarks, with the ROI around the shoulders, for people at a desk or framed from the waist up.
    segmentation: compute a mask for each person.
    mask_smoothing: weight of the last mask where the new one is uncertain, 0..1 (0.7 in MediaPipe's graph).
    smooth: filter landmarks, world landmarks and visibility over time (never if static).
    min_detection_score: minimum score of a detection, 0..1.
    min_pose_score: the landmark model's pose flag must exceed this, 0..1; otherwise the person counts as lost.
    max_overlap: IoU above which two detections are merged.
    refine_window: side of the heatmap window in cells, odd, or 0 for no refinement.
    refine_soft: use the refinement without jumps (`blazepose.soft_refinement`) and ignore `refine_window`.
    still_passes: number of landmark passes on a single image. Each pass uses the ROI from the previous landmarks; the
        pass with the clearest heatmaps is kept.
    still_search_score: minimum detection score, 0..1, of a second search in a single image in which nobody was found. A
        person found there needs a very high pose flag. None for no second search.
    image_filter, world_filter: One-Euro settings (image: pixels divided by the body size; world: metres).
    roi_filter: the same for the points that define the next ROI; None leaves them unfiltered.
    scale_expansion: the body size used by the filters is that of the ROI before expansion, times this.
    association: how people are matched between frames. "ids": each keeps an id. "overlap": by the overlap of ROIs,
        without ids, as in MediaPipe's Tasks. "single": one person, as in MediaPipe's legacy graph.
    min_roi_overlap: for "overlap": IoU above which two ROIs are one person.
    detect_every_s: with "ids", seconds between searches for further people while fewer than `num_poses` are tracked.
    hold_s: with "ids", seconds for which nobody else becomes the subject after the subject is lost.
    remember_s: with "ids", seconds after which a lost person is forgotten. A person who comes back sooner, near the same
        place or in the same colours, keeps the id.
    detect_again: when the last person is lost, run the detector on the same frame rather than on the next one.
    search_tiles: with "ids", while nobody is found, also run the detector on one tile of each frame, and on all tiles of a
        single image. This finds people below about 30 % of a 16:9 frame's height, down to 10 % and 90 pixels.
        While only small people are tracked, a tile is searched every 0.2 s for one more of them.
    low_light: brighten dark images for the networks, and remove their noise.
    restart_filters: reset all filters after the person was lost (MediaPipe keeps those of world landmarks and
        visibility).
    fixed_period_s: frame interval assumed by the filters, seconds, whatever the real times; None uses real times.
    visibility_per_frame: filter visibility by the same factor at each frame, whatever the time between frames.
    zero_is_unset: a first frame at 0 s leaves the filters without a time, as in MediaPipe.
    pad_roi: crop a ROI that is exactly square in pixels. MediaPipe's Tasks keep the rounding error of float32.
    model: name of the landmark model, which the poses keep; "" if unknown.
    """

    static: bool = False
    num_poses: int = bounded(1, low=1, whole=True)
    subject: Subject = choice("largest", get_args(Subject))
    upper_body: bool = False
    segmentation: bool = False
    mask_smoothing: float = bounded(0.7, low=0, high=1)
    smooth: bool = True
    min_detection_score: float = bounded(0.5, low=0, high=1)
    min_pose_score: float = bounded(0.5, low=0, high=1)
    max_overlap: float = bounded(0.3, low=0, high=1)
    refine_window: int = matching(7, "0 or an odd number", _is_window)
    refine_soft: bool = True
    still_passes: int = bounded(3, low=1, whole=True)
    still_search_score: float | None = bounded(0.2, low=0, high=1, optional=True)
    image_filter: OneEuroOptions = of_type(
        OneEuroOptions(0.05, 40.0, 2.0, joint=True, lead=0.4), OneEuroOptions
    )
    roi_filter: OneEuroOptions | None = of_type(
        OneEuroOptions(0.02, 10.0, 2.0, joint=True), OneEuroOptions, optional=True
    )
    world_filter: OneEuroOptions = of_type(
        OneEuroOptions(0.1, 18.0, 2.0, joint=True, lead=0.4), OneEuroOptions
    )
    scale_expansion: float = bounded(1.0, above=0)
    association: Association = choice("ids", get_args(Association))
    min_roi_overlap: float = bounded(0.5, low=0, high=1)
    detect_every_s: float = bounded(0.5, low=0)
    hold_s: float = bounded(2.0, low=0)
    remember_s: float = bounded(30.0, low=0)
    detect_again: bool = True
    search_tiles: bool = True
    low_light: bool = True
    restart_filters: bool = True
    fixed_period_s: float | None = bounded(None, above=0, optional=True)
    visibility_per_frame: bool = False
    zero_is_unset: bool = False
    pad_roi: bool = True
    model: str = of_type("", str)

    def __post_init__(self) -> None:
        check_options(self)
        if self.association == "single" and self.num_poses != 1:
            raise OptionError(f"num_poses must be 1 where association is 'single', got {self.num_poses}")


DEFAULT: Final = TrackerOptions()
"""The options with the best measured accuracy."""

COUNTING: Final = TrackerOptions(
    num_poses=2, detect_every_s=1.0, refine_soft=False, still_passes=1, still_search_score=None,
    image_filter=OneEuroOptions(0.05, 80.0), roi_filter=OneEuroOptions(0.01, 10.0),
    world_filter=OneEuroOptions(0.1, 40.0),
)  # fmt: skip
"""The options for counting reps: the pose samples were made and the counter was measured with them.

Two people are tracked, so that the one who exercises can be counted even if another is nearer to the camera.

A change here needs new samples and a new run of `scripts/bench counting`.
"""

_MEDIAPIPE: Final = TrackerOptions(
    refine_soft=False, still_passes=1, still_search_score=None, mask_smoothing=0.0, low_light=False,
    image_filter=OneEuroOptions(0.05, 80.0), world_filter=OneEuroOptions(0.1, 40.0),
    roi_filter=OneEuroOptions(0.01, 10.0), visibility_per_frame=True, detect_again=False, restart_filters=False,
)  # fmt: skip

MEDIAPIPE_LEGACY: Final = replace(
    _MEDIAPIPE, association="single", refine_window=9, fixed_period_s=LEGACY_PERIOD_S
)
"""MediaPipe's legacy Python `solutions.pose.Pose` as it behaves, including options that its wrapper fails to pass on."""

MEDIAPIPE_LEGACY_CPP: Final = replace(
    _MEDIAPIPE, association="single", refine_window=7, zero_is_unset=True, mask_smoothing=0.7
)
"""MediaPipe's legacy graph as specified (C++, Android, JavaScript)."""

MEDIAPIPE_TASKS: Final = replace(
    _MEDIAPIPE, association="overlap", max_overlap=0.5, refine_window=7, roi_filter=None, scale_expansion=1.25,
    zero_is_unset=True, pad_roi=False,
)  # fmt: skip
"""MediaPipe's Tasks `PoseLandmarker`."""

PROFILES: Final = MappingProxyType(
    {
        "default": DEFAULT,
        "mediapipe-legacy": MEDIAPIPE_LEGACY,
        "mediapipe-legacy-cpp": MEDIAPIPE_LEGACY_CPP,
        "mediapipe-tasks": MEDIAPIPE_TASKS,
    }
)


def profile(name: str) -> TrackerOptions:
    """A named set of options; change single options with `dataclasses.replace`. OptionError for an unknown name."""
    if name not in PROFILES:
        raise OptionError(f"profile must be one of {', '.join(PROFILES)}, got {name!r}")
    return PROFILES[name]
