package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.ReadOptions;
import dev.ocelli.v1.ReadRequest;
import dev.ocelli.v1.ReadResponse;
import dev.ocelli.v1.TextLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A real edge, with a model that reads patches of a colour as its name. */
@EnabledIfEnvironmentVariable(named = Edge.VARIABLE, matches = ".+")
@Timeout(60)
class ReadTest {
  private static final Image PAGE = Edge.patches();

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
  void linesComeFromTopToBottom() {
    var response = client.read(PAGE);
    var result = response.getResult();
    assertEquals("toy_lines", result.getModel());
    assertEquals("1", result.getModelVersion());
    assertEquals(160, result.getWidth());
    assertEquals(96, result.getHeight());
    assertEquals(List.of("red", "blue"), texts(response));
    assertEquals(0.9, result.getLines(0).getScore(), 1e-4);
    assertEquals(0.7, result.getLines(1).getScore(), 1e-4);
    assertTrue(response.getTimings().getInferenceUs() > 0);
  }

  @Test
  void cornersComeInTheOrderOfReading() {
    var corners = client.read(PAGE).getResult().getLines(0).getCornersList();
    // The patch, grown on each side by 0.8 of its area over half its perimeter.
    var wanted = List.of(List.of(1, 1), List.of(127, 1), List.of(127, 55), List.of(1, 55));
    assertEquals(wanted.size(), corners.size());
    for (int at = 0; at < wanted.size(); at++) {
      assertEquals(wanted.get(at).get(0), corners.get(at).getX(), 3);
      assertEquals(wanted.get(at).get(1), corners.get(at).getY(), 3);
    }
  }

  @Test
  void optionsSayWhatIsRead() {
    var sure = ReadOptions.newBuilder().setScoreThreshold(0.8f).build();
    assertEquals(List.of("red"), texts(client.read(PAGE, asked -> asked.setOptions(sure))));
    var request =
        ReadRequest.newBuilder()
            .setImage(Images.region(PAGE, 0, 50, 160, 96))
            .setModel("toy_lines")
            .build();
    assertEquals(List.of("blue"), texts(client.read(request)));
    assertEquals(List.of("blue"), texts(client.async().read(request).join()));
    var one = ReadOptions.newBuilder().setMaxLines(1).build();
    var most = client.read(PAGE, asked -> asked.setOptions(one));
    assertEquals(List.of("blue"), texts(most));
    assertEquals(1, most.getResult().getUnreadLines());
  }

  @Test
  void filesBytesAndFuturesSayTheSame() throws Exception {
    Path bin = Edge.photo("bin.jpg");
    var bytes = Files.readAllBytes(bin);
    var said = client.read(bin).getResult();
    assertTrue(said.getLinesCount() > 0);
    var async = client.async();
    for (var same :
        List.of(
            client.read(bytes),
            client.read(Images.file(bin)),
            async.read(bin).join(),
            async.read(bytes).join(),
            async.read(Images.file(bin)).join(),
            async.read(Images.file(bin), asked -> asked.setModel("toy_lines")).join())) {
      assertEquals(said, same.getResult());
    }
  }

  @Test
  void whatIsWrongWithOptionsIsNamed() {
    var many = ReadOptions.newBuilder().setMaxLines(1001).build();
    var error =
        assertThrows(
            OcelliException.class, () -> client.read(PAGE, asked -> asked.setOptions(many)));
    assertEquals("options.max_lines", error.fieldViolations().get(0).getField());
    var wrong =
        assertThrows(
            OcelliException.class, () -> client.read(PAGE, asked -> asked.setModel("colors")));
    assertEquals(ErrorReason.ERROR_REASON_MODEL_WRONG_TASK, wrong.reason());
  }

  private static List<String> texts(ReadResponse response) {
    return response.getResult().getLinesList().stream().map(TextLine::getText).toList();
  }
}
