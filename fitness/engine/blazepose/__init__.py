"""The BlazePose networks and what surrounds them: one image and a region in, landmarks out."""
