"""Reads frames from cameras, video files and images, and writes frames to a video file."""
