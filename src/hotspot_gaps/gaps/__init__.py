"""Gaps: which towns, how sure, where next."""
