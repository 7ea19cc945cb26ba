"""Imports: what other systems know, read once, checked by row and column, and never twice."""
