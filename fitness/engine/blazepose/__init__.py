"""The BlazePose networks with their pre- and postprocessing: image and ROI -> landmarks."""
