package dev.ocelli.client;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;

/**
 * Calls off what would send too large a message. gRPC's own limit leaves a call that waits for a
 * connection without an end.
 *
 * @param maxBytes of the serialized message
 */
record MessageLimit(int maxBytes) implements ClientInterceptor {

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      private boolean calledOff;

      @Override
      public void sendMessage(Q message) {
        if (calledOff) {
          return;
        }
        if (message instanceof MessageLite sized && sized.getSerializedSize() > maxBytes) {
          calledOff = true;
          var error = Failures.tooLarge(sized.getSerializedSize(), maxBytes, Failures.CLIENT_LIMIT);
          cancel(error.getMessage(), error);
          return;
        }
        super.sendMessage(message);
      }

      @Override
      public void halfClose() {
        if (!calledOff) {
          super.halfClose();
        }
      }
    };
  }
}
