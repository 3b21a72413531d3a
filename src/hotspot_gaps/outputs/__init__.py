"""Outputs: tables, maps and the manifest of a run."""
