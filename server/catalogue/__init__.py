"""Catalogue: product models, parts and prices, fault codes, order types."""
