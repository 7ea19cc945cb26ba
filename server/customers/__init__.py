"""Customers: their sites and the people to speak to there."""
