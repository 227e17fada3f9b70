"""Measured sessions -> one HTML page that needs nothing from outside."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from fitness import __version__
from fitness.report.measures import Measured
from fitness.report.sections import charts, comparison, form, progress, rep_table, summary_tiles
from fitness.session import whole_file

_STYLE: Final = """
:root{color-scheme:light dark;--back:#f5f6f8;--card:#fff;--ink:#1c2330;--soft:#69707d;--line:#e3e6eb;
--c0:#2f6fde;--c1:#e07b1f;--c2:#8a55d7;--c3:#12917a}
@media (prefers-color-scheme:dark){:root{--back:#12151b;--card:#1b2029;--ink:#e7eaf0;--soft:#98a1b0;--line:#2e3541;
--c0:#6aa2ff;--c1:#f5a04e;--c2:#b78bff;--c3:#3fc4a8}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}main.two{max-width:1560px}
section+section{margin-top:40px}.pair section+section{margin-top:0}
h1{font-size:1.7rem;margin:0 0 4px}h2{font-size:1.25rem;margin:34px 0 12px}h3{font-size:1rem;margin:22px 0 10px}
.note,.when{color:var(--soft);margin:0 0 14px}.warning{border-left:3px solid var(--c1);padding:2px 10px;margin:8px 0}
.tiles{display:flex;flex-wrap:wrap;gap:12px;margin:0 0 14px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:10px 16px;min-width:104px}
.tile b{display:block;font-size:1.6rem;line-height:1.25;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.82rem}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:14px}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:12px 14px 6px;min-width:0}
figure.wide{grid-column:1/-1}figcaption{font-size:.88rem;font-weight:600;display:flex;flex-wrap:wrap;gap:4px 14px}
.legend{font-weight:400;color:var(--soft);display:flex;flex-wrap:wrap;gap:2px 12px}
.key i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:5px}
svg{display:block;width:100%;height:auto}
.two .pair{margin-top:30px;display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:28px}
.two .pair .charts{grid-template-columns:minmax(0,1fr)}
@media (max-width:900px){.two .pair{grid-template-columns:minmax(0,1fr)}}
.tick{fill:var(--soft);font-size:11px}.grid{stroke:var(--line)}.axis{stroke:var(--soft)}
.gap{stroke:var(--soft);stroke-dasharray:2 4;opacity:.7}.limit{stroke:var(--ink);stroke-dasharray:5 4;opacity:.6}
.mark{stroke:var(--c1);stroke-width:1.2;opacity:.55}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round}
path.c0{stroke:var(--c0)}path.c1{stroke:var(--c1)}path.c2{stroke:var(--c2)}path.c3{stroke:var(--c3)}
rect.c0{fill:var(--c0)}rect.c1{fill:var(--c1)}rect.c2{fill:var(--c2)}rect.c3{fill:var(--c3)}
i.c0{background:var(--c0)}i.c1{background:var(--c1)}i.c2{background:var(--c2)}i.c3{background:var(--c3)}
details{margin:18px 0;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:10px 16px}
summary{cursor:pointer;font-weight:600}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.88rem;margin-top:8px}
th,td{padding:4px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:600}td:first-child,th:first-child{text-align:left}
.thumbs{display:flex;flex-wrap:wrap;gap:14px;margin:14px 0}.thumbs img{display:block;border-radius:8px;max-width:100%}
footer{color:var(--soft);font-size:.8rem;margin-top:34px}
@media print{body{background:#fff}figure{break-inside:avoid}}
"""

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The page asks for nothing from anywhere, and the browser makes sure of it."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture of a rep.   jpeg: the file's bytes.   text: what it shows."""

    jpeg: bytes
    text: str


def page(sessions: Sequence[Measured], thumbnails: Mapping[int, Sequence[Thumbnail]] | None = None) -> str:
    """The page as text; two sessions stand side by side, more follow each other.

    Args:
        sessions: at least one.   thumbnails: place in `sessions` -> pictures of its reps.

    Raises:
        ValueError: there is no session.
    """
    if not sessions:
        raise ValueError("a report needs at least one session")
    pictures = thumbnails or {}
    side_by_side = len(sessions) == 2
    parts = [_session(one, pictures.get(i, ()), narrow=side_by_side) for i, one in enumerate(sessions)]
    title = sessions[0].name if len(sessions) == 1 else f"{len(sessions)} sessions"
    top = progress(sessions)
    if side_by_side:
        title = f"{sessions[0].name} and {sessions[1].name}"
        top = comparison(*sessions) + top
        parts = ['<div class="pair">', *parts, "</div>"]
    heading = "" if len(sessions) == 1 else f"<h1>{escape(title)}</h1>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="generator" content="fitness">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f'<body><main class="{"two" if side_by_side else "one"}">{heading}{top}{"".join(parts)}'
        f"<footer>{_FOOTER}</footer></main></body></html>\n"
    )


_FOOTER: Final = (
    f"fitness {__version__}. Angles come from the world landmarks of one camera. Velocity loss compares the way up "
    "with the fastest rep of the set so far. Balance compares the range of the right and the left side; a side that "
    "the camera sees badly is measured badly."
)


def write_page(
    path: str | os.PathLike[str],
    sessions: Sequence[Measured],
    thumbnails: Mapping[int, Sequence[Thumbnail]] | None = None,
) -> None:
    """Write the page.

    Raises:
        OutputError: the place cannot be written.
    """
    text = page(sessions, thumbnails)
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))


def _session(one: Measured, pictures: Sequence[Thumbnail], *, narrow: bool) -> str:
    when = "" if one.when is None else f"<p class=when>{one.when:%A, %d %B %Y, %H:%M}</p>"
    thumbs = "".join(
        f'<figure><img alt="{escape(p.text)}" src="data:image/jpeg;base64,{b64encode(p.jpeg).decode("ascii")}">'
        f"<figcaption>{escape(p.text)}</figcaption></figure>"
        for p in pictures
    )
    return (
        f"<section><h1>{escape(one.name)}</h1>{when}{summary_tiles(one)}"
        + (f"<div class=thumbs>{thumbs}</div>" if thumbs else "")
        + f"{form(one)}{charts(one, narrow=narrow)}{rep_table(one)}</section>"
    )
