"""`fitness models`: list, download and check the weights of the models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from fitness.apps.cli import Settings
from fitness.apps.cli.command import Group
from fitness.apps.cli.downloads import download_progress
from fitness.engine.runtime.weights import CACHE_VARIABLE, FileState, ModelFiles
from fitness.errors import ModelError

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _cache_option(function: _Function) -> _Function:
    return click.option(
        "--cache-dir",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"Cache folder of the weights, instead of the default one (also {CACHE_VARIABLE}).",
    )(function)


def _json_option(function: _Function) -> _Function:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def _model_option(function: _Function) -> _Function:
    return click.option(
        "--model",
        "names",
        multiple=True,
        type=click.Choice(["detector", "lite", "full", "heavy"]),
        help="Only this model; can be given several times.",
    )(function)


@click.group(
    cls=Group,
    examples=[
        "fitness models list # which weights are on this machine",
        "fitness models fetch # download all, for a machine that will be offline",
    ],
    help="List, download and check the weights of the models. Other commands download missing weights by themselves.",
)
def models() -> None:
    """The group of commands for weights."""


@models.command(
    "list",
    examples=["fitness models list"],
    help="List the models and the state of their weights.",
)
@_cache_option
@_json_option
def list_models(cache_dir: Path | None, as_json: bool) -> None:
    """Print a table of the models."""
    files = ModelFiles(cache_dir)
    states = [files.state(name) for name in files.manifest.models]
    if as_json:
        _print_json(files, states)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("model", "state", "MB", "PCK@0.2 yoga/dance/HIIT", "what for"):
        table.add_column(title, justify="right" if title == "MB" else "left", no_wrap=title != "what for")
    for state in states:
        spec = state.spec
        pck = " / ".join(f"{value:.1f}" for value in spec.pck.values())
        table.add_row(spec.name, state.state, f"{spec.versions[0].size / 1e6:.1f}", pck or "-", spec.about)
    Console().print(table)
    click.echo(f"weights: {files.folder}")


@models.command(
    examples=["fitness models fetch # all models", "fitness models fetch --model detector --model full"],
    help="Download missing weights. Without --model, those of all models.",
)
@_model_option
@_cache_option
@_json_option
@click.pass_obj
def fetch(settings: Settings, names: tuple[str, ...], cache_dir: Path | None, as_json: bool) -> None:
    """Download missing weights and print their paths."""
    with download_progress(settings) as progress:
        files = ModelFiles(cache_dir, progress=progress)
        chosen = names or tuple(files.manifest.models)
        files.ensure_all(chosen)
    states = [files.state(name) for name in chosen]
    if as_json:
        _print_json(files, states)
    elif not settings.quiet:
        for state in states:
            click.echo(state.path)


@models.command(
    examples=["fitness models verify"], help="Compare the weights on this machine with their checksums."
)
@_model_option
@_cache_option
@_json_option
def verify(names: tuple[str, ...], cache_dir: Path | None, as_json: bool) -> None:
    """Check the cache. A missing file is an error only if its model is given with --model."""
    files = ModelFiles(cache_dir)
    states = [files.state(name) for name in names or files.manifest.models]
    if as_json:
        _print_json(files, states)
    else:
        for state in states:
            click.echo(f"{state.spec.name}: {state.state} ({state.path})")
    bad = [state for state in states if state.state == "damaged" or (names and state.state != "ready")]
    if bad:
        what = ", ".join(f"{state.spec.file} is {state.state}" for state in bad)
        raise ModelError(f"{what}; download again with: fitness models fetch")


@models.command(
    examples=["fitness models path", "fitness models path --model full"],
    help="Print the path of the weights: their folder, or with --model a file.",
)
@_model_option
@_cache_option
@_json_option
def path(names: tuple[str, ...], cache_dir: Path | None, as_json: bool) -> None:
    """Print the paths, whether or not the files exist."""
    files = ModelFiles(cache_dir)
    if as_json:
        _print_json(files, [files.state(name) for name in names or files.manifest.models])
        return
    for found in [files.folder / files.manifest.spec(name).file for name in names] or [files.folder]:
        click.echo(found)


def describe(state: FileState) -> dict[str, Any]:
    """One model and its file, for JSON."""
    spec = state.spec
    return {
        "name": spec.name,
        "state": state.state,
        "path": str(state.path),
        "sha256": state.sha256,
        "accepted_sha256": [version.sha256 for version in spec.versions],
        "about": spec.about,
        "licence": spec.licence,
        "input": list(spec.input_shape),
        "outputs": [list(shape) for shape in spec.output_shapes],
        "pck_at_0.2": dict(spec.pck),
    }


def _print_json(files: ModelFiles, states: list[FileState]) -> None:
    click.echo(
        json.dumps({"folder": str(files.folder), "models": [describe(state) for state in states]}, indent=2)
    )
