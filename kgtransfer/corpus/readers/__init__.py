"""Readers: the bytes of a file to the documents in it, one module for each family of formats."""
