package dev.ocelli.load;

import dev.ocelli.client.Images;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.DetectRequest;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Load for {@code make restarts} and {@code make rolling}: threads that share a few clients. Some
 * call {@code Detect} at a common rate, others stream frames, each at a rate of its own.
 *
 * <p>Prints {@code calling} once a call was answered and, once its standard input is closed and all
 * have ended, one line of JSON: calls, how many of them failed, how calls and streams failed, and
 * what became of the frames.
 */
final class Callers {
  private final CallersPlan plan;
  private final DetectRequest request;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Pace pace;
  private final Outcomes outcomes = new Outcomes();

  private Callers(CallersPlan plan) {
    this.plan = plan;
    request =
        DetectRequest.newBuilder()
            .setModel(plan.model())
            .setImage(Images.file(plan.image()))
            .build();
    pace = new Pace(plan.callsPerSecond(), over);
  }

  public static void main(String[] arguments) throws Exception {
    var plan = CallersPlan.parse(arguments);
    var clients = new ArrayList<OcelliClient>();
    SeveralAddresses.register();
    for (int number = 0; number < plan.clients(); number++) {
      clients.add(OcelliClient.builder(plan.target()).deadline(plan.timeout()).connect());
    }
    var threads = Executors.newFixedThreadPool(plan.callers() + plan.streams());
    try {
      System.out.println(new Callers(plan).call(threads, clients));
    } finally {
      threads.shutdownNow();
      clients.forEach(OcelliClient::close);
    }
  }

  private String call(ExecutorService threads, List<OcelliClient> clients) throws Exception {
    var callers = new ArrayList<Future<?>>();
    for (int number = 0; number < plan.callers(); number++) {
      var client = clients.get(number % clients.size());
      callers.add(threads.submit(() -> keepCalling(client)));
    }
    for (int number = 0; number < plan.streams(); number++) {
      var client = clients.get(number % clients.size());
      var frames = new PacedFrames(request.getImage(), new Pace(plan.framesPerSecond(), over));
      callers.add(threads.submit(() -> Streamed.stream(client, plan.model(), frames, outcomes)));
    }
    System.in.transferTo(OutputStream.nullOutputStream());
    over.countDown();
    for (var caller : callers) {
      caller.get();
    }
    return outcomes.report();
  }

  private Void keepCalling(OcelliClient client) throws InterruptedException {
    while (pace.next()) {
      detect(client);
    }
    return null;
  }

  private void detect(OcelliClient client) {
    try {
      if (client.detect(request).getResult().getDetectionsCount() > 0) {
        outcomes.answered();
      } else {
        outcomes.failed("OK", "nothing found");
      }
    } catch (OcelliException failed) {
      outcomes.failed(failed);
    }
  }
}
