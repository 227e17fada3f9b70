"""The report on taught samples as one HTML file that asks no other host for anything.

It embeds small copies of the pictures it was made from, so it is as private as they are; the page says so.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from fitness.errors import FitnessError
from fitness.media.source import load_image

_WIDTH: Final = 160
_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}"
    "figure{display:inline-block;width:160px;margin:.5rem;vertical-align:top}img{max-width:100%}"
    "figcaption{font-size:.8rem;overflow-wrap:anywhere}"
)


def page(report: Mapping[str, Any], pictures: Mapping[str, Path]) -> str:
    """`report` as `teach --json` prints it, and where the picture of a source is (none for clips) -> HTML."""
    name = escape(report["exercise"])
    parts = [f"<h1>{name}: what was taught</h1>"]
    if pictures:
        parts.append(
            "<p>This file holds small copies of your pictures. Share it only as you would share them.</p>"
        )
    low, high = report["interval_95"]
    parts.append(
        f"<p>Recognised by the samples of other sources: {report['right']} of {report['checked']} "
        f"(95&nbsp;% interval {low:.0%} to {high:.0%}).</p>"
    )
    rows = [
        (label, str(count), ", ".join(f"{view} {n}" for view, n in report["views"][label].items()))
        for label, count in report["classes"].items()
    ]
    parts.append(_table(("class", "samples", "views"), rows))
    parts.append(
        f"<p>Views nobody was seen from: {escape(', '.join(report['missing_views']) or 'none')}.</p>"
    )
    if report["confused"]:
        confused = [(c["class"], c["taken_for"], str(c["samples"])) for c in report["confused"]]
        parts.append("<h2>Confused</h2>" + _table(("class", "taken for", "samples"), confused))
    wrong = [(o["source"], f"{o['class']}: looks like {o['answer']}") for o in report["wrong"] if o["answer"]]
    parts.append("<h2>Outliers</h2>" + (_figures(wrong, pictures) or "<p>none</p>"))
    if report.get("without_person"):
        parts.append("<h2>No person found</h2>" + _list(report["without_person"]))
    if report.get("clip"):
        clip = report["clip"]
        facts = [(key.replace("_", " "), str(value)) for key, value in clip.items()]
        parts.append("<h2>Counting the clip</h2>" + _table(("", ""), facts))
    if pictures:
        parts.append("<h2>All pictures</h2>" + _figures([(one, one) for one in pictures], pictures))
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="generator" content="fitness"><meta name="viewport" '
        f'content="width=device-width"><title>{name}</title><style>{_STYLE}</style></head><body>{body}</body></html>'
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    def line(tag: str, cells: tuple[str, ...]) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line("th", head) + "".join(line("td", row) for row in rows) + "</table>"


def _list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _figures(rows: list[tuple[str, str]], pictures: Mapping[str, Path]) -> str:
    """A small picture, where there is one, over each text."""
    return "".join(
        f"<figure>{_small(pictures.get(source), source)}<figcaption>{escape(source)}"
        f"{'' if text == source else '<br>' + escape(text)}</figcaption></figure>"
        for source, text in rows
    )


def _small(path: Path | None, source: str) -> str:
    if path is None:
        return ""
    import cv2

    try:
        picture = load_image(path)
    except FitnessError:
        return ""
    height = max(1, round(picture.shape[0] * _WIDTH / picture.shape[1]))
    small = cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA)
    data = base64.b64encode(cv2.imencode(".jpg", small[:, :, ::-1])[1].tobytes()).decode("ascii")
    return f'<img alt="{escape(source)}" src="data:image/jpeg;base64,{data}">'
