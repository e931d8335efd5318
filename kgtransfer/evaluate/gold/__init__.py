"""Annotated corpora as texts with what a reader marked in them: one module for each format."""
