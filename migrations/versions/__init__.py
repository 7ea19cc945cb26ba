"""One file per revision; the newest is named in `migrations/HEAD`."""
