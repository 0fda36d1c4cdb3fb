"""Front ends that let a model take whole image files."""
