"""Stored workouts -> files of other programs: tables, workout-log apps, device formats."""

from fitness.session.exports.formats import FORMATS, Exported, Format, export_files, format_named
from fitness.session.exports.names import shipped_text, user_names, user_names_path
from fitness.session.exports.tables import REP_FIELDS, SET_FIELDS, rep_records, set_records

__all__ = [
    "FORMATS",
    "REP_FIELDS",
    "SET_FIELDS",
    "Exported",
    "Format",
    "export_files",
    "format_named",
    "rep_records",
    "set_records",
    "shipped_text",
    "user_names",
    "user_names_path",
]
