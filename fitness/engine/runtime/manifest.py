"""The models and the sources of their weights, read from `models/manifest.json`."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from fitness.errors import ModelError, OptionError
from fitness.resources import resource_path

SourceKind = Literal["url", "pip", "npm"]


@dataclass(frozen=True, slots=True)
class Version:
    """One accepted content of a weight file.   sha256: in hexadecimal.   size: bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model.

    name: "detector", "lite", "full" or "heavy".   file: the weight file's name.   about: what it is for.
    versions: accepted contents; they give the same outputs.
    input_shape, output_shapes: tensor shapes, outputs in graph order.
    pck: the published PCK@0.2 in percent (a landmark is correct within 0.2 of the torso's size) by test set of the
        model card; empty if none is published.
    licence: of the weights.
    """

    name: str
    file: str
    about: str
    versions: tuple[Version, ...]
    input_shape: tuple[int, ...]
    output_shapes: tuple[tuple[int, ...], ...]
    pck: Mapping[str, float]
    licence: str


@dataclass(frozen=True, slots=True)
class Source:
    """A source from which weights can be downloaded.

    kind: "url" (one address per model), "pip" or "npm" (one package that holds several models).
    title: the source's name for users.   package: the name for the package tool; empty for "url".
    members: model name -> address, or file name inside the package.   size: bytes of the package, 0 if unknown.
    """

    kind: SourceKind
    title: str
    members: Mapping[str, str]
    package: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """All models by name, and the sources in the order in which they are tried."""

    models: Mapping[str, ModelSpec]
    sources: tuple[Source, ...]

    def spec(self, name: str) -> ModelSpec:
        """The model called `name`; OptionError if there is none."""
        try:
            return self.models[name]
        except KeyError:
            raise OptionError(f"option model must be one of {', '.join(self.models)}, got {name!r}") from None


@functools.cache
def load_manifest(path: Path | None = None) -> Manifest:
    """Read a manifest; if `path` is None, the one that ships with the program.

    Raises ModelError if the file is missing or broken.
    """
    path = resource_path("models", "manifest.json") if path is None else path
    try:
        return _parse(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ModelError(
            f"{path}: the models' manifest cannot be read ({error.strerror or error}); "
            "install the program again"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"{path}: the models' manifest is broken ({error!r}); install the program again"
        ) from error


def _parse(data: dict[str, Any]) -> Manifest:
    if data["format"] != 1:
        raise ValueError(f"format {data['format']!r} is not known")
    models = {row["name"]: _parse_model(row, data["licence"]) for row in data["models"]}
    sources = tuple(
        Source(
            row["kind"],
            row["title"],
            MappingProxyType(row["members"]),
            row.get("package", ""),
            row.get("bytes", 0),
        )
        for row in data["sources"]
    )
    return Manifest(MappingProxyType(models), sources)


def _parse_model(row: dict[str, Any], licence: str) -> ModelSpec:
    return ModelSpec(
        name=row["name"],
        file=row["file"],
        about=row["about"],
        versions=tuple(Version(version["sha256"], version["bytes"]) for version in row["versions"]),
        input_shape=tuple(row["input"]),
        output_shapes=tuple(tuple(shape) for shape in row["outputs"]),
        pck=MappingProxyType(row["pck_at_0.2"]),
        licence=licence,
    )
