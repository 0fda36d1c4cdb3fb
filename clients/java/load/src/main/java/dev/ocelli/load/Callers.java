package dev.ocelli.load;

import dev.ocelli.client.Images;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.DetectRequest;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Load for {@code make restarts}: threads that share a few clients and call {@code Detect} at a
 * common rate.
 *
 * <p>Prints {@code calling} once a call was answered and, once its standard input is closed and
 * every call has ended, one line of JSON: calls, how many of them failed, and how.
 */
final class Callers {
  private final DetectRequest request;
  private final Pace pace;
  private final Outcomes outcomes = new Outcomes();

  private Callers(CallersPlan plan) {
    request =
        DetectRequest.newBuilder()
            .setModel(plan.model())
            .setImage(Images.file(plan.image()))
            .build();
    pace = new Pace(plan.callsPerSecond());
  }

  public static void main(String[] arguments) throws Exception {
    var plan = CallersPlan.parse(arguments);
    var clients = new ArrayList<OcelliClient>();
    for (int number = 0; number < plan.clients(); number++) {
      clients.add(OcelliClient.builder(plan.target()).deadline(plan.timeout()).connect());
    }
    var threads = Executors.newFixedThreadPool(plan.callers());
    try {
      System.out.println(new Callers(plan).call(threads, plan.callers(), clients));
    } finally {
      threads.shutdownNow();
      clients.forEach(OcelliClient::close);
    }
  }

  private String call(ExecutorService threads, int count, List<OcelliClient> clients)
      throws Exception {
    var callers = new ArrayList<Future<?>>();
    for (int number = 0; number < count; number++) {
      var client = clients.get(number % clients.size());
      callers.add(threads.submit(() -> keepCalling(client)));
    }
    System.in.transferTo(OutputStream.nullOutputStream());
    pace.end();
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
