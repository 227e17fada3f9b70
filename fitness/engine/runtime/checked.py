"""Loads a network by its name; files with an unknown checksum are first tested in a child process."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from fitness.engine.runtime.loader import load_model
from fitness.engine.runtime.model import InPlaceModel
from fitness.engine.runtime.model_check import check_unknown_model
from fitness.engine.runtime.quantization import LAYERS
from fitness.engine.runtime.weights import ModelFiles


def load_checked(
    files: ModelFiles,
    name: str,
    path: Path,
    *,
    runtime: str = "auto",
    threads: int = 1,
    drop_outputs: Collection[int] = (),
    mixed: bool = False,
    half: bool = False,
) -> InPlaceModel:
    """Load the network `name` of the manifest from `path`.

    A file whose checksum is not in the manifest is first tested in a child process, and nothing derived from it is
    cached.

    Args:
        runtime, threads: as in `load_model`.   drop_outputs: positions of unused outputs.
        half: compute landmark models with 16-bit floats, if the processor has them.
        mixed: compute some layers with 8-bit numbers, if the manifest lists the file.

    Raises:
        OptionError: unknown runtime or number of threads.   ModelError: the file cannot be used.
    """
    spec, known = files.manifest.spec(name), files.knows(name, path)
    if not known:
        check_unknown_model(path, runtime)
    return load_model(
        path,
        runtime=runtime,
        threads=threads,
        expect_input=spec.input_shape,
        expect_outputs=spec.output_shapes,
        drop_outputs=drop_outputs,
        eight_bit_layers=LAYERS.get(name, ()) if known and mixed else (),
        half=half and name != "detector",
        keep_in=files.folder if known else None,
    )
