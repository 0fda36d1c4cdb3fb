"""What the edge counts, and the port that tells it (Prometheus text format)."""
