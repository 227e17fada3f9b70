"""FrameResults -> what is kept: reps, sets, logs, exports."""
