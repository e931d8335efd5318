"""Transfer experiments: methods, runs, reports."""
