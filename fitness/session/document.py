"""Session -> JSON summary for other programs, and the summary read back."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from fitness.errors import SourceError
from fitness.recognition.exercises import is_held
from fitness.session.amounts import counted_rows
from fitness.session.output import whole_file
from fitness.session.session import Session
from fitness.session.tables import DECIMALS, rep_values, rounded
from fitness.types import JsonDict

SUMMARY_VERSION: Final = 1

MAX_BYTES: Final = 50_000_000
"""Size limit of a summary to read, bytes; a rep takes about 1 KB."""

_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "version": int,
    "source": dict,
    "totals": dict,
    "sets": list,
    "reps": list,
    "unmeasurable_s": (int, float),
    "warnings": list,
    "settings": dict,
}
_SOURCE_KEYS: Final = ("name", "duration_s", "fps", "width", "height", "frames")
_SET_KEYS: Final = ("exercise", "set", "reps", "start_s", "end_s")
_REP_KEYS: Final = ("exercise", "set", "rep", "start_s", "peak_s", "end_s", "duration_s", "confidence")


def summary(session: Session) -> JsonDict:
    """The session as a JSON document, version 1: plain values only, seconds rounded to a thousandth."""
    source = session.source
    return {
        "version": SUMMARY_VERSION,
        "source": {
            "name": source.name,
            "duration_s": round(source.duration_s, DECIMALS),
            "fps": round(source.fps, DECIMALS),
            "width": source.width,
            "height": source.height,
            "frames": source.frames,
        },
        "length_s": round(session.length_s, DECIMALS),
        "totals": dict(session.totals),
        "sets": [
            {
                "exercise": one.exercise,
                "set": one.set,
                "reps": one.reps,
                "start_s": round(one.start_s, DECIMALS),
                "end_s": round(one.end_s, DECIMALS),
                "unit": "s" if is_held(one.exercise) else "reps",
                "speed_loss": None if one.speed_loss is None else round(one.speed_loss, DECIMALS),
            }
            for one in session.sets
        ],
        "reps": [
            {**rep_values(rounded(one.rep)), "held_s": one.held_s} for one in counted_rows(session.reps)
        ],
        "others": [{"person": rep.person, **rep_values(rounded(rep))} for rep in session.others],
        "partials": [rep_values(rounded(rep)) for rep in session.partials],
        "sides": session.sides,
        "unmeasurable_s": round(session.unmeasurable_s, DECIMALS),
        "warnings": list(session.warnings),
        "settings": dict(session.settings),
    }


def summary_json(session: Session) -> str:
    """The summary as JSON text: not ASCII-escaped, indented by two spaces, with a final line break."""
    return json.dumps(summary(session), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_summary(path: str | os.PathLike[str], session: Session) -> None:
    """Write the summary.

    Raises:
        OutputError: the file cannot be written.
    """
    text = summary_json(session)
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))


def read_summary(path: str | os.PathLike[str]) -> JsonDict:
    """Read the document that `write_summary` wrote; it equals what `summary` returned.

    Raises:
        SourceError: the file is missing, not a summary, or of another version.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"{path}: too large for a summary; the limit is {MAX_BYTES // 1_000_000} MB")
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file; check the path") from error
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise SourceError(f"{path}: cannot be read as a summary ({reason})") from error
    if not isinstance(document, dict) or not isinstance(document.get("version"), int):
        raise SourceError(f"{path}: not a summary of this program; name a .summary.json file")
    if document["version"] != SUMMARY_VERSION:
        raise SourceError(
            f"{path}: summary of version {document['version']}, this program reads {SUMMARY_VERSION}"
        )
    for key, kind in _KINDS.items():
        if not isinstance(document.get(key), kind):
            raise SourceError(f"{path}: damaged summary: {key} is missing or of the wrong kind")
    _check_keys(path, "source", [document["source"]], _SOURCE_KEYS)
    _check_keys(path, "sets", document["sets"], _SET_KEYS)
    _check_keys(path, "reps", document["reps"], _REP_KEYS)
    others = document.setdefault("others", [])  # old summaries have no bystanders
    if not isinstance(others, list):
        raise SourceError(f"{path}: damaged summary: others is of the wrong kind")
    _check_keys(path, "others", others, ("person", *_REP_KEYS))
    return document


def _check_keys(path: Path, name: str, rows: list[Any], keys: tuple[str, ...]) -> None:
    for row in rows:
        missing = [key for key in keys if not isinstance(row, dict) or key not in row]
        if missing:
            raise SourceError(f"{path}: damaged summary: {name} lacks {missing[0]}")
