"""Sessions: collects FrameResults and keeps reps, sets, a summary, tables and a replayable landmark log."""

from fitness.session.document import read_summary, summary, summary_json, write_summary
from fitness.session.files import SessionPaths, write_session
from fitness.session.landmark_file import read_landmarks, write_landmarks
from fitness.session.landmarks import LandmarkColumns, LandmarkLog
from fitness.session.output import prepare_out_dir, whole_file
from fitness.session.recorder import SessionRecorder
from fitness.session.session import FrameTable, Session, SetRecord, WorkoutSet
from fitness.session.tables import (
    REP_COLUMNS,
    read_reps_csv,
    rep_of,
    rep_values,
    reps_of,
    write_frames_csv,
    write_reps_csv,
)

__all__ = [
    "REP_COLUMNS",
    "FrameTable",
    "LandmarkColumns",
    "LandmarkLog",
    "Session",
    "SessionPaths",
    "SessionRecorder",
    "SetRecord",
    "WorkoutSet",
    "prepare_out_dir",
    "read_landmarks",
    "read_reps_csv",
    "read_summary",
    "rep_of",
    "rep_values",
    "reps_of",
    "summary",
    "summary_json",
    "whole_file",
    "write_frames_csv",
    "write_landmarks",
    "write_reps_csv",
    "write_session",
    "write_summary",
]
