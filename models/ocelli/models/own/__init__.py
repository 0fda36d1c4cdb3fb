"""Models that people bring: what a file says of itself, and the folder that serves it."""
