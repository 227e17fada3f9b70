"""Benchmark of landmarks on images with key points set by people: share of landmarks near them (PCK).

The table is JSON: {"images": [{"image": path below the folder, "dominant": bool, "people": [{"bbox": [x, y, w, h],
"keypoints": {"left_knee": [x, y, v], ...}}]}]}, pixels; v is 2 where the joint is visible, 1 where it is hidden.
Only images with one dominant person are used, so no matching of people is needed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.errors import SourceError
from fitness.media.images import load_image
from fitness.skeleton import Landmark
from fitness.types import ImageArray, Pose

SHARE: Final = 0.2
"""Largest error of a correct landmark, as a share of the trunk from the left shoulder to the right hip (PCK@0.2)."""

JOINTS: Final = tuple(
    f"{side}_{joint}"
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    for side in ("left", "right")
)


@dataclass(frozen=True, slots=True, eq=False)
class KeypointPicture:
    """One image.   joints: name -> (x, y, v) in pixels of the dominant person."""

    path: Path
    joints: dict[str, tuple[float, float, int]]

    @property
    def trunk_px(self) -> float:
        """Left shoulder to right hip, or the other way across; nan where neither is labelled."""
        for shoulder, hip in (("left_shoulder", "right_hip"), ("right_shoulder", "left_hip")):
            if shoulder in self.joints and hip in self.joints:
                return math.dist(self.joints[shoulder][:2], self.joints[hip][:2])
        return math.nan


@dataclass(frozen=True, slots=True)
class KeypointScore:
    """n: number of images.   found: share of images in which a person was found.
    pck: share of the visible joints within 0.2 trunks; joints in images without a pose count as wrong.
    pck_hidden: the same with hidden joints.
    """

    n: int
    found: float
    pck: float
    pck_hidden: float


def keypoint_pictures(folder: Path) -> list[KeypointPicture]:
    """The images with a dominant person whose trunk is labelled, from `keypoints_gt.json` in `folder`.

    Raises:
        SourceError: the table is missing or malformed.
    """
    table = folder / "keypoints_gt.json"
    try:
        entries = json.loads(table.read_text("utf-8"))["images"]
        pictures = [KeypointPicture(_place(folder, e["image"]), _joints(e)) for e in entries if e["dominant"]]
    except OSError as error:
        raise SourceError(f"{table}: {error.strerror or error}") from None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise SourceError(f"{table}: not a table of key points ({error!r})") from None
    return [picture for picture in pictures if picture.trunk_px > 0]


def _place(folder: Path, name: str) -> Path:
    """Path of the image, which the table gives relative to the folder or its parent."""
    near = folder / name
    return near if near.exists() else folder.parent / name


def _joints(entry: dict[str, Any]) -> dict[str, tuple[float, float, int]]:
    person = max(entry["people"], key=lambda one: float(one["bbox"][2]) * float(one["bbox"][3]))
    return {name: (float(x), float(y), int(v)) for name, (x, y, v) in person["keypoints"].items() if v > 0}


def score_keypoints(
    pictures: Iterable[KeypointPicture], estimate: Callable[[ImageArray], Pose | None]
) -> KeypointScore:
    """Score an estimator. `estimate` maps an (H, W, 3) uint8 RGB image to the pose of the largest person."""
    found, right, hits = [], [], []
    for picture in pictures:
        pose = estimate(load_image(picture.path))
        found.append(pose is not None)
        for near, visible in _near(picture, pose):
            hits.append(near)
            if visible:
                right.append(near)
    return KeypointScore(len(found), _share(found), _share(right), _share(hits))


def _near(picture: KeypointPicture, pose: Pose | None) -> Iterator[tuple[bool, bool]]:
    """For each labelled joint: whether the landmark is near, and whether the joint is visible."""
    for name in JOINTS:
        if name not in picture.joints:
            continue
        x, y, v = picture.joints[name]
        if pose is None:
            yield False, v == 2
        else:
            distance = math.dist(pose.image[Landmark[name.upper()], :2], (x, y))
            yield distance <= SHARE * picture.trunk_px, v == 2


def _share(values: list[bool]) -> float:
    return float(np.mean(values)) if values else math.nan
