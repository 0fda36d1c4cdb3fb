"""The parts of `ocelli index`."""
