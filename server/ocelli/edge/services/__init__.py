"""One thin file per gRPC service: it translates between the contract and the edge, nothing else."""
