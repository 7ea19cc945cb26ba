"""Customers without an account: they report a fault and follow it, each by a link of their own."""
