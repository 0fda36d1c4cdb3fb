package dev.ocelli.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A unary call before it is made, for callers that wait and for those that do not.
 *
 * @param <Q> the request message
 * @param <R> the response message
 * @param <T> what the caller gets
 * @param method which call
 * @param message what to send
 * @param result reads the response
 * @param recover reads a failure that is an answer, and throws any other
 */
record UnaryRequest<Q, R, T>(
    MethodDescriptor<Q, R> method,
    Q message,
    Function<? super R, ? extends T> result,
    Function<OcelliException, ? extends T> recover) {

  UnaryRequest(MethodDescriptor<Q, R> method, Q message, Function<? super R, ? extends T> result) {
    this(
        method,
        message,
        result,
        failed -> {
          throw failed;
        });
  }

  /** Makes the call and waits for its result. */
  T call(Channel channel) {
    return call(channel, CallOptions.DEFAULT);
  }

  T call(Channel channel, CallOptions options) {
    try {
      var response = ClientCalls.blockingUnaryCall(channel, method, options, message);
      return result.apply(response);
    } catch (StatusRuntimeException failed) {
      return recover.apply(OcelliException.from(failed));
    }
  }

  /** Makes the call and returns at once. Cancelling the future cancels the call. */
  CompletableFuture<T> send(Channel channel) {
    var sent = ClientCalls.futureUnaryCall(channel.newCall(method, CallOptions.DEFAULT), message);
    var answer = new CompletableFuture<T>();
    answer.whenComplete((done, failed) -> sent.cancel(true)); // of what has ended, nothing
    sent.addListener(() -> complete(answer, sent), Runnable::run);
    return answer;
  }

  /** Makes the call, if the request can be made; else the future fails with the reason. */
  static <T> CompletableFuture<T> send(
      Channel channel, Supplier<? extends UnaryRequest<?, ?, T>> request) {
    try {
      return request.get().send(channel);
    } catch (OcelliException unsendable) {
      return CompletableFuture.failedFuture(unsendable);
    }
  }

  private void complete(CompletableFuture<T> answer, Future<R> sent) {
    try {
      answer.complete(received(sent));
    } catch (CancellationException cancelled) {
      answer.cancel(true);
    } catch (RuntimeException failed) {
      answer.completeExceptionally(failed);
    }
  }

  private T received(Future<R> sent) {
    try {
      return result.apply(sent.get());
    } catch (ExecutionException failed) {
      return recover.apply(OcelliException.from(failed));
    } catch (InterruptedException impossible) {
      throw new IllegalStateException("what has ended needs no waiting", impossible);
    }
  }
}
