"""The schema, as extraction names it."""

from __future__ import annotations

from kgtransfer.schema import Predicate, Schema, default_schema_path, load_schema

__all__ = ["Predicate", "Schema", "default_schema_path", "load_schema"]
