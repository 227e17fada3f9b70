"""The report on a taught exercise, as one self-contained HTML page.

It embeds small copies of the pictures that taught the exercise, so it is as private as they are, and has a note about it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from fitness.drawing.skeleton import draw_skeleton
from fitness.errors import FitnessError
from fitness.media.source import load_image
from fitness.recognition.exercises.names import pretty_name
from fitness.report.page import environment, page_style
from fitness.types import JsonDict, Pose

_WIDTH: Final = 220
_POSITIONS: Final = {"up": "start position", "down": "end position", "other": "something else"}


def taught_page(
    report: Mapping[str, Any], pictures: Mapping[str, Path], poses: Mapping[str, Pose] | None = None
) -> str:
    """The HTML of the page.

    Args:
        report: as `teach --json` prints it.   pictures: source -> its picture; none for clips.
        poses: source -> the pose found in its picture; the skeleton is drawn into the copy.
    """
    small = {source: _small(path, (poses or {}).get(source)) for source, path in pictures.items()}
    wrong = [
        (one["source"], f"{position(one['class']).capitalize()}, but looks like: {position(one['answer'])}")
        for one in report["wrong"]
        if one["answer"]
    ]
    low, high = report["interval_95"]
    return (
        environment()
        .get_template("taught.html")
        .render(
            title=f"{pretty_name(report['exercise'], plural=False)}: what was taught",
            style=page_style(),
            private=bool(pictures),
            right=report["right"],
            checked=report["checked"],
            low=f"{low:.0%}",
            high=f"{high:.0%}",
            classes=list(_classes(report)),
            missing=report["missing_views"],
            confused=[(position(one["class"]), position(one["taken_for"]), one["samples"]) for one in report["confused"]],
            wrong=[(source, text, small.get(source)) for source, text in wrong],
            empty=report.get("without_person", ()),
            clips=report.get("clips", []),
            expected=report.get("expected", {}).get("message", ""),
            pictures=[(source, small[source]) for source in pictures],
        )
    )  # fmt: skip


def position(label: str) -> str:
    """The name of a class for users: "lunge_up" -> "start position"."""
    side = next((one for one in _POSITIONS if label == one or label.endswith("_" + one)), None)
    return label if side is None else _POSITIONS[side]


def _classes(report: Mapping[str, Any]) -> Iterable[JsonDict]:
    for label, count in report["classes"].items():
        views = ", ".join(f"{view} {n}" for view, n in report["views"][label].items())
        yield {"name": position(label).capitalize(), "count": count, "views": views}


def _small(path: Path, pose: Pose | None) -> str | None:
    """A small copy of a picture with its skeleton, JPEG as base64; None if the picture can no longer be read."""
    import cv2

    try:
        picture = load_image(path).copy()
    except FitnessError:
        return None
    if pose is not None:
        draw_skeleton(picture, pose)
    height = max(1, round(picture.shape[0] * _WIDTH / picture.shape[1]))
    small = cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA)
    return b64encode(cv2.imencode(".jpg", small[:, :, ::-1])[1].tobytes()).decode("ascii")
