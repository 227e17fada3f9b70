"""The style of the command line: help with examples, errors, suggestions, times, the config file, completion."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from fitness.apps.cli import COMMANDS, cli, main
from fitness.apps.cli.command import TIME, Command, Group
from fitness.apps.cli.config_file import EXAMPLE, config_path
from fitness.errors import FitnessError

ROOT = Path(__file__).parents[3]


def all_commands() -> list[tuple[str, click.Command]]:
    context = click.Context(cli)
    found = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {child}", command.commands[child]) for child in command.commands]
    return found


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_has_examples_that_run_and_expert_options_last(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command has examples, and each example is a valid command line."""
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    command = dict(all_commands())[name]
    if isinstance(command, Group):
        return
    assert isinstance(command, Command) and command.examples
    assert text.index("Examples:") < text.index("Options:")
    if "Expert options:" in text:
        assert text.index("Options:") < text.index("Expert options:")
        assert "--help" not in text[text.index("Expert options:") :]
    known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
    for example in command.examples:
        line = example.partition(" # ")[0]
        assert f"fitness {name}" in line
        assert {word for word in line.split() if word.startswith("--")} <= known


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["analize"], "error: no such command 'analize'; did you mean 'analyze'?"),
        (["sessions", "lst"], "error: no such command 'lst'; did you mean 'list'?"),
        (["xyz"], "error: no such command 'xyz'."),
        (["analyze"], "error: missing argument 'SOURCES...'."),
        (["analyze", "x", "--start", "half"], "error: invalid value for '--start': a time such as 90, 1:30"),
        (["export"], "error: give a format, such as --format"),
    ],
)
def test_errors_have_one_style(argv: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A usage error ends with a line that begins with `error:`, like every other error."""
    assert main(argv) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("Usage: fitness") and lines[-1].startswith(words)
    assert not any(line.startswith("Error") for line in lines)


@pytest.mark.parametrize(
    ("typed", "meant"), [("squats", "squat"), ("Push_up", "push-up"), ("plnak", "plank")]
)
def test_a_misspelt_exercise_is_suggested(typed: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The error suggests the exercise that was probably meant."""
    assert main(["replay", "none.npz", "--exercise", typed]) == 1
    assert f"did you mean '{meant}'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90.0),
        ("1:30", 90.0),
        ("0:05.5", 5.5),
        ("1:02:03.5", 3723.5),
        ("90.25", 90.25),
        ("61:00", 3660.0),
        (".5", 0.5),
    ],
)
def test_times_are_read_as_people_write_them(text: str, seconds: float) -> None:
    """Times can be seconds, minutes and hours."""
    assert TIME.convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["1:75", "1:60:00", "-3", "1:2:3:4", "nan", "1e3", "", "a:30"])
def test_wrong_times_are_refused(text: str) -> None:
    """The message shows how to write a time."""
    with pytest.raises(click.BadParameter, match="1:30"):
        TIME.convert(text, None, None)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("FITNESS_CONFIG", str(path))
    return path


