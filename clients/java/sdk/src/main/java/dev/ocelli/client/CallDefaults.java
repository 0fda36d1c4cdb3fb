package dev.ocelli.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What holds for the calls of a client.
 *
 * @param unaryDeadline how long a unary call may take
 * @param streamDeadline how long a stream may take; null: as long as it takes
 * @param maxMessageBytes largest message sent
 */
record CallDefaults(Duration unaryDeadline, Duration streamDeadline, int maxMessageBytes)
    implements ClientInterceptor {

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    var deadline = method.getType() == MethodType.UNARY ? unaryDeadline : streamDeadline;
    if (deadline != null && options.getDeadline() == null) {
      options = options.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }
    return new MessageLimit(maxMessageBytes).interceptCall(method, options, next);
  }
}
