"""Runs Envoy in front of the edge: `make serve-web`."""
