"""Regression test of store, exports, report and replay: a small store of real workouts, and all files made from it.

`tests/data/session/` holds the store as the current program writes it, and the files made from it. A test makes the
files again from the stored store, and the store again from the stored recordings.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from fitness.pipeline.analyzer import recount
from fitness.pipeline.settings import Settings, classifier, counter
from fitness.report import Measured, measure
from fitness.session import LandmarkLog, Session, SessionRecorder, read_landmarks, summary_json, write_session
from fitness.session.exports import FORMATS
from fitness.session.store import LiveSession, SetEdit, Store
from fitness.types import Pose
from scripts.benchmarks.recordings import FOLDER as RECORDINGS

FOLDER: Final = Path(__file__).parents[2] / "tests" / "data" / "session"
STORE: Final = FOLDER / "sessions.sqlite3"
START: Final = datetime(2026, 3, 1, 18, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=5, minutes=30)))

_WORKOUT: Final = (
    ("squat_lowres_front_gif_m20", 0.0),
    ("pushup_lowres_side_gif_m20", 2.0),
    ("squat_trainer_twopeople_f8", 12.0),
    ("squat_goblet_screencap_m19", 35.0),
)
"""Recordings that are joined to one workout, and the rest before each, seconds."""


def workout_log() -> LandmarkLog:
    """Several recordings joined to one log: sets of two exercises, rests of different length, another person at the end."""
    frames: list[tuple[float, Pose | None]] = []
    others: list[tuple[int, Pose]] = []
    start = 0.0
    for number, (name, rest_s) in enumerate(_WORKOUT):
        log = read_landmarks(RECORDINGS / f"{name}.landmarks.npz")
        start += rest_s
        for t, people in log.people():
            moved = [replace(one, t=t + start, id=one.id + 10 * number) for one in people]
            others.extend((len(frames), one) for one in moved[1:])
            frames.append((t + start, moved[0] if moved else None))
        start = frames[-1][0] + 1 / log.source.fps
    source = replace(log.source, name='gym, "best" day.mp4', duration_s=start, frames=len(frames))
    return LandmarkLog.of(source, log.model, frames, others)


def logs() -> Iterator[tuple[str, LandmarkLog, Settings]]:
    """Name, landmarks and settings of each stored session."""
    yield "workout", workout_log(), Settings()
    lunges = read_landmarks(RECORDINGS / "lunge_school_side_portrait_f2.landmarks.npz")
    yield "lunges", lunges, Settings().with_exercise("lunge")
    yield "sit-ups", read_landmarks(RECORDINGS / "situp_lowres_gif_m4.landmarks.npz"), Settings()


def fill(path: Path) -> None:
    """A store with the sessions of `logs`: the first two written frame by frame, the last one at once."""
    with Store.open(path) as store:
        for number, (title, log, settings) in enumerate(logs()):
            noted = {"model": log.model, "exercise": settings.recogniser.exercise}
            start = START + timedelta(days=number)
            if title == "sit-ups":
                recorder = SessionRecorder()
                _count(log, settings, recorder)
                whole = recorder.session(log.source, model=log.model, settings=noted, warnings=["a warning"])
                store.add(whole, started_at=start, title=title)
                continue
            live = store.begin(log.source, noted, started_at=start, model=log.model, title=title)
            _count(log, settings, live)
            live.end(duration_s=log.source.duration_s)
        edit = SetEdit(reps=6, weight_kg=12.5, rpe=8, kind="warmup", note="-slow")
        store.edit(1, note='=HYPERLINK("x")\nsecond, "line"')
        store.edit_set(1, 1, edit)


def _count(log: LandmarkLog, settings: Settings, kept: SessionRecorder | LiveSession) -> None:
    steps = counter(settings, classifier(settings))
    for t, people in log.people():
        pose, classification, count = steps.step(people, t)
        kept.add_counted(t, pose, classification, count, [one for one in people if one is not pose])


def files(path: Path) -> dict[str, bytes]:
    """Every export, the session files, the report's data and the replayed summaries of a store, by name."""
    found: dict[str, bytes] = {}
    with Store.open(path, readonly=True) as store:
        workouts = [store.workout(row.id) for row in store.sessions()]
        sessions = [store.load(row.id) for row in store.sessions()]
    for name, form in FORMATS.items():
        if name == "parquet":
            assert form.whole is not None
            found["export.parquet.json"] = _parquet_rows(form.whole(workouts))
        elif form.whole is not None:
            found[f"export.{name}{form.ending}"] = form.whole(workouts)
        if form.beside is not None:
            found[f"export.{name}{form.beside[0]}"] = form.beside[1](workouts)
        if form.each is not None:
            found |= {f"export.{one.row.id}{form.ending}": form.each(one) for one in workouts}
    for workout, session in zip(workouts, sessions, strict=True):
        found |= {f"{workout.row.id}.{name}": data for name, data in _session_files(session)}
        shown = measure(session, title=workout.row.title, when=workout.row.started_at)
        found[f"{workout.row.id}.report.json"] = _json(_measured(shown))
        found[f"{workout.row.id}.replay.json"] = _replayed(session.landmarks, workout.row.settings)
    return found


def _session_files(session: Session) -> Iterator[tuple[str, bytes]]:
    with TemporaryDirectory() as folder:
        write_session(session, folder, "session")
        for path in sorted(Path(folder).iterdir()):
            if path.suffix != ".npz":
                yield path.name.removeprefix("session."), path.read_bytes()


def _replayed(log: LandmarkLog | None, noted: Mapping[str, Any]) -> bytes:
    assert log is not None
    settings = Settings().with_exercise(noted["exercise"])
    session = recount(log, counter(settings), noted)
    return summary_json(session).encode("utf-8")


def _measured(shown: Measured) -> dict[str, Any]:
    """The data of a report as JSON values: numbers to a hundredth, curves of every tenth frame."""
    document: dict[str, Any] = {one.name: getattr(shown, one.name) for one in fields(shown)}
    document["when"] = str(shown.when)
    document["sets"] = [str(one) for one in shown.sets]
    document["reps"] = [
        {name: getattr(one, name) for name in ("joint", "down_s", "up_s", "pause_s", "bottom_deg", "range_deg",
                                               "speed_deg_s", "loss", "balance")}
        | {"exercise": one.rep.exercise, "set": one.rep.set, "rep": one.rep.number}
        for one in shown.reps
    ]  # fmt: skip
    document["partials"] = [[one.exercise, one.set, one.t_peak] for one in shown.partials]
    document["joints"] = {name: {"left": one.left, "right": one.right} for name, one in shown.joints.items()}
    return {name: _plain(value) for name, value in document.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [None if np.isnan(one) else round(float(one), 2) for one in value[::10]]
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _parquet_rows(data: bytes) -> bytes:
    from pyarrow import parquet

    table = parquet.read_table(io.BytesIO(data))
    return _json([str(table.schema.remove_metadata()), table.to_pylist()])


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode("utf-8")


def make() -> None:
    """Write the store and its files again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    with TemporaryDirectory() as folder:
        path = Path(folder) / STORE.name
        fill(path)
        found = files(path)
        STORE.write_bytes(path.read_bytes())
    for name, data in found.items():
        (FOLDER / name).write_bytes(data)
