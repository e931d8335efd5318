"""The property graph: its records and its store. Knows nothing of kgtransfer."""
