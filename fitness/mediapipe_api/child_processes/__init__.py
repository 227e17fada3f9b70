"""Holds a module `mediapipe`; `python -m fitness.mediapipe_api` puts this folder on the path of child processes."""
