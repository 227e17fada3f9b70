"""Compares the speed of the installed runtimes on this machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from fitness.engine.runtime.backends import available_runtimes, machine_key_of
from fitness.engine.runtime.loader import load_model
from fitness.engine.runtime.tuning import Tuning, measure, read, write


def tune(
    models: Mapping[str, tuple[Path, Collection[int]]], folder: Path, threads: int = 1
) -> dict[str, Tuning]:
    """Measure which installed runtime is fastest for some models, and store the result in `folder` for "auto".

    models: name -> (file, positions of unused outputs). If only one runtime is installed, nothing is measured and the
    result is empty.
    """
    usable = [info.name for info in available_runtimes() if info.importable]
    if len(usable) < 2:
        return {}
    found = {}
    for path, drop in models.values():
        loaded = {
            name: load_model(path, runtime=name, threads=threads, drop_outputs=drop, keep_in=folder)
            for name in usable
        }
        found[path.name] = measure(loaded)
    key = machine_key_of(threads)
    write(folder, key, {**read(folder, key), **found})
    return found
