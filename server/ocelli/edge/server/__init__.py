"""The gRPC server: options, interceptors, TLS, reflection, readiness."""
