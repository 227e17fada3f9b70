"""The check of words and file names in documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_style import missing_files, obscure_words, sentences


@pytest.mark.parametrize(
    "line",
    ["Whoever stands still is counted.", "The screen is told each rep.", "It runs at 28 pictures a second."],
)
def test_the_old_private_language_is_refused(line: str) -> None:
    assert len(list(obscure_words(Path("docs/page.md"), f"# Page\n\n{line}\n"))) == 1


def test_plain_sentences_pass() -> None:
    text = "Standing still is no rep. The pair is told apart by size. It runs at 28 fps.\n"
    assert list(obscure_words(Path("docs/page.md"), text)) == []


def test_a_document_names_only_files_that_exist() -> None:
    """A file that was moved leaves no false name behind; NAME in capitals is a placeholder."""
    text = "See `scripts/check_style.py`, `fitness/recognition/exercises/NAME.toml` and `tests/gone.py`."
    assert list(missing_files(Path("docs/page.md"), text)) == ["docs/page.md: there is no tests/gone.py"]


def test_a_shell_script_names_only_files_that_exist() -> None:
    """Tests and documents that were moved are noticed in the scripts that use them."""
    text = (
        'tests=(tests/gone.py tests/conftest.py)\nexec "$root/scripts/check_style.py" "$root/docs/gone.md"\n'
    )
    assert list(missing_files(Path("scripts/matrix"), text)) == [
        "scripts/matrix: there is no tests/gone.py",
        "scripts/matrix: there is no docs/gone.md",
    ]


def test_each_list_item_is_a_sentence_of_its_own() -> None:
    assert list(sentences("- One item\n- another item\n\nA line. A second\nline.\n")) == [
        "One item",
        "another item",
        "A line.",
        "A second line.",
    ]
