package dev.ocelli.conformance;

import com.google.gson.JsonObject;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.Tls;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The servers that cases name.
 *
 * @param addresses {@code host:port} by name
 * @param certificates PEM files by name
 * @param tokens API keys and tokens by name
 */
record Targets(JsonObject addresses, JsonObject certificates, JsonObject tokens) {

  static Targets of(JsonObject plan) {
    return new Targets(
        plan.getAsJsonObject("targets"),
        plan.getAsJsonObject("tls"),
        plan.getAsJsonObject("tokens"));
  }

  /** A client as a case asks for it. */
  OcelliClient connect(JsonObject item) {
    var builder =
        OcelliClient.builder(addresses.get(item.get("target").getAsString()).getAsString());
    if (item.has("tls")) {
      builder.tls(tls(item.get("tls").getAsString()));
    }
    if (item.has("token")) {
      var token = tokens.get(item.get("token").getAsString()).getAsString();
      builder.token(() -> token);
    }
    return builder.connect();
  }

  /** The same client with the deadline that a case asks for. */
  static OcelliClient within(OcelliClient client, JsonObject item) {
    return item.has("timeout_ms")
        ? client.withDeadline(Duration.ofMillis(item.get("timeout_ms").getAsLong()))
        : client;
  }

  private Tls tls(String kind) {
    return switch (kind) {
      case "ca", "other_ca" -> Tls.trusting(file(kind));
      case "mutual" -> Tls.trusting(file("ca")).showing(file("client_cert"), file("client_key"));
      default -> throw new IllegalArgumentException("no tls " + kind);
    };
  }

  private Path file(String name) {
    return Path.of(certificates.get(name).getAsString());
  }
}
