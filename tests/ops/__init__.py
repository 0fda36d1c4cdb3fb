"""An edge under a small load, seen as a platform engineer sees it: `make test-ops`."""
