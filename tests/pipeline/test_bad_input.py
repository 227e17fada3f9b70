"""Invalid input to the commands gives one line that says what is wrong, the right exit code, and no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fitness.apps.cli import main
from fitness.resources import resource_path
from tests.support.clips import write_audio, write_clip

pytestmark = pytest.mark.usefixtures("models")


def failing(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str]:
    """Exit code and error lines of a command that must fail."""
    code = main([str(arg) for arg in argv])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, err


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.mp4", None, "no such file"),
        ("empty.mp4", b"", "empty"),
        ("text.mp4", b"this is only a text\n" * 50, "text.mp4"),
        ("noise.mp4", bytes(range(256)) * 40, "noise.mp4"),
    ],
)
def test_a_file_that_is_no_video_gives_one_line_and_exit_code_1(
    name: str, content: bytes | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, empty, text and noise files named .mp4 are refused, and the error names the file."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, err = failing(capsys, "analyze", path)
    assert code == 1
    assert err.count("\n") == 1 and err.startswith("error: ") and says in err


def test_a_file_without_video_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file without frames has an error that says so."""
    code, err = failing(capsys, "analyze", write_audio(tmp_path / "sound.mp4"))
    assert code == 1 and err.count("\n") == 1 and "no video" in err


def test_a_one_frame_video_is_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A single image is a recording without reps, and the table says so."""
    clip = write_clip(tmp_path / "one.mp4", [0.0])
    assert main(["analyze", str(clip), "--json", "--out", str(tmp_path / "out")]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["source"]["frames"] == 1 and document["totals"] == {} and document["reps"] == []
    assert (tmp_path / "out" / "one.annotated.mp4").stat().st_size > 0


def test_a_truncated_video_is_analysed_as_far_as_it_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The decodable part is analysed, and the loss is reported."""
    clip = write_clip(tmp_path / "cut.mkv", [i / 30 for i in range(90)], gop=5)
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) * 6 // 10])
    assert main(["analyze", str(clip), "--json"]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert 10 < document["source"]["frames"] < 90
    assert any("cut short" in warning for warning in document["warnings"]) and "cut short" in err


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The good file is counted, the bad one reported; exit code 1."""
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"rubbish")
    good = write_clip(tmp_path / "good.mp4", [i / 30 for i in range(5)])
    assert main(["analyze", str(bad), str(good), "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["source"]["name"] == "good.mp4"
    assert err.count("\n") == 1 and "bad.mp4" in err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--exercise", "juggling"], "juggling"),
        (["--threads", "0"], "threads"),
        (["--runtime", "abacus"], "abacus"),
        (["--start", "3", "--end", "2"], "end"),
        (["--samples", "/nonexistent-samples"], "samples"),
        (["--model-file", "/nonexistent.tflite"], "nonexistent"),
    ],
)
def test_the_message_names_the_wrong_option(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Invalid values end the command with one line."""
    clip = write_clip(tmp_path / "a.mp4", [0.0, 0.1])
    code, err = failing(capsys, "analyze", clip, *options)
    assert code == 1 and err.count("\n") == 1 and says in err


def test_an_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 for options that do not exist, and for no source at all."""
    assert failing(capsys, "analyze", "a.mp4", "--colour", "red")[0] == 2
    assert failing(capsys, "analyze")[0] == 2
    code, err = failing(capsys, "analyze", "a.mp4", "--start", "-1")
    assert code == 2 and "--start" in err


def test_a_different_network_is_refused(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The detector as landmark model, and a text file as model, are refused."""
    clip = write_clip(tmp_path / "a.mp4", [0.0, 0.1])
    code, err = failing(capsys, "analyze", clip, "--model-file", models / "pose_detection.tflite")
    assert code == 1 and "is it a pose model?" in err
    text = tmp_path / "model.tflite"
    text.write_text("not a model at all")
    code, err = failing(capsys, "analyze", clip, "--model-file", text)
    assert code == 1 and err.count("\n") == 1 and "not a TFLite model" in err


def test_an_unwritable_path_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If a file is where a folder is needed: one line, and nothing is analysed."""
    clip = write_clip(tmp_path / "a.mp4", [0.0, 0.1])
    (tmp_path / "taken").write_text("a file")
    for out in (tmp_path / "taken", tmp_path / "taken" / "below"):
        code, err = failing(capsys, "analyze", clip, "--out", out)
        assert code == 1 and err.count("\n") == 1 and "taken" in err


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda lines: [*lines[:2], lines[2].replace(",", ",x", 1), *lines[3:]], ("line 3", "column x0")),
        (lambda lines: [*lines[:4], lines[4].rsplit(",", 1)[0], *lines[5:]], ("line 5",)),
        (lambda lines: lines[1:], ("line 1",)),
        (lambda lines: [lines[0].replace("world-metres", "pixels"), *lines[1:]], ("pixels",)),
    ],
)
def test_broken_samples_name_file_line_and_column(
    damage: object, says: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names file, line and column of the damaged samples CSV."""
    folder = tmp_path / "samples"
    folder.mkdir()
    for file in resource_path("pose_samples").glob("*.csv"):
        lines = file.read_text().splitlines()[:8]
        if file.stem == "squat_down":
            lines = damage(lines)  # type: ignore[operator]
        (folder / file.name).write_text("\n".join(lines) + "\n")
    clip = write_clip(tmp_path / "a.mp4", [0.0, 0.1])
    code, err = failing(capsys, "analyze", clip, "--samples", folder)
    assert code == 1 and err.count("\n") == 1 and "squat_down.csv" in err
    assert all(part in err for part in says)


def test_replay_of_garbage_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing, damaged or foreign log gives one line."""
    rubbish = tmp_path / "a.landmarks.npz"
    rubbish.write_bytes(b"PK\x03\x04 rubbish")
    for path in (rubbish, tmp_path / "missing.npz"):
        code, err = failing(capsys, "replay", path)
        assert code == 1 and err.count("\n") == 1 and path.name in err


def test_a_garbage_image_is_refused_and_the_others_are_analysed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A damaged picture among good ones is reported; the good one has a result."""
    import cv2
    import numpy as np

    good, bad = tmp_path / "grey.png", tmp_path / "bad.png"
    cv2.imwrite(str(good), np.full((60, 80, 3), 128, np.uint8))
    bad.write_bytes(b"no picture")
    assert main(["image", str(bad), str(good), "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["pose"] is None and "bad.png" in err and err.count("\n") == 1
