"""The store: keeps sessions in one SQLite file, which survives a crash, and reads them back."""

from fitness.session.store.live import COMMIT_S, LiveSession
from fitness.session.store.place import STORE_VARIABLE, default_store_path
from fitness.session.store.rows import SET_KINDS, SessionRow, SetEdit, SetRow, Workout
from fitness.session.store.schema import SCHEMA_VERSION
from fitness.session.store.store import Store

__all__ = [
    "COMMIT_S",
    "SCHEMA_VERSION",
    "SET_KINDS",
    "STORE_VARIABLE",
    "LiveSession",
    "SessionRow",
    "SetEdit",
    "SetRow",
    "Store",
    "Workout",
    "default_store_path",
]
