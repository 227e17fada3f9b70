"""One workout -> TCX (Garmin's Training Center Database, version 2): one lap per set or rest.

The format has no field for repetitions; each lap's notes give them, as `Squat (Bodyweight): 10 reps` or `Plank: 35 s`.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Final
from xml.etree import ElementTree

from fitness.plural import some
from fitness.recognition.exercises import is_held
from fitness.session.exports.names import Names, app_names
from fitness.session.exports.segments import Segment, segments
from fitness.session.store import Workout

NAMESPACE: Final = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"


def tcx_bytes(workout: Workout, names: Names | None = None) -> bytes:
    """The document, UTF-8; elements in the order of the schema.

    names: names of the exercises, from `read_names`; None for the table that ships. TCX uses the names of Hevy.
    """
    root = ElementTree.Element("TrainingCenterDatabase", xmlns=NAMESPACE)
    activity = ElementTree.SubElement(ElementTree.SubElement(root, "Activities"), "Activity", Sport="Other")
    _text(activity, "Id", _time(workout.row.started_at))
    for segment in segments(workout):
        _lap(activity, workout, segment, names)
    notes = "\n".join(text for text in (workout.row.name, workout.row.note) if text)
    _text(activity, "Notes", _allowed(notes))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _lap(activity: ElementTree.Element, workout: Workout, segment: Segment, names: Names | None) -> None:
    lap = ElementTree.SubElement(activity, "Lap", StartTime=_time(workout.row.at(segment.start_s)))
    _text(lap, "TotalTimeSeconds", f"{segment.end_s - segment.start_s:.3f}")
    _text(lap, "DistanceMeters", "0.0")
    _text(lap, "Calories", "0")
    _text(lap, "Intensity", "Active" if segment.set else "Resting")
    _text(lap, "TriggerMethod", "Manual")
    if (one := segment.set) is not None:
        name = app_names(one.exercise, names).name("hevy", one.weight_kg)
        amount = f"{one.reps} s" if is_held(one.exercise) else some(one.reps, "rep")
        weight = f" at {one.weight_kg:g} kg" if one.weight_kg else ""
        _text(lap, "Notes", _allowed(f"{name}: {amount}{weight}"))


def _text(parent: ElementTree.Element, name: str, value: str) -> None:
    ElementTree.SubElement(parent, name).text = value


def _time(moment: datetime) -> str:
    return (
        moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    )


def _allowed(text: str) -> str:
    """Without the control characters that XML 1.0 forbids."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
