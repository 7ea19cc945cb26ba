"""Sign-off: the report, the customer's signature or dispute, and links to read it."""
