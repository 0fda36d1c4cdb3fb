package dev.ocelli.client;

import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;

/** One connection, shared by the views that a client gives of it. */
final class Connection implements AutoCloseable {
  private final String address;
  private final ManagedChannel channel;
  private final List<ClientInterceptor> interceptors;

  /**
   * Takes over a channel.
   *
   * @param interceptors the caller's own
   */
  Connection(String address, ManagedChannel channel, List<ClientInterceptor> interceptors) {
    this.address = address;
    this.channel = channel;
    this.interceptors = List.copyOf(interceptors);
    Reconnection.watch(channel);
  }

  String address() {
    return address;
  }

  /** The connection with defaults and error mapping, and around these the caller's interceptors. */
  Channel with(CallDefaults defaults) {
    var all = new ArrayList<>(interceptors);
    all.add(new ErrorMapping(address, channel));
    all.add(defaults);
    return ClientInterceptors.interceptForward(channel, all);
  }

  /** Connects at once if the connection is lost, instead of after its next delay. */
  void reconnect() {
    channel.resetConnectBackoff();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
