"""What a principal may use of the edge, counted by all of its workers together."""
