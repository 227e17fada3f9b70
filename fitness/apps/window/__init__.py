"""A live stream -> a desktop window with keys, or lines on the terminal. The session is stored while it runs."""
