"""The truth: documents, extractions and revisions, in SQLite."""
