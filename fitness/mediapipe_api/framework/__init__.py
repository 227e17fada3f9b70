"""Stand-ins for MediaPipe's framework: the formats of landmarks."""
