package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Status.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ClientBuilderTest {
  private static final String ADDRESS = "127.0.0.1:8500";

  @TempDir private Path folder;

  private static void refuses(String field, Executable settings) {
    var error = assertThrows(OcelliException.class, settings);
    assertEquals(Code.INVALID_ARGUMENT, error.code());
    assertEquals(field, error.fieldViolations().get(0).getField());
  }

  @Test
  void refusesWhatCannotBe() throws Exception {
    var builder = OcelliClient.builder(ADDRESS);
    refuses("deadline", () -> builder.deadline(Duration.ZERO));
    refuses("maxMessageBytes", () -> builder.maxMessageBytes(0));
    refuses("maxAttempts", () -> builder.maxAttempts(6));
    refuses("address", () -> OcelliClient.connect(""));
    refuses("address", () -> OcelliClient.connect("localhost:70000"));
    refuses("token", () -> OcelliClient.builder(ADDRESS).token(() -> "t").connect());
  }

  @Test
  void refusesFilesThatAreNotWhatTheyShouldBe() throws Exception {
    var text = Files.writeString(folder.resolve("text.pem"), "no certificate");
    var missing = folder.resolve("missing.pem");
    refuses("tls.ca", () -> connect(Tls.trusting(missing)));
    refuses("tls.ca", () -> connect(Tls.trusting(text)));
    refuses("tls.cert", () -> connect(Tls.standard().showing(text, text)));
  }

  private static void connect(Tls tls) {
    OcelliClient.builder(ADDRESS).tls(tls).connect().close();
  }
}
