package dev.ocelli.client;

import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** A real gRPC server on a port of its own, whose services do what the edge does only by chance. */
final class ScriptedServer implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final Server server;
  private final int port;

  ScriptedServer(BindableService service) throws IOException {
    this(service, 0);
  }

  /** Serves on the port of a server before it. */
  ScriptedServer(BindableService service, int port) throws IOException {
    server =
        Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .addService(service)
            .build()
            .start();
    this.port = server.getPort();
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Breaks all connections, and waits until the port is free. */
  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
