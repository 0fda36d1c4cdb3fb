package dev.ocelli.client;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The service config that all clients share: which calls may be sent twice, and when. */
final class RetryPolicy {
  private static final String FILE = "service_config.json";

  private RetryPolicy() {}

  /** The service config, with as many attempts at a call. */
  @SuppressWarnings("unchecked") // the file is our own
  static Map<String, ?> serviceConfig(int maxAttempts) {
    Map<String, Object> config = Payloads.toMap(read());
    for (Object method : (List<Object>) config.get("methodConfig")) {
      var retries = (Map<String, Object>) ((Map<String, Object>) method).get("retryPolicy");
      retries.put("maxAttempts", (double) maxAttempts);
    }
    return config;
  }

  private static Struct read() {
    var config = Struct.newBuilder();
    try (var file = RetryPolicy.class.getResourceAsStream(FILE);
        var text = new InputStreamReader(file, StandardCharsets.UTF_8)) {
      JsonFormat.parser().merge(text, config);
    } catch (IOException broken) {
      throw new UncheckedIOException("the client's jar lacks a sound " + FILE, broken);
    }
    return config.build();
  }
}
