package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.Collection;
import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.InputKind;
import dev.ocelli.v1.Task;
import io.grpc.Status.Code;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Versions and spaces of models, at a real edge. */
@EnabledIfEnvironmentVariable(named = Edge.VARIABLE, matches = ".+")
@Timeout(60)
class VersionsAndSpacesTest {
  private static final Map<String, Image> COLORS =
      Map.of(
          "red", Edge.plain(9, 9, 220, 10, 20),
          "green", Edge.plain(9, 9, 10, 200, 30),
          "blue", Edge.plain(9, 9, 5, 25, 240));

  private final Image red = COLORS.get("red");

  private OcelliClient client;

  @BeforeEach
  void connect() {
    client = OcelliClient.connect(Edge.address());
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void modelsSayWhatTheyTakeAndInWhichSpace() {
    var images = client.models().get("toy_images");
    var texts = client.models().get("toy_texts");
    assertEquals(InputKind.INPUT_KIND_PIXELS, images.getInputKind());
    assertEquals(InputKind.INPUT_KIND_TEXT, texts.getInputKind());
    assertEquals("toy", images.getSpace());
    assertEquals("toy", texts.getSpace());
    assertFalse(texts.hasInput());
    var colors = client.models().get("colors");
    assertEquals(Task.TASK_CLASSIFY, colors.getTask());
    assertEquals("1", colors.getVersions(0).getVersion());
    assertTrue(colors.getBatchLatencies(0).getLatencyUs() > 0);
  }

  @Test
  void everyCallForImagesTakesAVersion() {
    Map<String, Function<String, String>> calls =
        Map.of(
            "classify",
            version ->
                client
                    .classify(red, asked -> asked.setModelVersion(version))
                    .getResult()
                    .getModelVersion(),
            "detect",
            version ->
                client
                    .detect(red, asked -> asked.setModel("halves").setModelVersion(version))
                    .getResult()
                    .getModelVersion(),
            "read",
            version ->
                client
                    .read(red, asked -> asked.setModelVersion(version))
                    .getResult()
                    .getModelVersion(),
            "embed",
            version ->
                client
                    .embed(red, asked -> asked.setModel("toy_images").setModelVersion(version))
                    .getResult()
                    .getModelVersion(),
            "classifyStream",
            version -> {
              try (var answers =
                  client.classifyStream(frame(), config -> config.setModelVersion(version))) {
                return answers.next().getResult().getModelVersion();
              }
            },
            "detectStream",
            version -> {
              try (var answers =
                  client.detectStream(
                      frame(), config -> config.setModel("halves").setModelVersion(version))) {
                return answers.next().getResult().getModelVersion();
              }
            },
            "embedStream",
            version -> {
              try (var answers =
                  client.embedStream(
                      frame(), config -> config.setModel("toy_images").setModelVersion(version))) {
                return answers.next().getResult().getModelVersion();
              }
            });
    calls.forEach(
        (name, call) -> {
          assertEquals("1", call.apply("1"), name);
          var error = assertThrows(OcelliException.class, () -> call.apply("7"), name);
          assertEquals(ErrorReason.ERROR_REASON_MODEL_VERSION_NOT_FOUND, error.reason(), name);
          assertEquals(Code.NOT_FOUND, error.code());
          assertFalse(error.hint().isEmpty());
        });
  }

  @Test
  void textsAndImagesOfOneSpaceFindTheirModel() {
    for (var model : List.of("toy_images", "toy_texts")) {
      var seen = client.embed(red, asked -> asked.setModel(model)).getResult();
      assertEquals("toy_images", seen.getModel());
      var frames = List.of(Frame.text("red"), Frame.of(red)).iterator();
      try (var answers = client.embedStream(frames, config -> config.setModel(model))) {
        var read = answers.next().getResult();
        assertEquals("toy_texts", read.getModel());
        assertTrue(read.getVector().getValues(0) > 0.9, read.toString());
        assertEquals(seen.getVector(), answers.next().getResult().getVector());
      }
    }
  }

  @Test
  void photosAreFoundByWords() {
    var name = "java-words-" + System.nanoTime();
    client
        .collections()
        .create(Collection.newBuilder().setName(name).setModel("toy_images").build());
    var entries =
        COLORS.entrySet().stream()
            .map(color -> IndexEntry.of(color.getKey(), color.getValue()))
            .iterator();
    try (var answers = client.points().indexStream(name, entries)) {
      answers.forEach(answer -> assertTrue(answer.hasResult(), answer.toString()));
    }
    for (var color : COLORS.keySet()) {
      assertEquals(color, client.search().search(name, Query.text(color), 1).getHits(0).getId());
    }
    var other = Collection.newBuilder().setName(name).setModel("toy_texts").build();
    assertEquals("toy_texts", client.collections().update(other, "model").getModel());
    client.collections().delete(name);
  }

  private Iterator<Frame> frame() {
    return List.of(Frame.of(red)).iterator();
  }
}
