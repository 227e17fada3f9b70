"""Count exercise repetitions and classify poses on an ordinary CPU."""

__version__ = "0.1.0"
