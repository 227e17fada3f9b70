"""Scripts, the renderer (figure) and the measurements (benchmarks); none of them is installed."""
