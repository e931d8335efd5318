"""Small real implementations of the seams, for tests that need no model."""
