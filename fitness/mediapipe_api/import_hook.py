"""`install()`: after this call, `import mediapipe` loads this program's facade.

Notebooks, and packages that import mediapipe themselves, then run unchanged. Nothing is written to disk, and no package of
that name is installed: the hook works only in the process that calls `install()`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

from fitness.errors import StateError
from fitness.mediapipe_api.missing import SOLUTIONS

_NAME: Final = "mediapipe"
_FACADE: Final = "fitness.mediapipe_api"


class _FacadeLoader(Loader):
    """Gives a module of the facade another name."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        # The import system then uses the module in sys.modules in place of the one that it made.
        sys.modules[module.__name__] = self._module


class _FacadeFinder(MetaPathFinder):
    """Finds `mediapipe` and its submodules in the facade."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _NAME and not fullname.startswith(f"{_NAME}."):
            return None
        inside = _FACADE + fullname.removeprefix(_NAME)
        try:
            module = importlib.import_module(inside)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{inside}.".startswith(f"{error.name}."):
                raise  # another module is missing
            raise ModuleNotFoundError(
                f"{fullname} is not in this program's facade, which does poses only ({SOLUTIONS}; "
                "tasks.vision.PoseLandmarker); use MediaPipe for the rest",
                name=fullname,
            ) from None
        return ModuleSpec(fullname, _FacadeLoader(module), is_package=hasattr(module, "__path__"))


def install() -> None:
    """Make `import mediapipe` and imports of its submodules load this facade. A second call does nothing.

    A class is the same object by every import path. Raises StateError when the real mediapipe is imported already.
    """
    if any(isinstance(finder, _FacadeFinder) for finder in sys.meta_path):
        return
    loaded = sys.modules.get(_NAME)
    if loaded is not None:
        where = getattr(loaded, "__file__", None) or "unknown place"
        raise StateError(
            f"mediapipe is imported already ({where}); call fitness.mediapipe_api.install() before anything imports it"
        )
    sys.meta_path.insert(0, _FacadeFinder())


def uninstall() -> None:
    """Undo `install`: later imports of mediapipe find the real package, if it is installed."""
    if not any(isinstance(finder, _FacadeFinder) for finder in sys.meta_path):
        return
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _FacadeFinder)]
    for name in [name for name in sys.modules if name == _NAME or name.startswith(f"{_NAME}.")]:
        del sys.modules[name]
