"""Sessions -> pictures: one self-contained HTML page, or PNG plots."""

from fitness.report.measures import Joint, Measured, MeasuredRep, measure
from fitness.report.page import Thumbnail, page, write_page
from fitness.report.plots import write_plots
from fitness.report.sources import Source, read_source
from fitness.report.thumbnails import best_and_worst, thumbnails

__all__ = [
    "Joint",
    "Measured",
    "MeasuredRep",
    "Source",
    "Thumbnail",
    "best_and_worst",
    "measure",
    "page",
    "read_source",
    "thumbnails",
    "write_page",
    "write_plots",
]
