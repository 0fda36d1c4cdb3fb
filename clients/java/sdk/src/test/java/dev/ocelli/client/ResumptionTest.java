package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import dev.ocelli.v1.DetectServiceGrpc.DetectServiceImplBase;
import dev.ocelli.v1.DetectStreamRequest;
import dev.ocelli.v1.DetectStreamResponse;
import dev.ocelli.v1.StreamWindow;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of a client {@code withResume}, against servers that end them. */
@Timeout(30)
class ResumptionTest {
  private static final int WINDOW = 3;
  private static final int LARGEST_BYTES = 1000;
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Status GONE = Status.UNAVAILABLE.withDescription("maintenance");

  private final ScriptedStream script = new ScriptedStream(WINDOW, LARGEST_BYTES);

  private static Iterator<Frame> frames(int count) {
    return IntStream.range(0, count).mapToObj(number -> frame(1)).iterator();
  }

  private static Frame frame(int bytes) {
    return Frame.of(new byte[bytes]);
  }

  /** Answers so many frames as they come, then ends the stream; returns their ids. */
  private static List<Long> serve(ScriptedStream script, int count) {
    var ids = new ArrayList<Long>();
    try {
      while (ids.size() < count) {
        var frame = script.frames.poll(5, TimeUnit.SECONDS);
        ids.add(frame.getFrameId());
        script.answer(frame);
      }
      assertTrue(script.halfClosed.await(5, TimeUnit.SECONDS));
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
    script.end();
    return ids;
  }

  private static void awaitFrames(ScriptedStream script, int count) throws InterruptedException {
    for (int number = 0; number < count; number++) {
      assertTrue(script.frames.poll(5, TimeUnit.SECONDS) != null, "frame " + number);
    }
  }

  private static List<Long> ids(long first, long end) {
    return LongStream.range(first, end).boxed().toList();
  }

  @Test
  void afterARestartWhatWasNotAnsweredIsSentAgainAndNothingIsAnsweredTwice() throws Exception {
    var next = new ScriptedStream(2, LARGEST_BYTES);
    var windows = new ArrayList<Integer>();
    var seen = new ArrayList<Long>();
    var server = new ScriptedServer(script);
    CompletableFuture<ScriptedServer> restarted = null;
    try (var client = OcelliClient.connect(server.address());
        var answers =
            client
                .withResume(LIMIT)
                .detectStream(frames(10))
                .onWindow(window -> windows.add(window.getMaxUnansweredFrames()))) {
      answers.window();
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      seen.add(answers.next().getFrameId());
      awaitFrames(script, WINDOW);
      server.close();
      restarted = CompletableFuture.supplyAsync(() -> restart(next, server.port()));
      var served = CompletableFuture.supplyAsync(() -> serve(next, 9));
      answers.forEach(answer -> seen.add(answer.getFrameId()));
      assertEquals(ids(0, 10), seen);
      assertEquals(ids(1, 10), served.join());
      assertEquals(List.of(WINDOW, 2), windows);
    } finally {
      server.close();
      if (restarted != null) {
        restarted.join().close();
      }
    }
  }

  @Test
  void theServersDelayIsHeeded() throws Exception {
    var delay = RetryInfo.newBuilder().setRetryDelay(Durations.fromMillis(800)).build();
    var draining =
        com.google.rpc.Status.newBuilder()
            .setCode(Code.UNAVAILABLE.value())
            .addDetails(Any.pack(delay))
            .build();
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.withResume(LIMIT).detectStream(frames(1))) {
      answers.window();
      awaitFrames(script, 1);
      long startedNs = System.nanoTime();
      script.fail(StatusProto.toStatusRuntimeException(draining));
      var served = CompletableFuture.supplyAsync(() -> serve(script, 1));
      assertEquals(0, answers.next().getFrameId());
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
      assertTrue(tookMs >= 800, "it took " + tookMs + " ms");
      assertFalse(answers.hasNext());
      assertEquals(List.of(0L), served.join());
    }
  }

