"""The store: keeps sessions in one SQLite file, which survives a crash, and reads them back."""

from fitness.session.store.arranging import Arranged
from fitness.session.store.live import COMMIT_S, LiveSession
from fitness.session.store.reading import WEEKLY_GOAL
from fitness.session.store.rows import (
    BY_SET,
    PLAN,
    REST_S,
    SET_KINDS,
    SessionRow,
    SetEdit,
    SetRow,
    Workout,
    date_text,
    exercises_text,
)
from fitness.session.store.schema import SCHEMA_VERSION
from fitness.session.store.store import Store
from fitness.session.store_place import STORE_VARIABLE, default_store_path

__all__ = [
    "BY_SET",
    "COMMIT_S",
    "PLAN",
    "REST_S",
    "SCHEMA_VERSION",
    "SET_KINDS",
    "STORE_VARIABLE",
    "WEEKLY_GOAL",
    "Arranged",
    "LiveSession",
    "SessionRow",
    "SetEdit",
    "SetRow",
    "Store",
    "Workout",
    "date_text",
    "default_store_path",
    "exercises_text",
]
