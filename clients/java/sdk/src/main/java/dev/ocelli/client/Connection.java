package dev.ocelli.client;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;

/** One connection, shared by the views that a client gives of it. */
final class Connection implements AutoCloseable {
  private final String address;
  private final ManagedChannel channel;

  Connection(String address, ManagedChannel channel) {
    this.address = address;
    this.channel = channel;
    Reconnection.watch(channel);
  }

  String address() {
    return address;
  }

  /** The connection with defaults and error mapping. */
  Channel with(CallDefaults defaults) {
    return ClientInterceptors.interceptForward(
        channel, new ErrorMapping(address, channel), defaults);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
