package dev.ocelli.client;

import dev.ocelli.v1.ModelServiceGrpc;
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
 * @param unaryDeadline how long a unary call may take, loading a model excepted
 * @param loadDeadline how long loading a model may take
 * @param streamDeadline how long a stream may take; null: as long as it takes
 * @param maxMessageBytes largest message sent
 * @param resumeLimit how long a stream may be without its server; zero: it ends with its call
 */
record CallDefaults(
    Duration unaryDeadline,
    Duration loadDeadline,
    Duration streamDeadline,
    int maxMessageBytes,
    Duration resumeLimit)
    implements ClientInterceptor {

  /** The same with one deadline for every call. */
  CallDefaults within(Duration deadline) {
    return new CallDefaults(deadline, deadline, deadline, maxMessageBytes, resumeLimit);
  }

  /** The same with streams that may be so long without their server. */
  CallDefaults resuming(Duration limit) {
    return new CallDefaults(unaryDeadline, loadDeadline, streamDeadline, maxMessageBytes, limit);
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    var deadline = deadline(method);
    if (deadline != null && options.getDeadline() == null) {
      options = options.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }
    return new MessageLimit(maxMessageBytes).interceptCall(method, options, next);
  }

  private Duration deadline(MethodDescriptor<?, ?> method) {
    if (method.getType() != MethodType.UNARY) {
      return streamDeadline;
    }
    var load = ModelServiceGrpc.getLoadModelMethod().getFullMethodName();
    return method.getFullMethodName().equals(load) ? loadDeadline : unaryDeadline;
  }
}
