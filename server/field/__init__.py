"""The sync endpoint and uploads: HTTP in front of sync/."""
