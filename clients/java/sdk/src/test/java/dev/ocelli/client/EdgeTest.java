package dev.ocelli.client;

import static dev.ocelli.client.Filters.allOf;
import static dev.ocelli.client.Filters.anyOf;
import static dev.ocelli.client.Filters.atLeast;
import static dev.ocelli.client.Filters.atMost;
import static dev.ocelli.client.Filters.between;
import static dev.ocelli.client.Filters.equalTo;
import static dev.ocelli.client.Filters.noneOf;
import static dev.ocelli.client.Filters.oneOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.Collection;
import dev.ocelli.v1.CollectionField;
import dev.ocelli.v1.DetectFrameAnswer;
import dev.ocelli.v1.DetectRequest;
import dev.ocelli.v1.DetectServiceGrpc;
import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.FieldType;
import dev.ocelli.v1.Filter;
import dev.ocelli.v1.Hit;
import dev.ocelli.v1.ImageWarning;
import dev.ocelli.v1.ImageWarningReason;
import dev.ocelli.v1.ListPointsRequest;
import dev.ocelli.v1.Metric;
import dev.ocelli.v1.Model;
import dev.ocelli.v1.OverflowPolicy;
import dev.ocelli.v1.PixelFormat;
import dev.ocelli.v1.Point;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.SearchResponse;
import dev.ocelli.v1.Task;
import dev.ocelli.v1.Tolerance;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The client against a real edge and real models, where there is one. */
@EnabledIfEnvironmentVariable(named = Edge.VARIABLE, matches = ".+")
@Timeout(60)
class EdgeTest {
  private final Path cat = Edge.photo("cat.png");

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
  void aFileItsBytesAndItsPixelsShowTheSame() throws Exception {
    var image = ImageIO.read(cat.toFile());
    var pixels =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
    pixels.createGraphics().drawImage(image, 0, 0, null);
    var raw =
        Images.raw(
            ((DataBufferByte) pixels.getRaster().getDataBuffer()).getData(),
            image.getWidth(),
            image.getHeight(),
            PixelFormat.PIXEL_FORMAT_BGR);
    var results =
        List.of(
            client.detect(cat),
            client.detect(Files.readAllBytes(cat)),
            client.detect(raw),
            client.detect(DetectRequest.newBuilder().setImage(raw).build()));
    for (var found : results) {
      var best = found.getResult().getDetections(0);
      assertEquals("cat", best.getLabel());
      assertEquals(440, best.getBox().getXMax(), 5);
    }
  }

  @Test
  void aRegionLimitsTheLook() {
    var corner = Images.region(Images.file(cat), 0, 0, 20, 20);
    var found = client.detect(corner, options -> options.setModel("nanodet_coco80")).getResult();
    assertEquals(451, found.getWidth());
    assertTrue(found.getDetectionsList().stream().allMatch(one -> one.getBox().getXMax() <= 20));
  }

  @Test
  void aStreamAnswersInOrderAndGoesOnAfterAMissingFile() {
    var frames =
        Stream.of(Frame.of(cat), Frame.of(Path.of("missing.png")), Frame.of(cat).withId(7))
            .iterator();
    var answers = new ArrayList<DetectFrameAnswer>();
    try (var stream = client.detectStream(frames)) {
      stream.forEach(answers::add);
    }
    assertEquals(List.of(0L, 1L, 7L), answers.stream().map(one -> one.getFrameId()).toList());
    assertTrue(answers.get(0).hasResult());
    var error = OcelliException.of(answers.get(1).getError());
    assertEquals(Code.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains("cannot read missing.png: no such file"));
    assertTrue(answers.get(2).hasResult());
  }

  @Test
  void embeddingsOfAStreamAreThoseOfSingleCalls() {
    var alone = client.embed(cat).getResult();
    try (var stream = client.embedStream(List.of(Frame.of(cat)).iterator())) {
      var vector = Vectors.toArray(stream.next().getResult().getVector());
      assertArrayEquals(Vectors.toArray(alone.getVector()), vector, 1e-3f);
    }
  }

  @Test
  void imagesAreIndexedAndFound() {
    var name = create(Collection.newBuilder());
    var entries =
        Stream.of("cat.png", "coffee.png")
            .map(photo -> IndexEntry.of(photo, Edge.photo(photo)).with(Map.of("photo", true)))
            .iterator();
    try (var answers = client.points().indexStream(name, entries)) {
      assertEquals(OverflowPolicy.OVERFLOW_POLICY_BLOCK, answers.window().getOverflowPolicy());
      answers.forEach(answer -> assertTrue(answer.hasResult(), answer.toString()));
    }
    var hit = client.search().search(name, cat, 1).getHits(0);
    assertEquals("cat.png", hit.getId());
    assertEquals(Map.of("photo", true), Payloads.toMap(hit.getPayload()));
    var other = client.search().search(name, Query.id("cat.png"), 2).getHitsList();
    assertEquals(List.of("coffee.png"), other.stream().map(Hit::getId).toList());
    var full =
        client.search().search(name, Query.image(cat), options -> options.setWithVector(true));
    assertTrue(full.getHits(0).hasVector());
    var text =
        assertThrows(
            OcelliException.class, () -> client.search().search(name, Query.text("a cat"), 1));
    assertEquals(ErrorReason.ERROR_REASON_MODEL_TAKES_NO_TEXT, text.reason());
    client.collections().delete(name);
  }

