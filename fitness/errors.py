"""The error tree: every failure a user can act on is a `FitnessError` with one plain sentence.

FitnessError
  ModelError      a weight file is missing, damaged or of the wrong kind
  SourceError     a video, image or camera cannot be read
  SamplesError    a pose-sample file is broken (file, line, column)
  OptionError     an option has a value that is not allowed
  OutputError     a result cannot be written
  StateError      an object was used in a wrong state (closed, or time going back)
"""

from __future__ import annotations

from functools import partial
from typing import Any


def printable(text: str) -> str:
    """Make text safe to print on a terminal and to write into any file.

    File names are arbitrary bytes. Bytes that are not text, and control characters, become U+FFFD.
    """
    readable = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in readable)


class FitnessError(Exception):
    """A failure that the user can act on; the text says what happened and what to do."""


class ModelError(FitnessError):
    """A model's weights are missing, damaged, or of another model than requested."""


class SourceError(FitnessError):
    """A video, image or camera cannot be opened or read."""


class SamplesError(FitnessError):
    """A file of pose samples is broken.

    Args:
        path: the file.
        line: 1-based line in it, or None for the whole file.
        column: name or 1-based number of the column, or None if unknown.
        problem: what is wrong with it, in words.
    """

    def __init__(
        self, path: object, problem: str, *, line: int | None = None, column: str | int | None = None
    ) -> None:
        self.path, self.problem, self.line, self.column = path, problem, line, column
        where = str(path)
        if line is not None:
            where += f", line {line}"
        if column is not None:
            where += f", column {column}"
        super().__init__(f"{where}: {problem}")

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), line=self.line, column=self.column), (self.path, self.problem)


class OptionError(FitnessError, ValueError):
    """An option's value is not allowed; the text names the option, the allowed values and the value given."""


class OutputError(FitnessError):
    """A result could not be written; the text names the path."""


class StateError(FitnessError):
    """An object was used after it was closed, or got a time that does not increase."""
