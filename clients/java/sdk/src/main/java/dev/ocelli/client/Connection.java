package dev.ocelli.client;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.function.Supplier;

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
    return ClientInterceptors.interceptForward(channel, new ErrorMapping(address), defaults);
  }

  /** Makes a call over a stub and throws its failure as it is meant. */
  static <T> T invoke(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException failed) {
      throw OcelliException.from(failed);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
