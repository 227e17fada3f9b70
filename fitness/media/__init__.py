"""Camera, files and pictures -> Frame; frames -> a playable file; the rendered mannequin."""
