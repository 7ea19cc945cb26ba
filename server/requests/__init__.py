"""Requests: how a fault reaches the company, and the clocks that start then."""
