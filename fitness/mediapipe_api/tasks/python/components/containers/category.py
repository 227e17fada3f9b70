"""A class in a classifier's result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Category:
    """index, category_name, display_name: of the class.   score: 0..1."""

    index: int | None = None
    score: float | None = None
    display_name: str | None = None
    category_name: str | None = None
