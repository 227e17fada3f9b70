"""Benchmarks: accuracy and speed on recordings with known counts. The program itself uses nothing from here."""
