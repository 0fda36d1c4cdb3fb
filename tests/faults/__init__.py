"""What must not hurt the edge, in large numbers: `make campaign`, and short versions as tests."""
