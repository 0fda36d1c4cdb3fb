package dev.ocelli.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
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
    var context = Context.current();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      private volatile boolean cancelled;

      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                boolean byCaller = cancelled || context.isCancelled();
                super.onClose(
                    status.isOk() ? status : explain(status, trailers, byCaller), trailers);
              }
            },
            headers);
      }

      @Override
      public void cancel(String message, Throwable cause) {
        cancelled = true;
        super.cancel(message, cause);
      }
    };
  }

  private Status explain(Status status, Metadata trailers, boolean cancelledByCaller) {
    var call = new FailedCall(address, connection.getState(false), cancelledByCaller);
    var error = call.read(status, trailers);
    return Status.fromCode(error.code()).withDescription(error.getMessage()).withCause(error);
  }
}
