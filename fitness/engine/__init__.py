"""Frame -> Pose: BlazePose on a TFLite interpreter."""
