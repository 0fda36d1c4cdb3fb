"""What the edge does with images: a module per task, domain values in and out, no wire."""
