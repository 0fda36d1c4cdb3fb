"""The product shown on real pictures and a real video: `python -m demo OUT_DIR`."""
