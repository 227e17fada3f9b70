"""`python -m fitness`."""

from __future__ import annotations

import sys

from fitness.cli import main

if __name__ == "__main__":
    sys.exit(main())
