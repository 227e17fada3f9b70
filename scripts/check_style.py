"""Checks what linters do not: lengths of files, functions, sentences and commit subjects, obscure words, and file names.

    python scripts/check_style.py [--since COMMIT]

A Python file has at most 300 lines (except tests) and a function at most 40. A comment `# long: REASON` excepts a
file (in its first lines) or a function (on the line of its `def`, or above). A sentence in README, CHANGELOG or docs has
at most 35 words; tables, code and research notes are excepted. Subjects of commits have at most 72 characters. Documents,
docstrings and comments have none of the words in `OBSCURE`, and every source file that a document names exists.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE_LINES, FUNCTION_LINES, SENTENCE_WORDS, SUBJECT_LETTERS = 300, 40, 35, 72
REASON = re.compile(r"# long: \S+")
EXCEPTED = ("docs/research/", "docs/reference/licences.md")
OBSCURE = {
    r"\bwhoever\b": "name the person or the role",
    r"\bmerely\b": "only",
    r"\b(is|are|was|were) told\b(?! apart)": "reported, shown or printed",
    r"\bas told\b": "as given",
    r"\b(pictures|frames) a second\b": "fps",
    r"\bto the bit\b": "bit for bit",
    r"\blooks (at|before|during) a (picture|frame)\b": "landmark passes",
    r"\bwho is (not )?asked for\b": "tracked person, or bystander",
    r"\bpasses[- _]by\b": "bystander",
    r"\bshare_out\b": "assign",
    r"\bfeeds? on\b": "takes",
    r"\bmoves? alike\b": "a similar movement",
    r"\bsomebody who\b": "a person who",
    r"\bspeaks? (for|against)\b": "supports, or contradicts",
    r"\bfrom which on\b": "from which, or minimum",
    r"\bis as new\b": "starts again",
    r"\bmodel of reps\b": "trajectory model",
    r"\bgo(es)? on\b": "continues",
    r"\bfor ever\b": "forever",
    r"\b(broke|broken|breaks) off\b": "interrupted, or aborted",
    r"\bare passed over\b": "are skipped",
    r"\b(starts?|begins?) afresh\b": "starts again",
    r"\bone's own\b": "your own, or the user's",
    r"\bso (many|long) (seconds|reps|frames|after)\b": "give the number a name, or write this many",
}
"""Words of the old private language of this project, and what to write instead."""

EXAMPLES = ("check_style.py", "test_check_style.py")
"""Files that contain these words as examples."""

SOURCE = re.compile(r"`(?:python )?((?:fitness|scripts|tests)/[\w./-]+\.(?:py|toml|npz|json))\b")
SHELL = re.compile(
    r"(?<![\w/])(?:\$root/)?((?:docs|fitness|scripts|tests)/[\w./-]+\.(?:md|py|toml|npz|json))\b"
)
"""Paths in documents, where they stand in backticks, and in shell scripts."""


def long_code(path: Path, text: str) -> Iterator[str]:
    """Problems in one Python file."""
    lines = text.splitlines()
    tests = path.parts[0] == "tests"
    if len(lines) > FILE_LINES and not tests and not any(REASON.search(line) for line in lines[:20]):
        yield f"{path}: {len(lines)} lines, more than {FILE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.end_lineno is None:
            continue
        length = node.end_lineno - node.body[0].lineno + 1
        near = lines[max(0, node.lineno - 2) : node.body[0].lineno]
        if length > FUNCTION_LINES and not any(REASON.search(line) for line in near):
            yield f"{path}:{node.lineno}: {node.name} has {length} lines, more than {FUNCTION_LINES}"


def sentences(text: str) -> Iterator[str]:
    """The sentences of a Markdown text, without code, tables, images and headings; each list item is separate."""
    text = re.sub(r"^```.*?^```", "\n", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    blocks: list[str] = []
    for line in [*text.splitlines(), ""]:
        line = line.strip()
        starts = re.match(r"[-*] |\d+\. |#|\||!\[|:::|!!!|> ", line)
        if not line or starts or not blocks:
            blocks.append("")
        if not re.match(r"\||!\[|#|:::", line):
            blocks[-1] += " " + re.sub(r"^([-*] |\d+\. |> )", "", line)
    for block in blocks:
        plain = re.sub(r"`[^`]*`", "x", block)
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", plain)
        yield from (part.strip() for part in re.split(r"(?<=[.!?:;])\s+", plain) if part.strip())


def long_sentences(path: Path, text: str) -> Iterator[str]:
    """Problems in one document."""
    for sentence in sentences(text):
        if (count := len(re.findall(r"[\w'-]*[A-Za-z][\w'-]*", sentence))) > SENTENCE_WORDS:
            yield f"{path}: {count} words, more than {SENTENCE_WORDS}: {sentence[:90]} ..."


def obscure_words(path: Path, text: str) -> Iterator[str]:
    """Words in a document, docstring or comment that a stranger would not understand."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, better in OBSCURE.items():
            if found := re.search(pattern, line, re.IGNORECASE):
                yield f"{path}:{number}: instead of '{found[0]}' write: {better}"


def missing_files(path: Path, text: str) -> Iterator[str]:
    """Files that a document or shell script names and that do not exist; names in capitals are placeholders."""
    for name in (SHELL if not path.suffix else SOURCE).findall(text):
        if not (ROOT / name).exists() and not Path(name).stem.isupper():
            yield f"{path}: there is no {name}"


def long_subjects(since: str) -> Iterator[str]:
    """Problems in the commits after `commit`; none if git or that commit is missing."""
    found = subprocess.run(
        ["git", "log", "--format=%h %s", f"{since}..HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    for line in found.stdout.splitlines() if found.returncode == 0 else ():
        commit, subject = line.split(" ", 1)
        if len(subject) > SUBJECT_LETTERS:
            yield f"commit {commit}: a subject of {len(subject)} characters, more than {SUBJECT_LETTERS}"


def complaints(since: str) -> Iterator[str]:
    """All problems."""
    for folder in ("fitness", "scripts", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name, text = path.relative_to(ROOT), path.read_text(encoding="utf-8")
            yield from long_code(name, text)
            if path.name not in EXAMPLES:
                yield from obscure_words(name, text)
    for path in sorted((ROOT / "scripts").iterdir()):
        if path.is_file() and not path.suffix:
            yield from missing_files(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    documents = [*ROOT.glob("*.md"), *sorted(p for d in ("docs", "tests") for p in (ROOT / d).rglob("*.md"))]
    for path in documents:
        name = path.relative_to(ROOT)
        text = path.read_text(encoding="utf-8")
        yield from missing_files(name, text)
        if not name.as_posix().startswith(EXCEPTED):
            yield from long_sentences(name, text)
            yield from obscure_words(name, text)
    yield from long_subjects(since)


def main() -> int:
    """Print all problems; the exit code is 1 if there are any."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--since", default="6db74c4", help="check subjects of later commits (default: release 0.1)"
    )
    found = list(complaints(parser.parse_args().since))
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
