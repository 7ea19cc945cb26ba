"""Decisions: one list of all that waits for a person, of whatever room."""
