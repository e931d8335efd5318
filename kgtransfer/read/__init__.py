"""Passages to an answer: windows, spans, comparisons, citations."""
