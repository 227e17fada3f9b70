"""Development scripts, the renderer (`figure`) and the benchmarks; none of them is installed."""
