"""Teach an exercise: images, a clip or published samples -> pose samples and a report on their quality."""
