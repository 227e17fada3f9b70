"""Tests an unknown model file in a child process, because a malicious file can crash the interpreter.

The interpreters are native code that trusts the file. A crash, hang or error then happens only in the child process.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from fitness.atomic_file import scratch_folder
from fitness.errors import ModelError

LIMIT_S: Final = 60.0
"""Time limit of the test, seconds. Loading and one inference of the heaviest model take 1 s; more means a hang."""

_CODE: Final = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from fitness.engine.runtime.model_check import try_model
try_model(sys.argv[2], sys.argv[3])
"""
_passed: Final[set[tuple[str, str]]] = set()


def try_model(path: str, runtime: str) -> None:
    """Load the model at `path` and run it once on zeros in this process. Called in the child process."""
    import numpy as np

    from fitness.engine.runtime.loader import load_model

    model = load_model(Path(path), runtime=runtime)
    model.run(np.zeros(model.input_shape, np.float32))


def check_unknown_model(model: Path | bytes, runtime: str = "auto") -> None:
    """Test a model with an unknown checksum in a child process; each file content is tested once per process.

    Raises:
        ModelError: the model cannot be loaded, or it crashes or hangs the interpreter.
    """
    content = model if isinstance(model, bytes) else _content(model)
    key = (hashlib.sha256(content).hexdigest(), runtime)
    if key in _passed or not sys.executable:
        return
    with scratch_folder() as folder:
        path = folder / "model.tflite"
        path.write_bytes(content)  # test exactly the bytes that were hashed
        problem = _tried(path, runtime)
    if problem is not None:
        name = "the given model" if isinstance(model, bytes) else str(model)
        raise ModelError(f"{name}: {problem}; fetch it again, or use another model")
    _passed.add(key)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: the model file cannot be read ({error.strerror or error})") from error


def _tried(path: Path, runtime: str) -> str | None:
    """The problem that the model causes in a child process, or None."""
    command = [sys.executable, "-c", _CODE, json.dumps(sys.path), str(path), runtime]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return f"it keeps the interpreter busy for more than {LIMIT_S:.0f} s"
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"it crashes the interpreter (signal {-done.returncode})"
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
    return f"it cannot be run ({lines[-1].replace(str(path) + ': ', '').partition(': ')[2] or lines[-1]})"
