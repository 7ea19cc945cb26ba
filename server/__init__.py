"""The Onsite server: feature rooms around a small core that knows no feature."""

VERSION = "0.1.0"
