"""The loop that every front end runs, and the analysis of recordings built on it."""
