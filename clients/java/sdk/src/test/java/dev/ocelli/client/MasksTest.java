package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ocelli.v1.Detection;
import dev.ocelli.v1.MaskFormat;
import dev.ocelli.v1.MaskRuns;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@Timeout(60)
class MasksTest {
  private static MaskRuns runs(int width, int height, Integer... lengths) {
    return MaskRuns.newBuilder()
        .setWidth(width)
        .setHeight(height)
        .addAllLengths(List.of(lengths))
        .build();
  }

  @Test
  void runsCrossFromRowToRow() {
    var pixels = Masks.toPixels(runs(3, 3, 2, 5, 1, 1));
    assertArrayEquals(new boolean[] {false, false, true}, pixels[0]);
    assertArrayEquals(new boolean[] {true, true, true}, pixels[1]);
    assertArrayEquals(new boolean[] {true, false, true}, pixels[2]);
  }

  @Test
  void runsThatDoNotFitAreCut() {
    assertArrayEquals(new boolean[] {true, true}, Masks.toPixels(runs(2, 1, 0, -1, 7))[0]);
    assertArrayEquals(new boolean[] {true, false}, Masks.toPixels(runs(2, 1, 0, 1))[0]);
    assertEquals(0, Masks.toPixels(MaskRuns.getDefaultInstance()).length);
  }

  @Test
  @EnabledIfEnvironmentVariable(named = Edge.VARIABLE, matches = ".+")
  void thereIsNoMaskUnlessItIsAskedFor() {
    assertFalse(half(MaskFormat.MASK_FORMAT_UNSPECIFIED).hasMask());
  }

  @Test
  @EnabledIfEnvironmentVariable(named = Edge.VARIABLE, matches = ".+")
  void runsAreThePixelsWithinTheBox() {
    var runs = half(MaskFormat.MASK_FORMAT_RUNS).getMask().getRuns();
    assertEquals(32, runs.getXMin());
    assertEquals(16, runs.getYMin());
    var left = new boolean[64];
    Arrays.fill(left, 0, 32, true); // the object is the left half of the image
    var pixels = Masks.toPixels(runs);
    assertEquals(32, pixels.length);
    for (var row : pixels) {
      assertArrayEquals(left, row);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = Edge.VARIABLE, matches = ".+")
  void polygonsComeWithTheFramesOfAStream() {
    var frames = List.of(Frame.of(Edge.plain(128, 64, 240, 0, 0))).iterator();
    try (var client = OcelliClient.connect(Edge.address());
        var answers =
            client.detectStream(
                frames,
                config ->
                    config
                        .setModel("halves")
                        .getOptionsBuilder()
                        .setMaskFormat(MaskFormat.MASK_FORMAT_POLYGONS))) {
      var mask = answers.next().getResult().getDetections(0).getMask();
      var corners = mask.getPolygons().getPolygons(0).getCoordinatesList();
      var xs = IntStream.range(0, corners.size()).filter(at -> at % 2 == 0);
      var right = xs.mapToDouble(corners::get).max().orElseThrow();
      assertEquals(64, right, 1);
    }
  }

  /** What is found in a red image: one object. */
  private static Detection half(MaskFormat format) {
    try (var client = OcelliClient.connect(Edge.address())) {
      var found =
          client.detect(
              Edge.plain(128, 64, 240, 0, 0),
              asked -> asked.setModel("halves").getOptionsBuilder().setMaskFormat(format));
      assertEquals(1, found.getResult().getDetectionsCount());
      return found.getResult().getDetections(0);
    }
  }
}
