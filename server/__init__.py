"""The Onsite server: feature rooms around a small core that knows no feature."""
