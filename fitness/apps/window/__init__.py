"""A live stream -> a window on the desktop with keys, or lines on the terminal; the session is recorded as it goes."""
