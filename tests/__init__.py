"""The tests; they mirror the package. Shared helpers are in tests/support."""
