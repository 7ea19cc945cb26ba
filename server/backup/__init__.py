"""Backups and restores, and what phones and desks are told of them."""
