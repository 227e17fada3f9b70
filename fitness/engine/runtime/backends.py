"""The libraries that can run TFLite models: which ones are installed, and which one "auto" selects."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.engine.runtime.model import InPlaceModel
from fitness.engine.runtime.openvino import open_openvino
from fitness.engine.runtime.tflite import open_tflite, without_native_notices
from fitness.engine.runtime.tuning import FILE, machine_key, read
from fitness.errors import ModelError


@dataclass(frozen=True, slots=True)
class RuntimeInfo:
    """One interpreter that this program can use.

    name: the value for `load_model(runtime=...)`.   package: the package to install.
    version: of the installed package, or None.   importable: whether it can be used now.
    reason: why it cannot be used, in a few words; empty if it can.
    """

    name: str
    package: str
    version: str | None
    importable: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Backend:
    """One interpreter: how it is imported and how it opens a model."""

    name: str
    package: str
    module: str
    open: Callable[[Any, Path | bytes, int], InPlaceModel]
    # Releases up to this one fail with NumPy 2, late and with an unclear error.
    last_for_numpy_1: tuple[int, int] = (0, 0)


# In the order in which "auto" tries them. To add an interpreter, add a row with its own `open`.
BACKENDS: Final = (
    Backend("litert", "ai-edge-litert", "ai_edge_litert.interpreter", open_tflite),
    Backend("tflite-runtime", "tflite-runtime", "tflite_runtime.interpreter", open_tflite, (2, 14)),
    Backend("openvino", "openvino", "openvino", open_openvino),
)

RUNTIME_NAMES: Final = ("auto", *(backend.name for backend in BACKENDS))


def available_runtimes() -> list[RuntimeInfo]:
    """The runtimes and whether they can be used, best first; each one is imported to check it."""
    return [_probe(backend)[0] for backend in BACKENDS]


def several_runtimes() -> bool:
    """Whether more than one runtime is installed, checked without importing them."""
    return sum(importlib.util.find_spec(one.module.partition(".")[0]) is not None for one in BACKENDS) > 1


def machine_key_of(threads: int) -> str:
    """The conditions of a measurement on this machine; see `tuning.machine_key`."""
    return machine_key([backend.package for backend in BACKENDS], threads)


def tuned_runtime(model: Path, folder: Path, threads: int = 1) -> str | None:
    """The runtime that measured fastest for a model file on this machine, or None if none was measured."""
    found = read(folder, machine_key_of(threads)).get(model.name)
    return None if found is None else found.fastest


def tuned_or_auto(model: Path, threads: int, folder: Path) -> str:
    """The fastest measured runtime for a model file, or "auto" if none was measured or it cannot be imported."""
    if not (folder / FILE).exists():
        return "auto"
    name = tuned_runtime(model, folder, threads)
    backend = next((one for one in BACKENDS if one.name == name), None)
    return backend.name if backend is not None and _probe(backend)[0].importable else "auto"


def _probe(backend: Backend) -> tuple[RuntimeInfo, Any]:
    """Import one interpreter; its module is None if the import fails."""
    import importlib.metadata  # slow to import, and needed only for diagnosis

    try:
        version: str | None = importlib.metadata.version(backend.package)
    except importlib.metadata.PackageNotFoundError:
        version = None
    if (
        version is not None
        and _release(version) <= backend.last_for_numpy_1
        and _release(np.__version__) >= (2, 0)
    ):
        reason = f"made for NumPy 1, and NumPy {np.__version__} is installed"
        return RuntimeInfo(backend.name, backend.package, version, False, reason), None
    try:
        module = _imported(backend)
    except ImportError as error:
        reason = "not installed" if version is None else f"cannot be imported: {first_line(error)}"
        return RuntimeInfo(backend.name, backend.package, version, False, reason), None
    return RuntimeInfo(backend.name, backend.package, version, True, ""), module


def _imported(backend: Backend) -> Any:
    """The package's module; some releases write a notice when they are imported."""
    with without_native_notices():
        return importlib.import_module(backend.module)


def _release(version: str) -> tuple[int, ...]:
    """The first two numbers of a version; "2.14.0.post1" gives (2, 14)."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def choose(runtime: str) -> tuple[Backend, Any]:
    """The first interpreter that `runtime` allows and that can be imported, with its module."""
    failures = []
    for backend in BACKENDS:
        if runtime in ("auto", backend.name):
            if not any(backend.last_for_numpy_1):
                with contextlib.suppress(ImportError):
                    return backend, _imported(backend)
            info, module = _probe(backend)
            if info.importable:
                return backend, module
            failures.append(info)
    reasons = "; ".join(f"{info.name}: {info.reason}" for info in failures)
    raise ModelError(
        f"no TFLite runtime can be used ({reasons}); install it: pip install {failures[0].package}"
    )


def first_line(error: BaseException) -> str:
    """The first line of an error's text, or the name of its class."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
