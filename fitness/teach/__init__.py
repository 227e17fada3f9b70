"""Teaching an exercise: pictures, a clip or published samples -> pose samples, and a report on how good they are."""
