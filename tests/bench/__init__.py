"""Measures the sync endpoint against a floor: `python3 -m tests.bench`."""
