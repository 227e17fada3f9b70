"""`fitness doctor`: what is installed, what is used, and what is wrong."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fitness import __version__
from fitness.apps.cli.command import Command
from fitness.apps.cli.options import damaged_taught, user_taught_folder
from fitness.errors import FitnessError
from fitness.plural import some

if TYPE_CHECKING:
    from fitness.engine.runtime.weights import FileState

# Module -> package, for the packages that counting needs.
_PACKAGES: Final = {
    "numpy": "numpy",
    "cv2": "opencv-python",
    "av": "av",
    "sklearn": "scikit-learn",
    "pandas": "pandas",
    "rich": "rich",
}

_RUNS: Final = 9


@dataclass(frozen=True, slots=True)
class _Package:
    name: str
    version: str | None
    problem: str


@click.command(
    cls=Command,
    examples=["fitness doctor", "fitness doctor --json > doctor.json # to add to a bug report"],
    help="Show the installed packages, the runtime in use and why, whether the weights are downloaded, and taught exercises "
    "that are damaged.",
)
@click.option(
    "--cache-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Cache folder of the weights, instead of the default one.",
)
@click.option(
    "--tune",
    is_flag=True,
    help="Measure the installed runtimes. From then on, --runtime auto uses the fastest.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(cache_dir: Path | None, tune: bool, as_json: bool) -> int:
    """Print a report; exit code 1 if a fault keeps the program from working."""
    if tune:
        _tune(cache_dir)
    report = _report(cache_dir)
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        _print(report)
    return 1 if report["problems"] else 0


def _tune(cache_dir: Path | None) -> None:
    """Measure each cached landmark model on every runtime, and store the result in the cache."""
    from fitness.engine.options import COUNTING
    from fitness.engine.runtime.compare import tune
    from fitness.engine.runtime.weights import ModelFiles
    from fitness.engine.tracking.tracker import unused_outputs

    files = ModelFiles(cache_dir)
    states = [files.state(name) for name in files.manifest.models if name != "detector"]
    ready = {
        one.spec.name: (one.path, unused_outputs(one.spec.name, COUNTING))
        for one in states
        if one.state == "ready"
    }
    if ready and not tune(ready, files.folder):
        click.echo("only one runtime is installed; there is nothing to compare", err=True)


def _report(cache_dir: Path | None) -> dict[str, Any]:
    packages = [_checked(module, package) for module, package in _PACKAGES.items()]
    problems = [f"{package.name}: {package.problem}" for package in packages if package.problem]
    report: dict[str, Any] = {
        "fitness": __version__,
        "python": {
            "version": platform.python_version(),
            "executable": sys.executable,
            "system": platform.platform(),
            "machine": platform.machine(),
            "cpus": os.cpu_count(),
        },
        "packages": [asdict(package) for package in packages],
        "runtimes": [],
        "runtime": None,
        "tuned": {},
        "models": None,
        "inference_ms": {},
        "problems": problems,
    }
    if packages[0].problem:  # the rest of the program needs NumPy
        return report
    _add_runtimes(report)
    _add_models(report, cache_dir)
    report["problems"] += damaged_taught(user_taught_folder()).values()
    return report


def _checked(module: str, package: str) -> _Package:
    try:
        version: str | None = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        version = None
    try:
        loaded = importlib.import_module(module)
    except ImportError as error:
        return _Package(package, version, _explain(package, version, error))
    return _Package(package, version or getattr(loaded, "__version__", None), "")


def _explain(package: str, version: str | None, error: ImportError) -> str:
    if version is None:
        return f"not installed; install it: pip install {package}"
    reason = str(error).splitlines()[0] if str(error) else "it cannot be imported"
    if "libGL" in reason or "libgthread" in reason or "libglib" in reason:
        return (
            f"a library of the system is missing ({reason}); on Debian or Ubuntu: apt install libgl1 libglib2.0-0, "
            "or without any window: pip uninstall opencv-python, then pip install opencv-python-headless"
        )
    return f"{reason}; install it again: pip install --force-reinstall {package}"


def _add_runtimes(report: dict[str, Any]) -> None:
    from fitness.engine.runtime.backends import available_runtimes

    runtimes = available_runtimes()
    report["runtimes"] = [asdict(runtime) for runtime in runtimes]
    usable = [runtime.name for runtime in runtimes if runtime.importable]
    if usable:
        report["runtime"] = usable[0]
        return
    report["problems"].append(
        f"no TFLite runtime can be used; install one: pip install {runtimes[0].package}"
    )


def _add_models(report: dict[str, Any], cache_dir: Path | None) -> None:
    from fitness.apps.cli.models_command import describe
    from fitness.engine.runtime.weights import ModelFiles

    try:
        files = ModelFiles(cache_dir)
        states = [files.state(name) for name in files.manifest.models]
    except FitnessError as error:
        report["problems"].append(str(error))
        return
    report["models"] = {"folder": str(files.folder), "models": [describe(state) for state in states]}
    _add_tuning(report, states, files.folder)
    for state in states:
        if state.state == "damaged":
            report["problems"].append(f"{state.path} is damaged; fetch it again: fitness models fetch")
        elif state.state == "ready" and report["runtime"]:
            for runtime in (each["name"] for each in report["runtimes"] if each["importable"]):
                try:
                    speed = _inference_ms(state.spec.name, state.path, runtime, files.folder)
                    report["inference_ms"].setdefault(runtime, {})[state.spec.name] = speed
                except FitnessError as error:
                    report["problems"].append(str(error))


def _add_tuning(report: dict[str, Any], states: Sequence[FileState], folder: Path) -> None:
    """Add the runtime that was measured to be fastest, for each model."""
    from fitness.engine.runtime.backends import tuned_runtime

    for state in states:
        if (name := tuned_runtime(state.path, folder)) is not None:
            report["tuned"][state.spec.name] = name


def _inference_ms(name: str, path: Path, runtime: str, keep_in: Path) -> float:
    """The median time of one inference on one thread as counting does it (no mask), in milliseconds."""
    import numpy as np

    from fitness.engine.options import COUNTING
    from fitness.engine.runtime.loader import load_model
    from fitness.engine.tracking.tracker import unused_outputs

    model = load_model(path, runtime=runtime, drop_outputs=unused_outputs(name, COUNTING), keep_in=keep_in)
    tensor = np.zeros(model.input_shape, np.float32)
    model.run(tensor)
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        model.run(tensor)
        times.append(time.perf_counter() - start)
    return round(1000 * statistics.median(times), 1)


def _print(report: dict[str, Any]) -> None:
    python = report["python"]
    click.echo(f"fitness {report['fitness']}")
    click.echo(f"Python {python['version']} ({python['executable']})")
    click.echo(f"{python['system']}, {some(python['cpus'], 'processor')}")
    click.echo("\npackages")
    for package in report["packages"]:
        click.echo(f"  {package['name']:<15} {package['problem'] or package['version']}")
    click.echo("\nruntimes, best first")
    for runtime in report["runtimes"]:
        note = (
            "used, unless --tune finds a faster one"
            if runtime["name"] == report["runtime"]
            else runtime["reason"]
        )
        version = runtime["version"] or "-"
        click.echo(f"  {runtime['name']:<15} {version:<10} {note}".rstrip())
    if report["models"] is not None:
        click.echo(f"\nweights in {report['models']['folder']}")
        for model in report["models"]["models"]:
            speeds = [
                f", {speed[model['name']]} ms a run on {runtime}"
                for runtime, speed in report["inference_ms"].items()
                if model["name"] in speed
            ]
            note = "missing; downloaded when needed" if model["state"] == "missing" else model["state"]
            tuned = report["tuned"].get(model["name"])
            used = f"; {tuned} is used, the fastest on this machine" if tuned else ""
            click.echo(f"  {model['name']:<15} {note}{''.join(speeds)}{used}")
    click.echo("")
    for problem in report["problems"]:
        click.echo(f"problem: {problem}")
    if not report["problems"]:
        click.echo("no problems found")