  @Test
  void filtersMeanWhatTheySay() {
    var name =
        create(
            Collection.newBuilder()
                .setDimension(1)
                .setMetric(Metric.METRIC_EUCLID)
                .addFields(field("kind", FieldType.FIELD_TYPE_KEYWORD))
                .addFields(field("n", FieldType.FIELD_TYPE_INTEGER)));
    var points = List.of(point("a", 1, "fruit"), point("b", 2, "fruit"), point("c", 3, "tool"));
    assertEquals(3, client.points().upsert(name, points).getStored());
    assertEquals(2, count(name, equalTo("kind", "fruit")));
    assertEquals(2, count(name, oneOf("n", List.of(1, 3, 5))));
    assertEquals(2, count(name, atLeast("n", 2)));
    assertEquals(1, count(name, atMost("n", 1)));
    assertEquals(1, count(name, between("n", 2, 2)));
    assertEquals(1, count(name, allOf(equalTo("kind", "fruit"), atLeast("n", 2))));
    assertEquals(2, count(name, anyOf(equalTo("kind", "tool"), atMost("n", 1))));
    assertEquals(1, count(name, noneOf(equalTo("kind", "fruit"))));
    var three = Query.vector(Vectors.of(3));
    assertEquals(List.of("c", "b"), ids(client.search().search(name, three, 2)));
    var fruit = equalTo("kind", "fruit");
    assertEquals(List.of("b"), ids(client.search().search(name, three, 1, fruit)));
    assertEquals(1, client.points().delete(name, List.of("a", "x")));
    assertEquals(List.of("x"), client.points().get(name, List.of("b", "x")).getMissingIdsList());
    assertEquals(2, client.points().count(name));
    assertEquals(1, client.points().delete(name, equalTo("kind", "tool")));
    client.collections().delete(name);
  }

  @Test
  void collectionsAndTheirPointsAreListedAndChanged() {
    var name = create(Collection.newBuilder().setDimension(1));
    assertEquals(1, client.collections().list().stream().filter(one -> hasName(one, name)).count());
    var declared =
        Collection.newBuilder().setName(name).addFields(field("n", FieldType.FIELD_TYPE_INTEGER));
    assertEquals(1, client.collections().update(declared.build(), "fields").getFieldsCount());
    var ids = IntStream.range(0, 7).mapToObj(number -> "p" + number).toList();
    var points = ids.stream().map(id -> point(id, ids.indexOf(id) + 1, "new")).toList();
    client.points().upsert(name, points);
    var listing = ListPointsRequest.newBuilder().setCollection(name).setPageSize(2).build();
    var listed = client.points().list(listing).map(Point::getId).sorted().toList();
    assertEquals(ids, listed);
    assertEquals(3, client.points().list(name, atMost("n", 3)).count());
    var merge = PayloadChange.merge(Map.of("kind", "old"));
    assertEquals(2, client.points().updatePayload(name, List.of("p0", "p1"), merge));
    var deleteKeys = PayloadChange.deleteKeys("kind");
    assertEquals(5, client.points().updatePayload(name, atLeast("n", 3), deleteKeys));
    var changed = client.points().get(name, List.of("p0", "p6")).getPointsList();
    assertEquals(Map.of("kind", "old", "n", 1L), Payloads.toMap(changed.get(0).getPayload()));
    assertEquals(Map.of("n", 7L), Payloads.toMap(changed.get(1).getPayload()));
    client.collections().delete(name);
  }

  @Test
  void pointsComeWithWhatIsAskedFor() {
    var name = create(Collection.newBuilder().setDimension(1));
    client.points().upsert(name, List.of(Points.of("a", Vectors.of(1), Map.of("n", 1))));
    var plain = client.points().get(name, List.of("a")).getPoints(0);
    assertTrue(plain.hasPayload() && !plain.hasVector());
    var vector =
        client
            .points()
            .get(name, List.of("a"), options -> options.setWithVector(true).setWithPayload(false))
            .getPoints(0);
    assertTrue(vector.hasVector() && !vector.hasPayload());
    var listed = client.points().list(name, options -> options.setWithVector(true)).toList();
    assertEquals(vector.getVector(), listed.get(0).getVector());
    client.collections().delete(name);
  }

