"""A TFLite model -> a `Model`: one module for each kind of library that can run it."""
