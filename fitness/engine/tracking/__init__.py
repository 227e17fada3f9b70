"""Frames in time order in, tracked poses with stable ids out."""
