package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.DetectFrame;
import dev.ocelli.v1.DetectServiceGrpc.DetectServiceImplBase;
import dev.ocelli.v1.DetectStreamRequest;
import dev.ocelli.v1.DetectStreamResponse;
import dev.ocelli.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BidiCallTest {
  private static final int WINDOW = 3;
  private static final long QUIET_MS = 200;

  private final ScriptedStream script = new ScriptedStream(WINDOW, 1000);
  private final AtomicInteger drawn = new AtomicInteger();

  private Iterator<Frame> frames(int count) {
    return IntStream.range(0, count)
        .peek(number -> drawn.incrementAndGet())
        .mapToObj(number -> Frame.of(Images.encoded(new byte[] {1})))
        .iterator();
  }

  @Test
  void keepsWithinTheWindowAndDrawsNoFrameBeforeItsTurn() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames(20))) {
      assertEquals(WINDOW, answers.window().getMaxUnansweredFrames());
      for (int number = 0; number < 20; number++) {
        var oldest = script.frames.poll(5, TimeUnit.SECONDS);
        if (number % 5 == 0) {
          Thread.sleep(QUIET_MS); // whoever sends too much has time for it here
          assertTrue(script.frames.size() < WINDOW, "unanswered: " + (script.frames.size() + 1));
          assertTrue(drawn.get() <= number + WINDOW, "drawn: " + drawn + " at " + number);
        }
        script.answer(oldest);
        assertEquals(number, answers.next().getFrameId());
      }
      assertTrue(script.halfClosed.await(5, TimeUnit.SECONDS));
      script.end();
      assertFalse(answers.hasNext());
    }
  }

  @Test
  void aSmallerWindowHoldsUntilFewerAreUnanswered() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames(20))) {
      answers.window();
      var sent = new ArrayDeque<DetectFrame>();
      for (int number = 0; number < WINDOW; number++) {
        sent.add(script.frames.poll(5, TimeUnit.SECONDS));
      }
      script.resize(1);
      for (int number = 0; number < WINDOW - 1; number++) {
        script.answer(sent.poll());
        answers.next();
        assertNull(script.frames.poll(QUIET_MS, TimeUnit.MILLISECONDS), "after " + number);
      }
      assertEquals(1, answers.window().getMaxUnansweredFrames());
      script.answer(sent.poll());
      answers.next();
      assertEquals(WINDOW, script.frames.poll(5, TimeUnit.SECONDS).getFrameId());
      assertNull(script.frames.poll(QUIET_MS, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void aLargerWindowLetsMoreBeSentAtOnce() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames(20))) {
      answers.window();
      for (int number = 0; number < WINDOW; number++) {
        script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      }
      // Nobody reads these answers, so what comes after is due to the window.
      assertNull(script.frames.poll(QUIET_MS, TimeUnit.MILLISECONDS));
      script.resize(WINDOW + 2);
      assertEquals(WINDOW, script.frames.poll(5, TimeUnit.SECONDS).getFrameId());
      assertEquals(WINDOW + 1, script.frames.poll(5, TimeUnit.SECONDS).getFrameId());
      assertNull(script.frames.poll(QUIET_MS, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void everyWindowIsReportedInItsPlace() throws Exception {
    var seen = new ArrayList<Integer>();
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers =
            client
                .detectStream(frames(2))
                .onWindow(window -> seen.add(window.getMaxUnansweredFrames()))) {
      answers.window();
      assertEquals(List.of(WINDOW), seen);
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      for (int size = 4; size < 10; size++) {
        script.resize(size); // more of them than there is room for answers
      }
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      script.end();
      answers.next();
      assertEquals(List.of(WINDOW), seen);
      answers.next();
      assertEquals(List.of(WINDOW, 4, 5, 6, 7, 8, 9), seen);
      assertFalse(answers.hasNext());
    }
  }

  @Test
  void aStreamThatEndsWithoutAWindowIsAtFault() throws Exception {
    var silent =
        new DetectServiceImplBase() {
          @Override
          public StreamObserver<DetectStreamRequest> detectStream(
              StreamObserver<DetectStreamResponse> responses) {
            responses.onCompleted();
            return script.detectStream(responses);
          }
        };
    try (var server = new ScriptedServer(silent);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames(1))) {
      assertEquals(Code.INTERNAL, assertThrows(OcelliException.class, answers::window).code());
    }
  }

  @Test
  void aTextFailsInItsTurnWhereObjectsAreFound() throws Exception {
    var frames = List.of(Frame.text("a cat"), Frame.of(Images.encoded(new byte[] {1})));
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames.iterator())) {
      answers.window();
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      var error = OcelliException.of(answers.next().getError());
      assertEquals(Code.INVALID_ARGUMENT, error.code());
      assertTrue(answers.next().hasResult());
    }
  }

  @Test
  void answersThatNobodyReadsHoldTheSenderBack() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames(20))) {
      answers.window();
      for (int number = 0; number < WINDOW; number++) {
        script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      }
      assertNull(script.frames.poll(QUIET_MS, TimeUnit.MILLISECONDS));
      answers.next();
      assertEquals(WINDOW, script.frames.poll(5, TimeUnit.SECONDS).getFrameId());
    }
  }

  @Test
  void aFrameThatIsTooLargeFailsInItsTurnAndTheStreamGoesOn() throws Exception {
    var large = Frame.of(Images.encoded(new byte[1001]));
    var small = Frame.of(Images.encoded(new byte[10]));
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(List.of(small, large, small).iterator())) {
      answers.window();
      for (int number = 0; number < 3; number++) {
        var frame = script.frames.poll(5, TimeUnit.SECONDS);
        assertEquals(number == 1, frame.getImage().getEncoded().isEmpty());
        script.answer(frame);
      }
      assertTrue(answers.next().hasResult());
      var failed = answers.next();
      assertEquals(1, failed.getFrameId());
      var error = OcelliException.of(failed.getError());
      assertEquals(ErrorReason.ERROR_REASON_MESSAGE_TOO_LARGE, error.reason());
      assertFalse(error.isRetryable());
      assertTrue(answers.next().hasResult());
    }
  }

  @Test
  void whatTheFramesThrowComesAfterTheAnswersBeforeIt() throws Exception {
    var frames =
        IntStream.range(0, 5)
            .mapToObj(
                number -> {
                  if (number == 2) {
                    throw new IllegalStateException("the camera is gone");
                  }
                  return Frame.of(Images.encoded(new byte[] {1}));
                })
            .iterator();
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames)) {
      answers.window();
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      assertTrue(script.halfClosed.await(5, TimeUnit.SECONDS));
      script.end();
      assertEquals(0, answers.next().getFrameId());
      assertEquals(1, answers.next().getFrameId());
      var thrown = assertThrows(IllegalStateException.class, answers::hasNext);
      assertEquals("the camera is gone", thrown.getMessage());
    }
  }

  @Test
  void leavingCancelsTheCall() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address())) {
      try (var answers = client.detectStream(frames(20))) {
        answers.window();
      }
      assertTrue(script.cancelled.await(5, TimeUnit.SECONDS));
      int before = drawn.get();
      Thread.sleep(QUIET_MS);
      assertEquals(before, drawn.get());
    }
  }

  @Test
  void anInterruptedReaderLeaves() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames(20))) {
      answers.window();
      Thread.currentThread().interrupt();
      var error = assertThrows(OcelliException.class, answers::hasNext);
      assertTrue(Thread.interrupted());
      assertEquals(Code.CANCELLED, error.code());
      assertTrue(script.cancelled.await(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void anEarlyEndComesAfterTheAnswersBeforeIt() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames(20))) {
      answers.window();
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      script.fail(Status.UNAVAILABLE.withDescription("maintenance").asException());
      assertEquals(0, answers.next().getFrameId());
      var error = assertThrows(OcelliException.class, answers::hasNext);
      assertEquals(Code.UNAVAILABLE, error.code());
      assertTrue(error.getMessage().contains("maintenance"), error.getMessage());
      assertFalse(answers.hasNext());
    }
  }

  @Test
  void aServerThatLeavesFramesUnansweredIsAtFault() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(frames(2))) {
      answers.window();
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      assertTrue(script.halfClosed.await(5, TimeUnit.SECONDS));
      script.end();
      answers.next();
      assertEquals(Code.INTERNAL, assertThrows(OcelliException.class, answers::hasNext).code());
    }
  }
}
