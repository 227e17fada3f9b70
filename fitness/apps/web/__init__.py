"""The web page: an HTTP and WebSocket server that counts the frames and uploads of browsers."""
