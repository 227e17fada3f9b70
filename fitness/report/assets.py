"""The files that the report and the page share: colours, charts, and the chart library uPlot."""

from __future__ import annotations

from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"
"""Folder of theme.css, charts.js and uPlot. A report contains them; the web server serves them to the page."""
