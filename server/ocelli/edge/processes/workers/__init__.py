"""Several serving processes behind one address, and the process that looks after them."""
