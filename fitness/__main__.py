"""`python -m fitness`."""

from __future__ import annotations

import sys

from fitness.apps.cli import main

if __name__ == "__main__":
    sys.exit(main())