def seen_by(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The values that a command receives."""
    context = click.Context(cli)
    command = cli.get_command(context, argv[0])
    assert command is not None
    seen: dict[str, object] = {}
    monkeypatch.setattr(command, "callback", lambda *args, **kwargs: seen.update(kwargs))
    assert main(argv) == 0
    return seen


def test_the_config_file_sets_defaults_and_the_command_line_comes_first(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values at the top are defaults of all commands with the option; a command's table comes before them."""
    config.write_text(
        'model = "lite"\npeople = 3\nrest = 45\n\n[analyze]\npeople = 1\nannotate = false\nstart = "1:30"\n'
    )
    seen = seen_by(["analyze", "a.mp4"], monkeypatch)
    assert (seen["model"], seen["people"], seen["annotate"], seen["start"]) == ("lite", 1, False, 90.0)
    seen = seen_by(["analyze", "a.mp4", "--model", "heavy", "--annotate"], monkeypatch)
    assert (seen["model"], seen["annotate"]) == ("heavy", True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[analyze]\nmodl = 'lite'\n", "has no option 'modl'; did you mean 'model'?"),
        ("[analyze]\nannotate = 3\n", "must be true or false"),
        ("model = 'medium'\n", "model: 'medium' is not one of"),
        ("[analyze]\npeople = 99\n", "[analyze] people: 99 is not in the range"),
        ("[analyze]\npeople = 'two'\n", "[analyze] people: 'two' is not a valid integer"),
        ("[analyze\n", "cannot be read as a config file"),
        ("analyze = 3\n", "must be a table"),
    ],
)
def test_a_wrong_config_file_is_named(
    config: Path, text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line names the file and the fault; nothing is counted with wrong settings."""
    config.write_text(text)
    assert main(["analyze", "a.mp4"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ") and words in error and str(config) in error and error.count("\n") == 1


def test_fitness_config_shows_checks_and_makes_the_file(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`fitness config` shows the path, writes an example, lists the values, and reports an option that no command has."""
    assert main(["config"]) == 0 and "does not exist" in capsys.readouterr().out
    assert main(["config", "--write"]) == 0 and config.read_text() == EXAMPLE
    config.write_text('model = "lite"\n[sessions.list]\nsince = "2026-01-01"\n')
    capsys.readouterr()
    assert main(["config"]) == 0
    out = capsys.readouterr().out
    assert "model = lite" in out and str(config) in out
    config.write_text("model = 'medium'\n")
    assert main(["config"]) == 1 and "model: 'medium' is not one of" in capsys.readouterr().err
    config.write_text("modell = 'lite'\n")
    assert main(["config"]) == 1 and "no command has an option 'modell'" in capsys.readouterr().err


def test_the_example_config_is_valid_when_uncommented(config: Path) -> None:
    """The example is valid TOML when the comment marks are removed."""
    lines = EXAMPLE.splitlines()[3:]
    config.write_text("\n".join(line.removeprefix("# ") for line in lines))
    assert main(["config"]) == 0


def test_the_config_file_lies_where_settings_lie(tmp_path: Path) -> None:
    """The path depends on the platform; a relative XDG folder is ignored."""
    assert config_path({"XDG_CONFIG_HOME": str(tmp_path)}, "linux") == tmp_path / "fitness" / "config.toml"
    assert (
        config_path({"XDG_CONFIG_HOME": "x"}, "linux") == Path.home() / ".config" / "fitness" / "config.toml"
    )
    assert config_path({}, "darwin").parts[-4:] == (
        "Library",
        "Application Support",
        "fitness",
        "config.toml",
    )
    assert config_path({"APPDATA": str(tmp_path)}, "win32") == tmp_path / "fitness" / "config.toml"


def completed(words: str, shell: str = "bash") -> list[str]:
    """The completions that the shell gets after these words."""
    environ = {
        **os.environ, "_FITNESS_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "PYTHONPATH": str(ROOT),
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }  # fmt: skip
    program = "import sys; from fitness.apps.cli import main; sys.exit(main([]))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.split(",", 1)[1] for line in done.stdout.splitlines()]


def test_the_shell_completes_commands_options_and_exercises() -> None:
    """The values come through the variable that the printed script sets."""
    assert completed("fitness ana") == ["analyze"]
    assert "--privacy" in completed("fitness analyze --pri")
    assert completed("fitness analyze --exercise pus") == ["push-up"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_printed_completion_script_is_valid_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """bash accepts the script without a message."""
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    assert "_FITNESS_COMPLETE=bash_complete" in script
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_an_unknown_exercise_is_one_line() -> None:
    """There is no suggestion if no name is similar."""
    from fitness.recognition.exercises import exercises_named

    with pytest.raises(FitnessError) as caught:
        exercises_named("zzzz")
    assert "did you mean" not in str(caught.value)
