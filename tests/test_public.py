"""Public names are listed, documented and shipped."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

import fitness
from fitness import resources
from fitness.resources import resource_path, resource_root

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "fitness").rglob("*.py"))
LOCKS = ("requirements.txt", "requirements-dev.txt")


def dotted(path: Path) -> str:
    """The module name of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def public_definitions(tree: ast.Module) -> list[ast.FunctionDef | ast.ClassDef]:
    """Functions and classes at the top of a module whose names do not begin with an underscore."""
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "__main__"], ids=dotted)
def test_all_names_what_is_public(path: Path) -> None:
    """Every module loads; each name in __all__ exists, once; and the names that a package imports are in its
    __all__.
    """
    module = import_module(dotted(path))
    named = getattr(module, "__all__", None)
    if named is None:
        return
    assert len(named) == len(set(named))
    assert [name for name in named if not hasattr(module, name)] == []
    if path.stem == "__init__":
        taken_in = {
            alias.asname or alias.name
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(dotted(path) + ".")
            for alias in node.names
        }
        assert {name for name in taken_in if not name.startswith("_")} <= set(named)


@pytest.mark.parametrize("path", FILES, ids=dotted)
def test_everything_public_has_a_docstring(path: Path) -> None:
    """Each module, public function and class has a docstring whose first line states its purpose."""
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), f"{path.name} has no docstring"
    assert [node.name for node in public_definitions(tree) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", FILES, ids=dotted)
def test_only_the_command_line_prints(path: Path) -> None:
    """`print` is for the command line; everything else logs or returns."""
    if "cli" in path.parts or path.name == "__main__.py":
        return
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert calls == []


def test_the_version_is_a_version() -> None:
    """`fitness.__version__` is what packaging reads, so it must be plain."""
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc|\.dev)\d+)?", fitness.__version__)


def test_data_is_found_in_a_checkout_and_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository's own folders are used, unless the package carries its data itself."""
    assert resource_root() == ROOT
    assert resource_path("models", "manifest.json").is_file()
    (tmp_path / "_data").mkdir()
    monkeypatch.setattr(resources, "PACKED", tmp_path / "_data")
    assert resource_path("pose_samples", "a.csv") == tmp_path / "_data" / "pose_samples" / "a.csv"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_versions_with_hashes_and_no_address(lock: str) -> None:
    """Every package has one version and a SHA-256; no line says where to get it."""
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 15
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[\w.]+( ; .*)? \\\n", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
    assert not re.search(r"https?:|file:|--index|--find-links| @ ", text)


def test_the_lock_for_development_holds_the_other_one() -> None:
    """Both locks give each package of the program the same version."""

    def versions(lock: str) -> set[str]:
        return {
            line.split(" ")[0] for line in (ROOT / lock).read_text("utf-8").splitlines() if "==" in line[:60]
        }

    plain, development = (versions(lock) for lock in LOCKS)
    assert plain <= development


def test_no_weights_are_in_the_repository() -> None:
    """Weights are fetched, never committed."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    assert [name for name in listed.stdout.splitlines() if name.endswith((".tflite", ".task", ".onnx"))] == []


@pytest.mark.slow
def test_the_wheel_carries_its_data_and_runs_anywhere(tmp_path: Path) -> None:
    """A wheel holds manifest and samples, and works from another folder. Needs the build tools' packages."""
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("fitness-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "fitness/_data/models/manifest.json" in names
    assert any(re.fullmatch(r"fitness/_data/pose_samples/\w+\.csv", name) for name in names)
    assert not [name for name in names if name.startswith("tests/")]
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = "from fitness.apps.cli import main; raise SystemExit(main(['models', 'list', '--cache-dir', 'c']))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(site)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "heavy" in done.stdout
