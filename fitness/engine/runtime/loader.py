"""Loads a TFLite model with one of the installed runtimes.

`load_model` returns an `InPlaceModel`. The runtime is chosen by name. "auto" takes the one that measured fastest on this
machine (`compare.tune`), otherwise the first one that works; OpenVINO is tried last because it starts more slowly.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from fitness.engine.runtime import quantization
from fitness.engine.runtime.backends import RUNTIME_NAMES, Backend, choose, first_line, tuned_or_auto
from fitness.engine.runtime.graph_surgery import without_outputs
from fitness.engine.runtime.half_precision import open_half
from fitness.engine.runtime.model import ABSENT, InPlaceModel, Model, Shape, without
from fitness.engine.runtime.processor import has_half_precision
from fitness.errors import ModelError, OptionError

_MAGIC: Final = b"TFL3"  # the file identifier of a TFLite flatbuffer, at byte 4
_log = logging.getLogger(__name__)


def load_model(
    model: str | os.PathLike[str] | bytes,
    *,
    runtime: str = "auto",
    threads: int = 1,
    expect_input: Shape | None = None,
    expect_outputs: Sequence[Shape] | None = None,
    drop_outputs: Collection[int] = (),
    eight_bit_layers: Collection[int] = (),
    half: bool = False,
    keep_in: Path | None = None,
) -> InPlaceModel:
    """Load a TFLite model.

    model: a file, or the bytes of one.   runtime: one of `RUNTIME_NAMES`; "auto" takes the first that works.
    threads: CPU threads for one inference, at least 1. The result does not depend on it.
    expect_input, expect_outputs: shapes that the model must have.
    drop_outputs: 0-based positions of unused outputs. They are not computed, and empty arrays take their place. The
        other outputs stay the same bit for bit.
    eight_bit_layers: layers that may be computed with 8-bit numbers (`quantization`). LiteRT does so on processors with
        fast 8-bit instructions; in all other cases the layers are computed unchanged.
    half: compute with 16-bit floats (`half_precision`), on LiteRT and where the processor has instructions for them; in
        all other cases the model is computed unchanged.
    keep_in: an existing folder in which `compare.tune` stores its results.

    A model without some outputs or with 8-bit layers is derived at each start from the file with the known checksum
    (15 ms for `full`). It is not cached, because another program could replace the cached copy.

    Raises OptionError for an unknown runtime or number of threads; ModelError if the file is missing,
    damaged, not a TFLite model or another model than expected, or if no runtime can be imported.
    """
    if runtime not in RUNTIME_NAMES:
        raise OptionError(f"option runtime must be one of {', '.join(RUNTIME_NAMES)}, got {runtime!r}")
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise OptionError(f"option threads must be a whole number of at least 1, got {threads!r}")
    source, name = (model, "the given model") if isinstance(model, bytes) else (Path(model), os.fspath(model))
    check_tflite(source)
    backend, module = choose(_named(runtime, source, threads, eight_bit_layers or half, keep_in))
    try:
        layers = eight_bit_layers if backend.name == "litert" and quantization.worth_it() else ()
        changed = _changed(source, drop_outputs, layers)
        opened = _opened_half(backend, module, changed, threads) if half else None
        loaded = without(opened or backend.open(module, changed, threads), drop_outputs)
    except ModelError as error:
        raise ModelError(f"{name}: {error}") from None
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(
            f"{name}: {backend.name} cannot load it ({first_line(error)}); the file is probably damaged, "
            "fetch it again with: fitness models fetch"
        ) from error
    _check_shapes(name, loaded, expect_input, expect_outputs, drop_outputs)
    return loaded


def _named(runtime: str, source: Path | bytes, threads: int, only_litert: object, folder: Path | None) -> str:
    """Replace "auto" by the fastest measured runtime; not for 8-bit layers or 16-bit floats, which only LiteRT can run."""
    if runtime != "auto" or folder is None or only_litert or isinstance(source, bytes):
        return runtime
    return tuned_or_auto(source, threads, folder)


def _opened_half(backend: Backend, module: object, model: Path | bytes, threads: int) -> InPlaceModel | None:
    """The model in 16-bit floats; None where runtime or processor have none."""
    if backend.name != "litert" or not has_half_precision():
        return None
    try:
        return open_half(module, model, threads)
    except ImportError:
        _log.info("this LiteRT has no 16-bit floats; computing with 32 bits")
        return None


def _changed(source: Path | bytes, drop: Collection[int], layers: Collection[int]) -> Path | bytes:
    """The model without some outputs and with some 8-bit layers; the source itself if nothing changes."""
    if not drop and not layers:
        return source
    model = source if isinstance(source, bytes) else source.read_bytes()
    cut = without_outputs(model, drop) if drop else model
    return quantization.quantized(cut, layers) if layers else cut


def check_tflite(model: Path | bytes) -> None:
    """Raise ModelError unless `model`, a file or its bytes, is readable and starts like a TFLite FlatBuffer."""
    if isinstance(model, bytes):
        head, name = model[:8], "the given model"
    else:
        name = str(model)
        try:
            with model.open("rb") as file:
                head = file.read(8)
        except OSError as error:
            raise ModelError(
                f"{name}: the model file cannot be read ({error.strerror or error}); check the path"
            ) from error
    if head[4:8] != _MAGIC:
        raise ModelError(f"{name}: not a TFLite model; give a .tflite file")


def _check_shapes(
    name: str,
    model: Model,
    expect_input: Shape | None,
    expect_outputs: Sequence[Shape] | None,
    dropped: Collection[int],
) -> None:
    if expect_input is not None and model.input_shape != tuple(expect_input):
        raise ModelError(
            f"{name}: wrong model, its input is {model.input_shape} where {tuple(expect_input)} is expected"
        )
    if expect_outputs is None:
        return
    expected = tuple(ABSENT if i in dropped else tuple(shape) for i, shape in enumerate(expect_outputs))
    if model.output_shapes != expected:
        raise ModelError(
            f"{name}: wrong model, its outputs are {model.output_shapes} where {expected} are expected"
        )
