"""The command line. Everything heavy is imported by the command that needs it."""

from kgtransfer.cli.app import app, main

__all__ = ["app", "main"]
