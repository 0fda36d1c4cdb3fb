"""What must hurt neither edges nor callers: `make campaign`, `make restarts`, `make rolling`."""
