"""Makes one self-contained HTML page of measured sessions, or only its body, for insertion in another page."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from fitness import __version__
from fitness.report.assets import STATIC
from fitness.report.measures import Measured
from fitness.report.several import comparison, progress
from fitness.report.terms import MEANINGS
from fitness.report.view import heading, session_view
from fitness.session import whole_file

if TYPE_CHECKING:
    from jinja2 import Environment

_STYLES: Final = ("theme.css", "uplot.min.css", "report.css")
_SCRIPTS: Final = ("uplot.min.js", "charts.js")
_START: Final = "charts.drawAll();"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A frame of a rep as JPEG.   jpeg: the bytes of the file.   text: its caption."""

    jpeg: bytes
    text: str

    @property
    def base64(self) -> str:
        """The bytes in base64, for a data: URL."""
        return b64encode(self.jpeg).decode("ascii")


def page(sessions: Sequence[Measured], thumbnails: Mapping[int, Sequence[Thumbnail]] | None = None) -> str:
    """The HTML of the page. Two sessions are shown side by side, more below each other.

    Args:
        sessions: at least one.   thumbnails: index in `sessions` -> thumbnails of its reps.

    Raises:
        ValueError: there is no session.
    """
    return environment().get_template("page.html").render(
        title=_title(sessions),
        body=body(sessions, thumbnails),
        rows=len(sessions) == 2,
        policy=page_policy(),
        style=page_style(),
        scripts=_scripts(),
        version=__version__,
    )  # fmt: skip


def body(sessions: Sequence[Measured], thumbnails: Mapping[int, Sequence[Thumbnail]] | None = None) -> str:
    """The HTML of the content of `page`, without styles, scripts and heading; charts.js draws its charts.

    Raises:
        ValueError: there is no session.
    """
    if not sessions:
        raise ValueError("a report needs at least one session")
    pictures = thumbnails or {}
    several = len(sessions) > 1
    return environment().get_template("body.html").render(
        views=[session_view(one) for one in sessions],
        pictures=[pictures.get(i, ()) for i in range(len(sessions))],
        rows=comparison(*sessions) if len(sessions) == 2 else (),
        progress=progress(sessions) if several else None,
        title_each=several,
        means=MEANINGS,
    )  # fmt: skip


def write_page(
    path: str | os.PathLike[str],
    sessions: Sequence[Measured],
    thumbnails: Mapping[int, Sequence[Thumbnail]] | None = None,
) -> None:
    """Write the page to `path`.

    Raises:
        OutputError: the file cannot be written.
    """
    text = page(sessions, thumbnails)
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))


def _title(sessions: Sequence[Measured]) -> str:
    return heading(sessions[0]) if len(sessions) == 1 else f"{len(sessions)} sessions"


@cache
def environment() -> Environment:
    """The templates of reports; all values are escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("fitness.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def page_style() -> str:
    """The style sheets of a self-contained page."""
    return "\n".join((STATIC / name).read_text("utf-8") for name in _STYLES)


@cache
def _scripts() -> tuple[str, ...]:
    """The chart library, the charts, and the call that draws them. URLs in comments lose their scheme."""
    parts = [(STATIC / name).read_text("utf-8").replace("https://", "") for name in _SCRIPTS]
    return (*parts, _START)


def page_policy() -> str:
    """The content security policy: the browser lets the page fetch nothing, and run only its own scripts."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in _scripts())
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes}"
