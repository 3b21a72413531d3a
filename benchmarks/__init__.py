"""Benchmarks: how long and how much memory, beside the usual ways, each in a process of its own."""
