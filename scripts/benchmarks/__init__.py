"""Recordings with known counts -> how well the counter does, in numbers; nothing here is used while counting."""
