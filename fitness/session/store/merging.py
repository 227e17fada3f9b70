"""Merges several sessions into one, on one timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fitness.errors import OptionError
from fitness.session.landmarks import COLUMNS, OTHER_ROW, LandmarkLog
from fitness.session.session import FrameTable, Session
from fitness.session.store.rows import BY_SET, SessionRow
from fitness.types import Rep


def joined(
    rows: Sequence[SessionRow], sessions: Sequence[Session], last_sets: Sequence[int] = ()
) -> tuple[Session, list[tuple[int, float]]]:
    """The merged session, and the amounts added to the set numbers and to the times (seconds) of each session.

    The sessions keep the wall-clock distance of their starts. A session that would overlap the previous one follows it
    after one usual frame interval. If one session has no poses, the merged session has none.

    Args:
        last_sets: number of each session's last set; needed if there are sets without reps.

    Raises:
        OptionError: frame sizes or models differ, so that the landmarks could not be counted together.
    """
    if len({(row.source.width, row.source.height, row.model) for row in rows}) > 1:
        raise OptionError(
            "sessions must be of one frame size and one model to be merged; export them together"
        )
    shifts, sets, counted = _offsets(rows, sessions, last_sets)
    logs = [session.landmarks for session in sessions if session.landmarks is not None]
    frames = _frames([session.frames for session in sessions], shifts, counted)
    last = float(frames.t[-1]) if len(frames) else 0.0
    source = replace(
        rows[0].source, frames=len(frames), duration_s=max(last, shifts[-1] + rows[-1].source.duration_s)
    )
    totals: Counter[str] = Counter()
    for session in sessions:
        totals.update(session.totals)
    whole = Session(
        source=source,
        frames=frames,
        reps=_shifted([session.reps for session in sessions], shifts, sets),
        totals=dict(totals),
        unmeasurable_s=sum(session.unmeasurable_s for session in sessions),
        landmarks=_log(logs, shifts) if len(logs) == len(sessions) else None,
        warnings=tuple(dict.fromkeys(text for session in sessions for text in session.warnings)),
        settings=_settings([session.settings for session in sessions]),
        partials=_shifted([session.partials for session in sessions], shifts, sets),
    )
    return whole, list(zip(sets, shifts, strict=True))


def _settings(every: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The settings of the last session; if the sessions were counted as different exercises, each set as its own."""
    mixed = len({one.get("exercise") for one in every}) > 1 or any(one.get(BY_SET) for one in every)
    return {**every[-1], **({BY_SET: True} if mixed else {})}


def _shifted(
    groups: Sequence[Sequence[Rep]], shifts: Sequence[float], sets: Sequence[int]
) -> tuple[Rep, ...]:
    """The reps of all sessions, with their times and set numbers in the merged session."""
    return tuple(
        replace(
            rep,
            set=rep.set + number,
            t_start=rep.t_start + shift,
            t_peak=rep.t_peak + shift,
            t_end=rep.t_end + shift,
        )
        for reps, shift, number in zip(groups, shifts, sets, strict=True)
        for rep in reps
    )


def _offsets(
    rows: Sequence[SessionRow], sessions: Sequence[Session], last_sets: Sequence[int]
) -> tuple[list[float], list[int], list[int]]:
    """For each session, the amounts to add to times (seconds), set numbers and rep numbers."""
    shifts, sets, counted = [0.0], [0], [0]
    for i in range(1, len(rows)):
        before, times = sessions[i - 1], sessions[i].frames.t
        distance = (rows[i].started_at - rows[0].started_at).total_seconds()
        if len(before.frames) and len(times):
            steps = np.diff(before.frames.t)
            step = float(np.median(steps)) if len(steps) else 1.0
            distance = max(distance, shifts[-1] + float(before.frames.t[-1]) + step - float(times[0]))
        shifts.append(distance)
        numbers = [*last_sets[i - 1 : i], *(rep.set for rep in (*before.reps, *before.partials))]
        sets.append(sets[-1] + max([0, *numbers]))
        counted.append(counted[-1] + sum(before.totals.values()))
    return shifts, sets, counted


def _frames(tables: Sequence[FrameTable], shifts: Sequence[float], counted: Sequence[int]) -> FrameTable:
    classes = tuple(dict.fromkeys(name for table in tables for name in table.classes))
    scores = [np.full((len(table), len(classes)), np.nan) for table in tables]
    for table, block in zip(tables, scores, strict=True):
        for column, name in enumerate(table.classes):
            block[:, classes.index(name)] = table.scores[:, column]
    return FrameTable(
        t=np.concatenate([table.t + shift for table, shift in zip(tables, shifts, strict=True)]),
        found=np.concatenate([table.found for table in tables]),
        exercise=tuple(name for table in tables for name in table.exercise),
        phase=np.concatenate([table.phase for table in tables]),
        count=np.concatenate([table.count + number for table, number in zip(tables, counted, strict=True)]),
        message=tuple(text for table in tables for text in table.message),
        classes=classes,
        scores=np.concatenate(scores),
    )


def _log(logs: Sequence[LandmarkLog], shifts: Sequence[float]) -> LandmarkLog:
    every = [log.arrays() for log in logs]
    arrays = {name: np.concatenate([one[name] for one in every]) for name in COLUMNS}
    arrays["t"] = np.concatenate([log.t + shift for log, shift in zip(logs, shifts, strict=True)])
    starts = np.cumsum([0, *(len(log) for log in logs[:-1])])
    arrays[OTHER_ROW] += np.repeat(starts, [len(log.others["row"]) for log in logs])
    return LandmarkLog.of_arrays(logs[0].source, logs[0].model, arrays)
