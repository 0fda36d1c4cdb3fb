"""When work begins, how much of it is held, and when it is not worth doing any more."""
