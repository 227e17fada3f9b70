"""Analyses many recordings on a `concurrent.futures.Executor`, resumes runs and combines results."""

from fitness.pipeline.batch.combining import RECORDING_COLUMNS, REP_COLUMNS, Combined, combine
from fitness.pipeline.batch.markers import content_sha256, is_done, mark_done, marker_path, result_key
from fitness.pipeline.batch.running import Outcome, Task, Work, run

__all__ = [
    "RECORDING_COLUMNS",
    "REP_COLUMNS",
    "Combined",
    "Outcome",
    "Task",
    "Work",
    "combine",
    "content_sha256",
    "is_done",
    "mark_done",
    "marker_path",
    "result_key",
    "run",
]
