package dev.ocelli.client;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.Channel;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * Opens the streams of a client.
 *
 * @param connection what they go over
 * @param channel the same with defaults and error mapping
 * @param defaults what holds for them
 */
record StreamOpener(Connection connection, Channel channel, CallDefaults defaults) {

  <I, Q extends MessageLite, R, A> AnswerStream<A> open(
      StreamCodec<I, Q, R, A> codec, Iterator<? extends I> items) {
    return new BidiCall<>(codec, items, this);
  }

  /** With a deadline that starts now, whatever calls it takes. */
  CallOptions options() {
    var deadline = defaults.streamDeadline();
    return deadline == null
        ? CallOptions.DEFAULT
        : CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Connects at once if the connection is lost, instead of after its next delay. */
  void reconnect() {
    connection.reconnect();
  }
}
