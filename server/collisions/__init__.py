"""Collisions: what two people wrote into one field, side by side until somebody chooses."""
