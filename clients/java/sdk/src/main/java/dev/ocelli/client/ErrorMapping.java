package dev.ocelli.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Gives every failed call an {@link OcelliException} as its cause, whoever made the call.
 *
 * @param address whom the client calls
 * @param connection the channel, whose state tells a late answer from a lack of a connection
 */
record ErrorMapping(String address, ManagedChannel connection) implements ClientInterceptor {

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                super.onClose(status.isOk() ? status : explain(status, trailers), trailers);
              }
            },
            headers);
      }
    };
  }

  private Status explain(Status status, Metadata trailers) {
    var error = new FailedCall(address, connection.getState(false)).read(status, trailers);
    return Status.fromCode(error.code()).withDescription(error.getMessage()).withCause(error);
  }
}
