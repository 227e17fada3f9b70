"""Bounds of options: each is written once, beside the field's default, and `check_options` checks every field.

    @dataclass(frozen=True)
    class CoachOptions:
        rest_s: float = bounded(60.0, low=0, high=3600)
        last_ticks: int = bounded(3, low=0, high=10, whole=True)

        def __post_init__(self) -> None:
            check_options(self)

Fields without a bound are checked by their annotation: `bool`, `str`, `tuple[str, ...]`, `Path`, and these or None.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from numbers import Integral, Real
from typing import Any, Final

from fitness.errors import OptionError

_KEY: Final = "fitness.options"


@dataclass(frozen=True, slots=True)
class Rule:
    """The condition for a field's value.

    text: completes "must be ...".   test: whether a value is allowed.   optional: None is allowed, too.
    """

    text: str
    test: Callable[[Any], bool]
    optional: bool = False

    def accepts(self, value: object) -> bool:
        """Whether the value is allowed."""
        return self.optional if value is None else self.test(value)


def bounded(
    default: Any = MISSING,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
    whole: bool = False,
    optional: bool = False,
    unit: str = "",
) -> Any:
    """A field that holds a finite number.

    Args:
        default: the field's default; without one the field is required.
        low, high: minimum and maximum. above, below: exclusive bounds.
        whole: only whole numbers.   optional: None is allowed, too.   unit: for the message, such as "seconds".
    """

    def test(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, Integral if whole else Real):
            return False
        number = float(value)
        return math.isfinite(number) and (
            (low is None or number >= low)
            and (high is None or number <= high)
            and (above is None or number > above)
            and (below is None or number < below)
        )

    text = _range_text(low, high, above, below)
    words = f"a whole number {'of ' if text.startswith('at ') else ''}{text}" if whole else text
    return _field(default, Rule(f"{words}{' ' if unit else ''}{unit}".strip() or "a number", test, optional))


def choice(default: Any, allowed: Sequence[str], *, optional: bool = False) -> Any:
    """A field that holds one word of a list."""
    return _field(
        default, Rule(f"one of {', '.join(allowed)}", lambda value: value in tuple(allowed), optional)
    )


def of_type(default: Any, kind: type, *, optional: bool = False, text: str = "") -> Any:
    """A field that holds an object of a class, which checks its own values.

    default: the default, or a function without arguments that makes it.   text: for the message.
    """
    return _field(default, Rule(text or f"{kind.__name__}", lambda value: isinstance(value, kind), optional))


def matching(default: Any, text: str, test: Callable[[Any], bool], *, optional: bool = False) -> Any:
    """A field with a test of its own; `test` may raise TypeError or ValueError for a value of a wrong type."""

    def safe(value: Any) -> bool:
        try:
            return test(value)
        except (TypeError, ValueError):
            return False

    return _field(default, Rule(text, safe, optional))


def check_options(options: Any) -> None:
    """Check every field of an option class; call it in `__post_init__`.

    Raises:
        OptionError: a value is not allowed; the text names the option, the allowed values and the value given.
    """
    for one in fields(options):
        rule, value = rule_of(one), getattr(options, one.name)
        if rule is not None and not rule.accepts(value):
            extra = ", or None" if rule.optional else ""
            raise OptionError(f"option {one.name} must be {rule.text}{extra}, got {value!r}")


def rule_of(one: Field[Any]) -> Rule | None:
    """The rule of a field: the one beside its default, else that of its annotation; None if there is neither."""
    rule = one.metadata.get(_KEY)
    if isinstance(rule, Rule):
        return rule
    kind = one.type if isinstance(one.type, str) else getattr(one.type, "__name__", "")
    name, _, none = kind.partition(" | ")
    found = _PLAIN.get(name)
    return None if found is None else Rule(*found, optional=none == "None")


_PLAIN: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "bool": ("True or False", lambda value: isinstance(value, bool)),
    "str": ("text", lambda value: isinstance(value, str)),
    "Path": ("a path", lambda value: isinstance(value, os.PathLike)),
    "tuple[str, ...]": (
        "a tuple of texts",
        lambda value: isinstance(value, tuple) and all(isinstance(one, str) for one in value),
    ),
}


def _field(default: Any, rule: Rule) -> Any:
    metadata = {_KEY: rule}
    if default is MISSING:
        return field(metadata=metadata)
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


def _range_text(low: float | None, high: float | None, above: float | None, below: float | None) -> str:
    if low is not None and high is not None:
        return f"between {low:g} and {high:g}"
    parts = [
        text
        for text in (
            None if low is None else f"at least {low:g}",
            None if above is None else f"greater than {above:g}",
            None if high is None else f"at most {high:g}",
            None if below is None else f"less than {below:g}",
        )
        if text is not None
    ]
    return " and ".join(parts)
