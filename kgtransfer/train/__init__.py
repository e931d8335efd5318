"""One training loop, losses, data sets."""
