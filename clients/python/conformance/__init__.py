"""The Python runner of `tests/conformance`: executes its cases through the SDK."""
