"""TFLite models: weight files, the interpreters that run them, and changes to their graphs."""
