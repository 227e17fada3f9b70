"""Leads to the facade in the processes that a program starts; see `fitness.mediapipe_api.__main__`."""

from __future__ import annotations

import sys
from importlib import import_module

from fitness.mediapipe_api.import_hook import install

del sys.modules[__name__]
install()
sys.modules[__name__] = import_module("fitness.mediapipe_api")
