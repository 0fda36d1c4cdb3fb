"""Collections as a whole: into a file, out of it, and from server to server."""
