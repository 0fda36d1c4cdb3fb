"""The product shown on real images and a real video: `python -m demo OUT_DIR`."""
