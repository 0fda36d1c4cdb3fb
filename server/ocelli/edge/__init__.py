"""The edge: gRPC services in front of Triton and a vector index."""
