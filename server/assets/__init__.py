"""Assets: the units in the field and what was ever done to them."""
