"""`install()`: programs and packages that import mediapipe run on the facade, unchanged."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*arguments: str, cwd: Path, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    return done


IMPORTS = """
import mediapipe
import cv2, mediapipe as mp
if 1:
\timport mediapipe.solutions.pose as tabbed
from mediapipe.python.solutions import pose, drawing_utils as mp_drawing
from mediapipe.python.solutions.pose import PoseLandmark
from mediapipe.framework.formats import landmark_pb2
from mediapipe.tasks import python
from mediapipe.tasks.python import vision
import mediapipe.tasks.python.vision.pose_landmarker as module
import fitness.mediapipe_api as facade
assert mediapipe is mp and mp.solutions.pose is tabbed
assert tabbed.Pose is pose.Pose is facade.solutions.pose.Pose
assert vision.PoseLandmarker is module.PoseLandmarker is facade.tasks.vision.PoseLandmarker
assert landmark_pb2.NormalizedLandmark is facade.framework.formats.landmark_pb2.NormalizedLandmark
assert facade.solutions.__spec__.name == "fitness.mediapipe_api.solutions"
print(mp.__version__)
"""


def test_every_kind_of_import_leads_to_the_facade(tmp_path: Path) -> None:
    """All forms of the import statement give the same classes."""
    (tmp_path / "program.py").write_text(
        "import fitness.mediapipe_api as f; f.install(); f.install()\n" + IMPORTS
    )
    assert _run("program.py", cwd=tmp_path).stdout == "0.10.14\n"


def test_a_program_runs_unchanged(tmp_path: Path) -> None:
    """`python -m fitness.mediapipe_api PROGRAM ARGS`: arguments, folder and exit status are the program's own."""
    (tmp_path / "helper.py").write_text("import mediapipe as mp\nNOSE = mp.solutions.pose.PoseLandmark.NOSE")
    program = tmp_path / "program.py"
    program.write_text(
        IMPORTS + "import sys, helper\nprint(__name__, sys.argv[1:], helper.NOSE.name)\nsys.exit(3)"
    )
    done = _run("-m", "fitness.mediapipe_api", str(program), "-a", "b", cwd=ROOT, expect=3)
    assert done.stdout == "0.10.14\n__main__ ['-a', 'b'] NOSE\n"


