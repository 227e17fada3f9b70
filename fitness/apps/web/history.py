"""The stored sessions for the History tab: list, progress, export."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fitness.errors import OptionError, SourceError
from fitness.pipeline.history import last_plan
from fitness.session.progress import Record, records, streak, trend, week_of
from fitness.session.store import WEEKLY_GOAL, SetEdit, SetRow, Store, Workout
from fitness.types import JsonDict

if TYPE_CHECKING:
    from fitness.report import Measured


VIDEO_TYPES: Final = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/mp4", ".webm": "video/webm"}
"""File endings of videos that browsers can play -> media type."""


class History:
    """Reads the store at `path`; None or a missing file is an empty history. The store is opened again for every
    call.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def sessions(self) -> list[JsonDict]:
        """Every session, newest first, with its sets."""
        return [_session_json(one) for one in reversed(self._workouts(None))]

    def session(self, session_id: int) -> JsonDict:
        """One session with its sets. OptionError or SourceError if there is none with that number."""
        with self._opened(readonly=True) as store:
            return _session_json(store.workout(session_id))

    def edit(self, session_id: int, title: str | None, note: str | None) -> JsonDict:
        """Change the given values, and return the changed session. Errors as `session`."""
        with self._opened() as store:
            store.edit(session_id, title=title, note=note)
            return _session_json(store.workout(session_id))

    def edit_set(self, session_id: int, number: int, exercise: str | None, **changes: Any) -> JsonDict:
        """Store the user's notes about a set, and return the changed set.

        Args:
            exercise: needed only if two exercises have the same set number.   changes: fields of `SetEdit`.

        Raises:
            OptionError: a value is not allowed, or there is no such set.
        """
        with self._opened() as store:
            return _set_json(store.edit_set(session_id, number, SetEdit(**changes), exercise))

    def report_body(self, session_ids: Sequence[int]) -> str:
        """The body of the report of these sessions, for a page that already has the styles and scripts."""
        from fitness.report import body

        return body(self._measured(session_ids))

    def report_page(self, session_id: int) -> tuple[str, str]:
        """The report of a session as a whole page, and the Content-Security-Policy that it needs."""
        from fitness.report import page, page_policy

        return page(self._measured([session_id])), page_policy()

    def _measured(self, session_ids: Sequence[int]) -> list[Measured]:
        from fitness.report import measure_stored

        with self._opened(readonly=True) as store:
            return [measure_stored(store.workout(one), store.load(one)) for one in session_ids]

    def progress(self) -> JsonDict:
        """exercise -> one point per day: reps, sets and the best set."""
        days: dict[str, dict[str, JsonDict]] = {}
        for workout in self._workouts(None):
            for one in workout.sets:
                day = workout.row.at(one.start_s).date().isoformat()
                point = days.setdefault(one.exercise, {}).setdefault(
                    day, {"day": day, "reps": 0, "sets": 0, "best": 0}
                )
                point["reps"] += one.reps
                point["sets"] += 1
                point["best"] = max(point["best"], one.reps)
        return {name: [points[day] for day in sorted(points)] for name, points in sorted(days.items())}

    def overview(self, today: date) -> JsonDict:
        """Streak, week with the goal, and personal records.   today: the user's date."""
        workouts, goal = self._workouts(None), self._weekly_goal()
        rows = [one.row for one in workouts]
        week, run = week_of(rows, today, goal), streak(rows, today)
        found = records(workouts)
        return {
            "streak": {"weeks": run.weeks, "best": run.best},
            "week": {
                "monday": week.monday.isoformat(),
                "days": [day.isoformat() for day in week.days],
                "goal": week.goal,
                "reached": week.reached,
            },
            "records": {name: [_record_json(one) for one in best] for name, best in found.items()},
        }

    def _weekly_goal(self) -> int:
        if self._path is None or not self._path.is_file():
            return WEEKLY_GOAL
        with Store.open(self._path, readonly=True) as store:
            return store.weekly_goal

    def set_weekly_goal(self, days: int) -> None:
        """Store the weekly goal, days of training. OptionError if it is not allowed, or sessions are not stored."""
        with self._opened() as store:
            store.set_weekly_goal(days)

    def video(self, session_id: int) -> Path:
        """The annotated video of a session. SourceError if none was written, or if it is gone."""
        with self._opened(readonly=True) as store:
            path = store.row(session_id).video
        if path is None or path.suffix.lower() not in VIDEO_TYPES or not path.is_file():
            raise SourceError(f"session {session_id} has no video; none was written, or it was moved")
        return path

    def trend(self, exercise: str) -> list[JsonDict]:
        """One point for each day on which the exercise was done."""
        points = trend(self._workouts(None), exercise)
        return [{**asdict(point), "day": point.day.isoformat()} for point in points]

    def last_plan(self) -> str | None:
        """The plan of the last workout with a camera, to repeat it; None if there was none."""
        if self._path is None or not self._path.is_file():
            return None
        with Store.open(self._path, readonly=True) as store:
            plan = last_plan(store)
        return None if plan is None else str(plan)

    def delete(self, session_id: int) -> None:
        """Delete a session. SourceError if there is none with that number."""
        with self._opened() as store:
            store.delete(session_id)

    def _opened(self, *, readonly: bool = False) -> Store:
        if self._path is None or not self._path.is_file():
            raise OptionError("there is no history")
        return Store.open(self._path, readonly=readonly)

    def export(self, name: str, session_id: int | None) -> tuple[bytes, str]:
        """(bytes, file name) of one session or of all; several files come as a ZIP archive.

        Raises:
            OptionError: there is no such format, or nothing to export.
        """
        from fitness.session.exports import export_files, format_named, user_names

        chosen = format_named(name)
        workouts = self._workouts(session_id)
        if not workouts:
            raise OptionError("there are no sessions to export")
        with tempfile.TemporaryDirectory(prefix="fitness-export-") as folder:
            several = chosen.each is not None and len(workouts) > 1
            out = Path(folder) if several else Path(folder) / f"fitness{chosen.ending}"
            export_files(workouts, chosen, out, user_names())
            files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
            if len(files) == 1:
                return files[0].read_bytes(), files[0].name
            bundle = Path(folder) / "bundle.zip"
            with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in files:
                    archive.write(path, path.name)
            return bundle.read_bytes(), f"fitness-{name}.zip"

    def _workouts(self, session_id: int | None) -> Sequence[Workout]:
        if self._path is None or not self._path.is_file():
            return ()
        with Store.open(self._path, readonly=True) as store:
            if session_id is not None:
                return (store.workout(session_id),)
            return tuple(store.workout(row.id) for row in store.sessions())


def _record_json(one: Record) -> JsonDict:
    return {**asdict(one), "day": one.day.isoformat(), "text": one.text}


def _session_json(workout: Workout) -> JsonDict:
    row = workout.row
    return {
        "id": row.id,
        "name": row.name,
        "title": row.title,
        "heading": row.heading,
        "source": row.source.name,
        "exercises": row.exercises,
        "kind": row.kind,
        "started_at": row.started_at.isoformat(timespec="seconds"),
        "length_s": round(row.length_s, 1),
        "video": row.video is not None and row.video.suffix.lower() in VIDEO_TYPES and row.video.is_file(),
        "finished": row.finished,
        "model": row.model,
        "totals": dict(row.totals),
        "note": row.note,
        "sets": [_set_json(one) for one in workout.sets],
    }


def _set_json(one: SetRow) -> JsonDict:
    return {
        "exercise": one.exercise,
        "set": one.set,
        "reps": one.reps,
        "counted": one.counted,
        "target": one.target,
        "weight_kg": one.weight_kg,
        "rpe": one.rpe,
        "kind": one.kind,
        "note": one.note,
        "length_s": round(one.end_s - one.start_s, 1),
    }
