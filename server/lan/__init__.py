"""A trusted way to the server on a local network: phones take service workers by HTTPS alone."""
