"""The programs people start: command line, desktop window and web page."""