  @Test
  void itemsThatWereAllSentAreSentAgain() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.withResume(LIMIT).detectStream(frames(2))) {
      answers.window();
      assertTrue(script.halfClosed.await(5, TimeUnit.SECONDS));
      script.answer(script.frames.poll(5, TimeUnit.SECONDS));
      awaitFrames(script, 1);
      script.fail(GONE.asException());
      var served = CompletableFuture.supplyAsync(() -> serve(script, 1));
      assertEquals(
          List.of(0L, 1L),
          Stream.of(answers.next(), answers.next()).map(answer -> answer.getFrameId()).toList());
      assertFalse(answers.hasNext());
      assertEquals(List.of(1L), served.join());
    }
  }

  @Test
  void anItemThatCannotBeSentKeepsItsError() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers =
            client.withResume(LIMIT).detectStream(List.of(frame(2000), frame(1)).iterator())) {
      answers.window();
      awaitFrames(script, 2);
      script.fail(GONE.asException());
      var served = CompletableFuture.supplyAsync(() -> serve(script, 2));
      var error = OcelliException.of(answers.next().getError());
      assertEquals(Code.RESOURCE_EXHAUSTED, error.code());
      assertTrue(answers.next().hasResult());
      assertFalse(answers.hasNext());
      assertEquals(List.of(0L, 1L), served.join());
    }
  }

  /** Frames as they come. */
  private static Iterator<Frame> from(BlockingQueue<Frame> camera) {
    return Stream.generate(
            () -> {
              try {
                return camera.take();
              } catch (InterruptedException interrupted) {
                throw new IllegalStateException("the camera was interrupted", interrupted);
              }
            })
        .iterator();
  }

  @Test
  void whatIsSentAgainDoesNotWaitForTheNextItem() throws Exception {
    BlockingQueue<Frame> camera = new LinkedBlockingQueue<>();
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.withResume(LIMIT).detectStream(from(camera))) {
      answers.window();
      camera.add(frame(1));
      camera.add(frame(1));
      awaitFrames(script, 2);
      pause(100); // the sender waits for the camera
      script.fail(GONE.asException());
      var reading = CompletableFuture.supplyAsync(answers::next);
      for (int number = 0; number < 2; number++) {
        var frame = script.frames.poll(5, TimeUnit.SECONDS);
        assertEquals(number, frame.getFrameId());
        script.answer(frame);
      }
      assertEquals(0, reading.get(5, TimeUnit.SECONDS).getFrameId());
      assertEquals(1, answers.next().getFrameId());
    }
  }

  @Test
  void itemsThatComeSlowlyAreNotLostOrInterrupted() throws Exception {
    BlockingQueue<Frame> camera = new LinkedBlockingQueue<>();
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.withResume(LIMIT).detectStream(from(camera))) {
      assertTrue(script.opened.tryAcquire(5, TimeUnit.SECONDS));
      for (int number = 0; number < 3; number++) {
        answers.window();
        camera.add(frame(1));
        var frame = script.frames.poll(5, TimeUnit.SECONDS);
        assertEquals(number, frame.getFrameId());
        script.answer(frame);
        assertEquals(number, answers.next().getFrameId());
        script.fail(GONE.asException());
        var reading = CompletableFuture.supplyAsync(answers::hasNext);
        // Before that the next frame might still go to the stream that has failed.
        assertTrue(script.opened.tryAcquire(5, TimeUnit.SECONDS));
        camera.add(frame(1));
        frame = script.frames.poll(5, TimeUnit.SECONDS);
        assertEquals(++number, frame.getFrameId());
        script.answer(frame);
        assertTrue(reading.get(5, TimeUnit.SECONDS));
        answers.next();
      }
    }
  }

  @Test
  void whatAnotherAttemptCannotHelpEndsTheStream() throws Exception {
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.withResume(LIMIT).detectStream(frames(1))) {
      answers.window();
      script.fail(Status.INVALID_ARGUMENT.asException());
      var error = assertThrows(OcelliException.class, answers::hasNext);
      assertEquals(Code.INVALID_ARGUMENT, error.code());
    }
  }

  @Test
  void aServerThatStaysAwayEndsTheStream() throws Exception {
    var server = new ScriptedServer(script);
    try (var client = OcelliClient.connect(server.address());
        var answers = client.withResume(Duration.ofSeconds(1)).detectStream(frames(1))) {
      answers.window();
      server.close();
      long startedNs = System.nanoTime();
      var error = assertThrows(OcelliException.class, answers::hasNext);
      FailedCallTest.checkUnreachable(error, server.address());
      assertTrue(System.nanoTime() - startedNs < 3_000_000_000L);
    }
  }

  @Test
  void aServerThatAnswersNothingEndsTheStream() throws Exception {
    var opened = new AtomicInteger();
    var crashing =
        new DetectServiceImplBase() {
          @Override
          public StreamObserver<DetectStreamRequest> detectStream(
              StreamObserver<DetectStreamResponse> responses) {
            opened.incrementAndGet();
            var window = StreamWindow.newBuilder().setMaxUnansweredFrames(1);
            responses.onNext(DetectStreamResponse.newBuilder().setWindow(window).build());
            return new StreamObserver<>() {
              @Override
              public void onNext(DetectStreamRequest request) {
                if (request.hasFrame()) {
                  responses.onError(GONE.asException());
                }
              }

              @Override
              public void onError(Throwable broken) {
                // By the client.
              }

              @Override
              public void onCompleted() {
                // After an error.
              }
            };
          }
        };
    try (var server = new ScriptedServer(crashing);
        var client = OcelliClient.connect(server.address());
        var answers = client.withResume(Duration.ofSeconds(1)).detectStream(frames(1))) {
      var error = assertThrows(OcelliException.class, answers::hasNext);
      assertEquals(Code.UNAVAILABLE, error.code());
      assertTrue(opened.get() > 1, "opened: " + opened);
    }
  }

  @Test
  void aDeadlineIsThatOfAllCallsTogether() throws Exception {
    var deadline = Duration.ofMillis(1500);
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address())) {
      long startedNs = System.nanoTime();
      try (var answers = client.withDeadline(deadline).withResume(LIMIT).detectStream(frames(1))) {
        answers.window();
        awaitFrames(script, 1);
        pause(1000);
        script.fail(GONE.asException());
        var error = assertThrows(OcelliException.class, answers::hasNext);
        assertEquals(Code.DEADLINE_EXCEEDED, error.code());
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
        assertTrue(tookMs < 2200, "it took " + tookMs + " ms");
      }
    }
  }

  private static ScriptedServer restart(ScriptedStream next, int port) {
    pause(1500);
    try {
      return new ScriptedServer(next, port);
    } catch (IOException taken) {
      throw new UncheckedIOException(taken);
    }
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
