package dev.ocelli.client;

import dev.ocelli.v1.DetectFrame;
import dev.ocelli.v1.DetectFrameAnswer;
import dev.ocelli.v1.DetectResult;
import dev.ocelli.v1.DetectServiceGrpc.DetectServiceImplBase;
import dev.ocelli.v1.DetectStreamRequest;
import dev.ocelli.v1.DetectStreamResponse;
import dev.ocelli.v1.StreamWindow;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/** A {@code DetectStream} that grants a window and answers when the test says so. */
final class ScriptedStream extends DetectServiceImplBase {
  final BlockingQueue<DetectFrame> frames = new LinkedBlockingQueue<>();
  final Semaphore opened = new Semaphore(0);
  final CountDownLatch cancelled = new CountDownLatch(1);
  final CountDownLatch halfClosed = new CountDownLatch(1);
  private final StreamWindow window;
  private volatile StreamObserver<DetectStreamResponse> answers;

  ScriptedStream(int maxUnanswered, long maxMessageBytes) {
    window =
        StreamWindow.newBuilder()
            .setMaxInFlightFrames(1)
            .setMaxUnansweredFrames(maxUnanswered)
            .setMaxMessageBytes(maxMessageBytes)
            .build();
  }

  @Override
  public StreamObserver<DetectStreamRequest> detectStream(
      StreamObserver<DetectStreamResponse> responses) {
    answers = responses;
    ((ServerCallStreamObserver<?>) responses).setOnCancelHandler(cancelled::countDown);
    return new StreamObserver<>() {
      @Override
      public void onNext(DetectStreamRequest request) {
        if (request.hasConfig()) {
          grant(window);
          opened.release();
        } else {
          frames.add(request.getFrame());
        }
      }

      @Override
      public void onError(Throwable broken) {
        cancelled.countDown();
      }

      @Override
      public void onCompleted() {
        halfClosed.countDown();
      }
    };
  }

  /** Grants another window of so many unanswered frames. */
  void resize(int maxUnanswered) {
    grant(window.toBuilder().setMaxUnansweredFrames(maxUnanswered).build());
  }

  /** Answers a frame with an empty result. */
  void answer(DetectFrame frame) {
    var answer =
        DetectFrameAnswer.newBuilder()
            .setFrameId(frame.getFrameId())
            .setResult(DetectResult.getDefaultInstance());
    answers.onNext(DetectStreamResponse.newBuilder().setAnswer(answer).build());
  }

  /** Ends the stream well. */
  void end() {
    answers.onCompleted();
  }

  /** Ends the stream with an error. */
  void fail(Throwable error) {
    answers.onError(error);
  }

  private void grant(StreamWindow granted) {
    answers.onNext(DetectStreamResponse.newBuilder().setWindow(granted).build());
  }
}