def test_a_module_runs_unchanged(tmp_path: Path) -> None:
    """`-m MODULE ARGS` finds modules in the current folder, as `python -m` does."""
    (tmp_path / "tool.py").write_text("import sys, mediapipe\nprint(mediapipe.__name__, sys.argv[1:])")
    done = _run("-m", "fitness.mediapipe_api", "-m", "tool", "x", cwd=tmp_path)
    assert done.stdout == "fitness.mediapipe_api ['x']\n"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 2, "usage:"),
        (["-m"], 2, "usage:"),
        (["no.py"], 1, "error: no program 'no.py'; give the path"),
        (["-c"], 2, "usage:"),
        (["-m", "no.such"], 1, "error: no module 'no.such'; give the name"),
    ],
)
def test_a_program_that_cannot_run_gives_a_one_line_error(
    arguments: list[str], status: int, words: str, tmp_path: Path
) -> None:
    """A wrong program gives no traceback."""
    done = _run("-m", "fitness.mediapipe_api", *arguments, cwd=tmp_path, expect=status)
    assert done.stderr.startswith(words) and done.stderr.count("\n") == 1


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_worker_processes_find_mediapipe(tmp_path: Path, method: str) -> None:
    """They begin as new interpreters on macOS, Windows and newer Pythons, and import the program again."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("this system has no such processes")
    (tmp_path / "program.py").write_text(
        "import multiprocessing, subprocess, sys\nimport mediapipe as mp\n"
        "def name(_): return mp.solutions.pose.__name__\n"
        "if __name__ == '__main__':\n"
        f"    with multiprocessing.get_context({method!r}).Pool(1) as pool: print(*pool.map(name, [1]))\n"
        "    code = 'import mediapipe.solutions.pose, mediapipe; print(mediapipe.__name__)'\n"
        "    subprocess.run([sys.executable, '-c', code], check=True)\n"
    )
    done = _run("-m", "fitness.mediapipe_api", "program.py", cwd=tmp_path)
    assert sorted(done.stdout.split()) == ["fitness.mediapipe_api", "fitness.mediapipe_api.solutions.pose"]


def test_the_program_stays_the_main_module(tmp_path: Path) -> None:
    """Its path is absolute, so it may change folder, and a thread that outlives it can pickle its classes."""
    (tmp_path / "program.py").write_text(
        "import os, pathlib, pickle, threading, time\nos.chdir('/')\n"
        "class Rec: pass\n"
        "def late():\n    time.sleep(0.3)\n    print(len(pickle.dumps(Rec())) > 0)\n"
        "print(pathlib.Path(__file__).is_file())\nthreading.Thread(target=late).start()\n"
    )
    assert _run("-m", "fitness.mediapipe_api", "program.py", cwd=tmp_path).stdout == "True\nTrue\n"


def test_code_and_a_folder_run_as_programs(tmp_path: Path) -> None:
    code = "import sys, mediapipe; print(mediapipe.__name__, sys.argv)"
    assert (
        _run("-m", "fitness.mediapipe_api", "-c", code, "x", cwd=tmp_path).stdout
        == "fitness.mediapipe_api ['-c', 'x']\n"
    )
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "__main__.py").write_text("import mediapipe; print(mediapipe.__name__)")
    assert _run("-m", "fitness.mediapipe_api", "tool", cwd=tmp_path).stdout == "fitness.mediapipe_api\n"


def test_unsupported_parts_raise_a_clear_error(tmp_path: Path) -> None:
    """Hands, faces, holistic: a ModuleNotFoundError or AttributeError that names the available parts."""
    program = (
        "import fitness.mediapipe_api as f; f.install()\n"
        "import importlib, mediapipe\n"
        "for name in ('mediapipe.solutions.hands', 'mediapipe.modules', 'mediapipe.tasks.python.audio'):\n"
        "    try: importlib.import_module(name)\n"
        "    except ModuleNotFoundError as error: print(error.name, '|', error)\n"
        "try: from mediapipe.python.solutions import holistic\n"
        "except ImportError as error: print(error)\n"
    )
    lines = _run("-c", program, cwd=tmp_path).stdout.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith(
        "mediapipe.solutions.hands | mediapipe.solutions.hands is not in this program's facade"
    )
    assert all("poses only (pose, drawing_utils" in line for line in lines[:3])
    assert "holistic" in lines[3]


def test_the_real_package_is_not_replaced_while_it_is_loaded(tmp_path: Path) -> None:
    """`install` is refused with one sentence that names the file; after `uninstall` the real package is found again."""
    (tmp_path / "mediapipe.py").write_text("REAL = True")
    program = (
        "import fitness.mediapipe_api as f, mediapipe\n"
        "try: f.install()\n"
        "except Exception as error: print(error)\n"
        "import sys; del sys.modules['mediapipe']\n"
        "f.install(); import mediapipe; print(mediapipe is f)\n"
        "f.uninstall(); import mediapipe; print(mediapipe.REAL)\n"
    )
    lines = _run("-c", program, cwd=tmp_path).stdout.splitlines()
    assert lines[0].startswith("mediapipe is imported already (") and "before anything imports it" in lines[0]
    assert lines[1:] == ["True", "True"]


def test_the_hook_is_opt_in(tmp_path: Path) -> None:
    """Importing the facade does not change `import mediapipe`."""
    (tmp_path / "mediapipe.py").write_text("REAL = True")
    program = "import fitness.mediapipe_api, mediapipe; print(mediapipe.REAL)"
    assert _run("-c", program, cwd=tmp_path).stdout == "True\n"
