package dev.ocelli.conformance;

import com.google.gson.JsonObject;
import dev.ocelli.client.OcelliException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One case and its 30 s.
 *
 * @param item the case as the plan has it
 * @param inputs what stands for something else in it
 * @param targets the servers
 */
record TimedCase(JsonObject item, Inputs inputs, Targets targets) {
  private static final long LIMIT_S = 30;

  /** The case's entry of the report. */
  JsonObject run() {
    long startedNs = System.nanoTime();
    var difference = difference(startedNs);
    var entry = new JsonObject();
    entry.add("id", item.get("id"));
    entry.addProperty("outcome", difference.isEmpty() ? "passed" : "failed");
    entry.addProperty("message", difference);
    entry.addProperty("duration_ms", sinceMs(startedNs));
    return entry;
  }

  private String difference(long startedNs) {
    var task = new FutureTask<>(() -> check(startedNs));
    var thread = new Thread(task, "case");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(LIMIT_S, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      task.cancel(true);
      return "it did not end within " + LIMIT_S + " s";
    } catch (ExecutionException failed) {
      return "the runner failed: " + failed.getCause();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private String check(long startedNs) throws IOException {
    var resolved = inputs.resolve(item).getAsJsonObject();
    var observed = observe(resolved);
    return new Expectation(resolved.getAsJsonObject("expect"))
        .difference(observed, sinceMs(startedNs));
  }

  private Observed observe(JsonObject resolved) throws IOException {
    try (var client = targets.connect(resolved)) {
      var kind = resolved.get("kind").getAsString();
      var within = Targets.within(client, resolved);
      return switch (kind) {
        case "unary" -> Observed.response(UnaryCall.make(within, resolved));
        case "duplicates" -> Observed.response(DuplicatesCase.run(within, resolved));
        case "stream" -> StreamCase.run(within, resolved);
        case "drain" -> DrainCase.run(within, resolved);
        case "file" -> {
          var path = inputs.files().resolve(resolved.get("path").getAsString());
          yield Observed.response(Messages.print(within.detect(path)));
        }
        case "health" -> {
          var response = new JsonObject();
          var service = resolved.get("service").getAsString();
          response.addProperty("status", within.health(service).name());
          yield Observed.response(response);
        }
        default -> throw new IllegalArgumentException("no kind " + kind);
      };
    } catch (OcelliException failed) {
      return Observed.failure(failed);
    }
  }

  private static long sinceMs(long startedNs) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
  }
}
