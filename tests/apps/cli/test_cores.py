"""How `fitness analyze` shares the cores between recordings and inference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fitness.apps.cli import main
from fitness.apps.cli.cores import inference_threads
from tests.support.clips import steady, write_clip


@pytest.mark.parametrize(
    ("recordings", "workers", "cluster", "threads"),
    [(1, 1, False, 1), (1, 3, False, 3), (1, 64, False, 4), (2, 3, False, 1), (1, None, True, 1)],
)
def test_one_recording_gets_the_cores_that_workers_names(
    recordings: int, workers: int | None, cluster: bool, threads: int
) -> None:
    assert inference_threads(recordings, workers, cluster, annotate=True) == threads


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system does not tell")
@pytest.mark.parametrize(
    ("cores", "annotate", "threads"),
    [(1, False, 1), (1, True, 1), (2, False, 2), (2, True, 1), (4, True, 3), (16, True, 4)],
)
def test_without_workers_it_gets_the_cores_that_this_process_has_left(
    monkeypatch: pytest.MonkeyPatch, cores: int, annotate: bool, threads: int
) -> None:
    """Drawing and encoding get one core. A process that may use one of many cores starts one thread."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(cores)))
    assert (
        inference_threads(1, None, False, annotate) == inference_threads(9, None, False, annotate) == threads
    )


def test_workers_for_one_recording_need_no_folder(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Several recordings need `--out`, because their results are combined there."""
    first, second = (str(write_clip(tmp_path / name, steady(5))) for name in ("a.mp4", "b.mp4"))
    assert main(["analyze", first, "--workers", "2", "--model", "lite", "--no-store"]) == 0
    assert "a.mp4" in capsys.readouterr().out
    assert main(["analyze", first, second, "--workers", "2", "--no-store"]) == 2
    assert "--out" in capsys.readouterr().err
