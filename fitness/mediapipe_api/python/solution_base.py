"""`mediapipe.python.solution_base`: the class that legacy solutions derive from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from fitness.mediapipe_api.failures import ArgumentError

__all__ = ["ExtraSettings", "SolutionBase"]


@dataclass
class ExtraSettings:
    """Settings of newer MediaPipe versions; they have no effect here.

    disallow_service_default_initialization: of MediaPipe's graph services.
    """

    disallow_service_default_initialization: bool = False


class SolutionBase:
    """Base of `Pose`, for `isinstance` and type annotations.

    Raises ArgumentError (a ValueError) when it is made directly: graphs cannot be run here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._refuse()

    def process(self, image: Any) -> Any:
        """See `Pose.process`."""
        self._refuse()

    def reset(self) -> None:
        """See `Pose.reset`."""
        self._refuse()

    def close(self) -> None:
        """See `Pose.close`."""
        self._refuse()

    @staticmethod
    def _refuse() -> NoReturn:
        raise ArgumentError(
            "SolutionBase cannot run a MediaPipe graph here; use mp.solutions.pose.Pose, or MediaPipe itself"
        )
