"""What must hurt neither edges nor their callers: `make campaign`, `make restarts`."""
