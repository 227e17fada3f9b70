"""Options of MediaPipe's classifiers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ClassifierOptions:
    """display_names_locale: language of names.   max_results: maximum number of classes.   score_threshold: least score.
    category_allowlist, category_denylist: names to keep or leave out.
    """

    display_names_locale: str | None = None
    max_results: int | None = None
    score_threshold: float | None = None
    category_allowlist: list[str] | None = None
    category_denylist: list[str] | None = None
