"""A Triton of one's own: `tritonserver` from the pip wheel, run as a supervised child."""
