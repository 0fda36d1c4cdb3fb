"""TLS of the server: its certificate and key, and the authorities of its clients."""
