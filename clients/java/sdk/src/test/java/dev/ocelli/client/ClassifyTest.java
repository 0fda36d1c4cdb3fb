package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.Classification;
import dev.ocelli.v1.ClassifyFrameAnswer;
import dev.ocelli.v1.ClassifyOptions;
import dev.ocelli.v1.ClassifyRequest;
import dev.ocelli.v1.ClassifyResponse;
import dev.ocelli.v1.ClassifyResult;
import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A real edge, with a classifier that tells colours. */
@EnabledIfEnvironmentVariable(named = Edge.VARIABLE, matches = ".+")
@Timeout(60)
class ClassifyTest {
  private static final Image RED = Edge.plain(40, 20, 200, 50, 50);
  private static final Image BLUE = Edge.plain(40, 20, 20, 20, 220);

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
  void theBestClassesComeFirst() {
    var response = client.classify(RED);
    var result = response.getResult();
    assertEquals("colors", result.getModel());
    assertEquals("1", result.getModelVersion());
    assertEquals(40, result.getWidth());
    assertEquals(List.of("red", "green", "blue"), labels(result));
    double odds = Math.exp((200 - 50) / 25.5); // logits are tenths of the mean colour's share
    assertEquals(odds / (odds + 2), result.getClassifications(0).getScore(), 1e-3);
    assertTrue(response.getTimings().getInferenceUs() > 0);
  }

  @Test
  void optionsSayWhichClassesAreReported() {
    var one = ClassifyOptions.newBuilder().setTopK(1).build();
    assertEquals(List.of("red"), labels(client.classify(RED, asked -> asked.setOptions(one))));
    var sure = ClassifyOptions.newBuilder().setScoreThreshold(0.5f).build();
    assertEquals(List.of("red"), labels(client.classify(RED, asked -> asked.setOptions(sure))));
    var request =
        ClassifyRequest.newBuilder()
            .setImage(RED)
            .setModel("colors")
            .setOptions(ClassifyOptions.newBuilder().addLabels("blue"))
            .build();
    assertEquals(List.of("blue"), labels(client.classify(request)));
    assertEquals(List.of("blue"), labels(client.async().classify(request).join()));
  }

  @Test
  void filesBytesAndFuturesShowTheSame() throws Exception {
    Path cat = Edge.photo("cat.png");
    var bytes = Files.readAllBytes(cat);
    var shown = client.classify(cat).getResult();
    var async = client.async();
    for (var same :
        List.of(
            client.classify(bytes),
            client.classify(Images.file(cat)),
            async.classify(cat).join(),
            async.classify(bytes).join(),
            async.classify(Images.file(cat)).join(),
            async.classify(Images.file(cat), asked -> asked.setModel("colors")).join())) {
      assertEquals(shown, same.getResult());
    }
  }

  @Test
  void aStreamAnswersEachFrameInOrder() {
    var frames =
        Stream.of(
                Frame.of(RED).withId(7).takenAt(70),
                Frame.of(new byte[] {1}),
                Frame.of(Path.of("missing.png")),
                Frame.text("red"),
                Frame.of(BLUE))
            .iterator();
    var answers = new ArrayList<ClassifyFrameAnswer>();
    try (var stream =
        client.classifyStream(frames, config -> config.getOptionsBuilder().setTopK(1))) {
      assertEquals("colors", stream.window().getModel());
      stream.forEach(answers::add);
    }
    var ids = answers.stream().map(ClassifyFrameAnswer::getFrameId).toList();
    assertEquals(List.of(7L, 1L, 2L, 3L, 4L), ids);
    assertEquals(70, answers.get(0).getCaptureTimeUs());
    assertEquals(List.of("red"), labels(answers.get(0).getResult()));
    assertEquals(List.of("blue"), labels(answers.get(4).getResult()));
    var damaged = OcelliException.of(answers.get(1).getError());
    assertEquals(ErrorReason.ERROR_REASON_IMAGE_FORMAT_UNKNOWN, damaged.reason());
    var missing = OcelliException.of(answers.get(2).getError());
    assertTrue(missing.getMessage().contains("missing.png"), missing.getMessage());
    var text = OcelliException.of(answers.get(3).getError());
    assertTrue(text.getMessage().contains("no image"), text.getMessage());
  }

  @Test
  void aStreamHasDefaults() {
    try (var stream = client.classifyStream(List.of(Frame.of(BLUE)).iterator())) {
      assertEquals("blue", labels(stream.next().getResult()).get(0));
      assertFalse(stream.hasNext());
    }
  }

  @Test
  void whatIsWrongWithOptionsIsNamed() {
    var many = ClassifyOptions.newBuilder().setTopK(1001).build();
    var error =
        assertThrows(
            OcelliException.class, () -> client.classify(RED, asked -> asked.setOptions(many)));
    assertEquals("options.top_k", error.fieldViolations().get(0).getField());
    var wrong =
        assertThrows(
            OcelliException.class,
            () -> client.classify(RED, asked -> asked.setModel("nanodet_coco80")));
    assertEquals(ErrorReason.ERROR_REASON_MODEL_WRONG_TASK, wrong.reason());
  }

  private static List<String> labels(ClassifyResponse response) {
    return labels(response.getResult());
  }

  private static List<String> labels(ClassifyResult result) {
    return result.getClassificationsList().stream().map(Classification::getLabel).toList();
  }
}
