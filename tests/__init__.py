"""Every test of the server, of sync and of both together; the app's own are in pwa/tests."""
