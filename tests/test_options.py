"""Every field of every option class refuses what it cannot use: NaN, infinity, below, above, a wrong type."""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass, make_dataclass
from typing import Any

import pytest

import fitness
from fitness.errors import OptionError
from fitness.options import Rule, bounded, check_options, choice, matching, of_type, rule_of

NAMES = re.compile(r"(Options|Limits|Settings|Style|Edit)$")
NOT_OURS = ("fitness.mediapipe_api", "fitness.apps")
"""MediaPipe's option classes check as MediaPipe does; those of the apps carry what click or the page has checked."""

REQUIRED: dict[str, dict[str, Any]] = {"OneEuroOptions": {"min_cutoff_hz": 1.0, "beta": 0.0}}
"""Values of fields without a default."""


def option_classes() -> Iterator[type]:
    """All option classes of the program, by the names of classes, and those that use the bounds."""
    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(fitness.__path__, "fitness."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.name:
                bound = any("fitness.options" in one.metadata for one in fields(value))
                ours = NAMES.search(value.__name__) and not value.__module__.startswith(NOT_OURS)
                if bound or ours:
                    found[f"{value.__module__}.{value.__qualname__}"] = value
    yield from (found[name] for name in sorted(found))


CLASSES = list(option_classes())
EACH_FIELD = [(one, field) for one in CLASSES for field in fields(one)]


def wrong_values(rule: Rule) -> Iterator[Any]:
    """Values that the rule's words exclude."""
    yield object()
    if not rule.optional:
        yield None
    number = re.search(r"at least|at most|greater|less|between|a number", rule.text)
    if number is None:
        return
    yield from (math.nan, math.inf, -math.inf, "1", True)
    if "whole" in rule.text:
        yield 1.5
    for words, step in (
        ("at least ([-0-9.e+]+)", -1.0),
        ("greater than ([-0-9.e+]+)", 0.0),
        ("between ([-0-9.e+]+)", -1.0),
        ("at most ([-0-9.e+]+)", 1.0),
        ("less than ([-0-9.e+]+)", 0.0),
        ("and ([-0-9.e+]+)", 1.0),
    ):
        if bound := re.search(words, rule.text):
            yield float(bound[1]) + step


def test_the_option_classes_are_found() -> None:
    """All option classes of users are found, and others."""
    names = {one.__name__ for one in CLASSES}
    assert names >= {
        "Settings",
        "TrackerOptions",
        "RecogniserOptions",
        "CoachOptions",
        "OverlayOptions",
        "Limits",
    }
    assert len(names) >= 12


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.__name__)
def test_the_defaults_are_allowed(one: type) -> None:
    """Each default lies within its own bound."""
    one(**REQUIRED.get(one.__name__, {}))


@pytest.mark.parametrize(
    ("one", "field"), EACH_FIELD, ids=[f"{one.__name__}.{field.name}" for one, field in EACH_FIELD]
)
def test_every_field_is_checked(one: type, field: Field[Any]) -> None:
    """The message names the option and what is allowed."""
    rule = rule_of(field)
    assert rule is not None, "no bound beside the default, and a type that is not checked"
    values = {name: value for name, value in REQUIRED.get(one.__name__, {}).items() if name != field.name}
    for wrong in wrong_values(rule):
        with pytest.raises(OptionError, match=field.name):
            one(**values, **{field.name: wrong})


def made(*columns: tuple[str, Any, Any]) -> Any:
    """An option class with these fields."""
    return make_dataclass("Made", columns, frozen=True, namespace={"__post_init__": check_options})


@pytest.mark.parametrize(
    ("field", "good", "bad", "words"),
    [
        (bounded(1.0, low=0, high=2), (0, 2, 0.5), (-0.1, 2.1, math.nan, False), "between 0 and 2, got"),
        (bounded(1.0, above=0, below=2), (0.1, 1.9), (0, 2), "greater than 0 and less than 2, got"),
        (bounded(1, low=1, whole=True), (1, 10**9), (0, 1.0, "1"), "a whole number of at least 1, got"),
        (bounded(None, high=3, optional=True), (None, -5, 3), (3.5,), "at most 3, or None, got"),
        (bounded(1.0), (-1e300,), (math.inf, None), "a number, got"),
        (choice("a", ("a", "b")), ("a", "b"), ("c", None, 1), "one of a, b, got"),
        (of_type(dict, dict), ({}, {"a": 1}), ([], None), "dict, got"),
        (
            matching((1, 2), "two numbers", lambda v: len(v) == 2),
            ((3, 4),),
            ((1,), 5, None),
            "two numbers, got",
        ),
    ],
)
def test_each_kind_of_field(field: Any, good: tuple[Any, ...], bad: tuple[Any, ...], words: str) -> None:
    """Good values pass; others are refused with the text of the bound."""
    one = made(("value", Any, field))
    for value in good:
        assert one(value).value == value
    for value in bad:
        with pytest.raises(OptionError, match=f"option value must be {words}"):
            one(value)


def test_a_field_without_a_default_is_required() -> None:
    """A field without a default is also checked."""
    one = made(("value", float, bounded(low=0)))
    assert fields(one)[0].default is MISSING and one(1).value == 1
    with pytest.raises(TypeError):
        one()
