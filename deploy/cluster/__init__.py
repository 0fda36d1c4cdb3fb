"""Three OpenSearch nodes on this machine, for development and tests."""
