"""The program as a library: `import fitness` is quick, and one call counts a recording."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fitness
from fitness.errors import OptionError, SourceError
from fitness.pipeline.settings import Settings
from fitness.session import REP_COLUMNS, Session, read_reps_csv
from tests.support.batch_clips import clips
from tests.support.report_cases import session


def test_import_loads_nothing_heavy() -> None:
    """`import fitness` alone loads no numpy, no OpenCV, no pandas; the public names are there all the same."""
    code = (
        "import sys, fitness; heavy = {'numpy', 'cv2', 'av', 'pandas', 'sklearn', 'fitness.session'} & set(sys.modules);"
        "assert not heavy, heavy; assert {'analyze', 'Session'} <= set(dir(fitness)); assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300, cwd=Path(__file__).parents[1])


def test_public_names() -> None:
    """All names in __all__ exist; other names are an ordinary AttributeError."""
    assert fitness.Session is Session
    assert all(hasattr(fitness, name) for name in fitness.__all__)
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        fitness.analyse  # noqa: B018


def test_a_recording_is_counted_in_one_call(models: Path, tmp_path: Path) -> None:
    """The returned session equals the written files."""
    place = clips(tmp_path / "in", 1)
    counted = fitness.analyze(place / "clip0.mp4", model="lite", out=tmp_path / "out")
    assert counted.source.frames == len(counted.frames) == 27
    assert len(read_reps_csv(tmp_path / "out" / "clip0.reps.csv")) == len(counted.to_frame())
    assert counted.settings["model"] == "lite"


def test_errors_are_those_of_the_program(tmp_path: Path) -> None:
    """A missing file and contradicting options are FitnessErrors."""
    with pytest.raises(SourceError):
        fitness.analyze(tmp_path / "gone.mp4")
    with pytest.raises(OptionError, match="together"):
        fitness.analyze(tmp_path / "gone.mp4", settings=Settings(), model="lite")


def test_the_frame_has_a_row_for_every_rep() -> None:
    """Columns as in the reps table, not rounded; types stay when there is no rep."""
    kept = session(slowing=0.1)
    frame = kept.to_frame()
    assert tuple(frame.columns) == (*REP_COLUMNS, "held_s")
    assert REP_COLUMNS[:8] == (
        "exercise", "set", "rep", "start_s", "peak_s", "end_s", "duration_s", "confidence",
    )  # fmt: skip
    assert frame["end_s"].tolist() == [rep.t_end for rep in kept.reps]
    assert frame.groupby("exercise")["rep"].count().to_dict() == {"squat": 4, "push-up": 4}
    empty = session(sets=1, reps=1).__class__(kept.source, kept.frames, (), {}, 0.0).to_frame()
    assert len(empty) == 0 and empty.dtypes.tolist() == frame.dtypes.tolist()
    assert frame["set"].dtype == np.int64


def test_the_stub_for_type_checkers_names_what_the_package_has() -> None:
    """Type checkers read it in place of the package, so a name that it lacks would be an error for users."""
    stub = (Path(fitness.__file__).with_suffix(".pyi")).read_text("utf-8")
    assert set(re.findall(r"import \w+ as (\w+)|^(__version__)", stub, re.MULTILINE)) == {
        ("analyze", ""), ("Session", ""), ("", "__version__"),
    }  # fmt: skip
    assert set(fitness.__all__) == {"analyze", "Session", "__version__"}
