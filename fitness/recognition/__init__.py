"""Pose -> Classification -> Count: which exercise, and how often."""
