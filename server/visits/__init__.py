"""Visits: arrival, diagnosis, work, parts fitted, photos."""
