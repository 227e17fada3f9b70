"""For type checkers: the names that `fitness/__init__.py` loads when they are first used."""

from fitness.api import analyze as analyze
from fitness.session import Session as Session

__version__: str
