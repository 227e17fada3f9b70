"""Makes reports of sessions: one self-contained HTML page, or PNG plots."""

from fitness.report.measures import Joint, Measured, MeasuredRep, MeasuredSet, measure, measure_stored
from fitness.report.page import Thumbnail, body, page, page_policy, write_page
from fitness.report.plots import write_plots
from fitness.report.sources import Source, read_source
from fitness.report.thumbnails import best_and_worst, thumbnails

__all__ = [
    "Joint",
    "Measured",
    "MeasuredRep",
    "MeasuredSet",
    "Source",
    "Thumbnail",
    "best_and_worst",
    "body",
    "measure",
    "measure_stored",
    "page",
    "page_policy",
    "read_source",
    "thumbnails",
    "write_page",
    "write_plots",
]
