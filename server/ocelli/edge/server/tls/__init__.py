"""TLS: the certificate and key that the server shows, and those of whom it lets in."""
