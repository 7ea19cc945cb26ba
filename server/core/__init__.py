"""The small core under all rooms; it knows no feature."""