  @Test
  void aCutFileIsRefusedOrUsedWithAWarning() throws Exception {
    var jpeg = Files.readAllBytes(Edge.photo("diners.jpg"));
    var cut = Images.encoded(Arrays.copyOf(jpeg, jpeg.length * 3 / 4));
    var strict = Images.tolerance(cut, Tolerance.TOLERANCE_STRICT);
    var error = assertThrows(OcelliException.class, () -> client.detect(strict));
    assertEquals(ErrorReason.ERROR_REASON_IMAGE_CORRUPT, error.reason());
    var lenient = Images.tolerance(cut, Tolerance.TOLERANCE_LENIENT);
    checkDamaged(client.detect(lenient).getResult().getWarningsList());
    checkDamaged(client.embed(lenient).getResult().getWarningsList());
    var name = create(Collection.newBuilder());
    try (var stream =
        client.points().indexStream(name, List.of(IndexEntry.of("cut", lenient)).iterator())) {
      checkDamaged(stream.next().getResult().getWarningsList());
    }
    checkDamaged(client.search().search(name, Query.image(lenient), 1).getWarningsList());
    client.collections().delete(name);
  }

  private static void checkDamaged(List<ImageWarning> warnings) {
    var reasons = warnings.stream().map(ImageWarning::getReason).toList();
    assertEquals(List.of(ImageWarningReason.IMAGE_WARNING_REASON_DAMAGED), reasons);
  }

  @Test
  void theServerIsReady() {
    client.waitUntilReady(Duration.ofSeconds(5));
    client.waitUntilReady("model/nanodet_coco80", Duration.ofSeconds(5));
    var wait = Duration.ofMillis(300);
    var error = assertThrows(OcelliException.class, () -> client.waitUntilReady("nothing", wait));
    assertTrue(error.getMessage().contains("SERVICE_UNKNOWN"), error.getMessage());
  }

  @Test
  void searchesOfABatchFailAlone() {
    var name = create(Collection.newBuilder().setDimension(1));
    client.points().upsert(name, List.of(point("a", 1, "fruit")));
    var answers =
        client
            .search()
            .batchSearch(
                name,
                List.of(
                    SearchRequest.newBuilder().setVector(Vectors.of(1)).build(),
                    SearchRequest.newBuilder().setVector(Vectors.of(1, 2)).build()));
    assertEquals("a", answers.get(0).getResult().getHits(0).getId());
    var error = OcelliException.of(answers.get(1).getError());
    assertEquals(ErrorReason.ERROR_REASON_VECTOR_DIMENSION, error.reason());
    client.collections().delete(name);
  }

  @Test
  void futuresHaveWhatCallsReturn() {
    var async = client.async();
    var detected = async.detect(cat);
    var models = async.models().list();
    assertEquals(client.detect(cat).getResult(), detected.join().getResult());
    assertEquals(client.models().list().size(), models.join().size());
    assertEquals(ServingStatus.SERVICE_UNKNOWN, async.health("nothing").join());
  }

  @Test
  void modelsAndHealth() {
    var model = client.models().get("nanodet_coco80");
    assertEquals(Task.TASK_DETECT, model.getTask());
    var names = client.models().list().stream().map(Model::getName).toList();
    assertTrue(names.contains("nanodet_coco80"));
    assertEquals(ServingStatus.SERVING, client.health("ocelli.v1.DetectService"));
    assertEquals(ServingStatus.SERVICE_UNKNOWN, client.health("nothing"));
  }

  @Test
  void aGeneratedStubFailsWithTheSameError() {
    var stub = DetectServiceGrpc.newBlockingStub(client.channel());
    var request = DetectRequest.getDefaultInstance();
    var thrown = assertThrows(StatusRuntimeException.class, () -> stub.detect(request));
    var error = OcelliException.from(thrown);
    assertEquals(ErrorReason.ERROR_REASON_IMAGE_EMPTY, error.reason());
    assertFalse(error.fieldViolations().isEmpty());
  }

  @Test
  void aDeadlineHolds() {
    var hurried = client.withDeadline(Duration.ofMillis(1));
    var error = assertThrows(OcelliException.class, () -> hurried.detect(cat));
    assertEquals(ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, error.reason());
    assertTrue(error.isRetryable());
  }

  @Test
  void aMessageOverTheClientsLimitIsNotSent() {
    try (var small = OcelliClient.builder(Edge.address()).maxMessageBytes(1000).connect()) {
      var error = assertThrows(OcelliException.class, () -> small.detect(cat));
      assertEquals(ErrorReason.ERROR_REASON_MESSAGE_TOO_LARGE, error.reason());
      assertTrue(error.getMessage().contains("maxMessageBytes()"), error.getMessage());
    }
  }

  private String create(Collection.Builder settings) {
    var name = "java-test-" + System.nanoTime();
    client.collections().create(settings.setName(name).build());
    return name;
  }

  private static List<String> ids(SearchResponse found) {
    return found.getHitsList().stream().map(Hit::getId).toList();
  }

  private long count(String name, Filter filter) {
    return client.points().count(name, filter);
  }

  private static boolean hasName(Collection collection, String name) {
    return collection.getName().equals(name);
  }

  private static CollectionField field(String name, FieldType type) {
    return CollectionField.newBuilder().setName(name).setType(type).build();
  }

  private static Point point(String id, int number, String kind) {
    return Points.of(id, Vectors.of(number), Map.of("kind", kind, "n", number));
  }
}
