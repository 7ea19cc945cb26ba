"""The demo company: built by the same commands as a real one, dated relative to today."""
