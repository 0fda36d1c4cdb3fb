package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.DuplicateGroup;
import dev.ocelli.v1.FindDuplicatesProgress;
import dev.ocelli.v1.FindDuplicatesRequest;
import dev.ocelli.v1.FindDuplicatesResponse;
import dev.ocelli.v1.Hit;
import dev.ocelli.v1.SearchServiceGrpc.SearchServiceImplBase;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DuplicateGroupsTest {
  private final List<FindDuplicatesRequest> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch left = new CountDownLatch(1);

  /** Finds two groups; "torn" fails after one, "away" twice before any, "endless" waits. */
  private final SearchServiceImplBase service =
      new SearchServiceImplBase() {
        @Override
        public void findDuplicates(
            FindDuplicatesRequest request, StreamObserver<FindDuplicatesResponse> answer) {
          requests.add(request);
          var collection = request.getCollection();
          if (collection.equals("away") && requests.size() < 3) {
            answer.onError(Status.UNAVAILABLE.asException());
            return;
          }
          ((ServerCallStreamObserver<FindDuplicatesResponse>) answer)
              .setOnCancelHandler(left::countDown);
          answer.onNext(FindDuplicatesResponse.newBuilder().setProgress(progress(5)).build());
          answer.onNext(group("a", "b", "c"));
          if (collection.equals("torn")) {
            answer.onError(Status.DATA_LOSS.asException());
          } else if (!collection.equals("endless")) {
            answer.onNext(group("x", "y"));
            answer.onCompleted();
          }
        }
      };

  private ScriptedServer server;
  private OcelliClient client;

  private static FindDuplicatesProgress progress(long done) {
    return FindDuplicatesProgress.newBuilder().setPointsDone(done).setPointsTotal(10).build();
  }

  private static FindDuplicatesResponse group(String... ids) {
    var group = DuplicateGroup.newBuilder().setSize(ids.length);
    for (var id : ids) {
      group.addPoints(Hit.newBuilder().setId(id));
    }
    return FindDuplicatesResponse.newBuilder().setGroup(group).build();
  }

  private static List<String> ids(DuplicateGroup group) {
    return group.getPointsList().stream().map(Hit::getId).toList();
  }

  @BeforeEach
  void connect() throws Exception {
    server = new ScriptedServer(service);
    client = OcelliClient.connect(server.address());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void groupsComeAfterTheProgress() {
    var filter = Filters.matches("note", "night rain");
    var told = new ArrayList<FindDuplicatesProgress>();
    var found = new ArrayList<List<String>>();
    try (var groups =
        client
            .search()
            .findDuplicates("c", 0.5f, request -> request.setFilter(filter).setWithPayload(true))
            .onProgress(told::add)) {
      groups.forEach(group -> found.add(ids(group)));
    }
    assertEquals(List.of(List.of("a", "b", "c"), List.of("x", "y")), found);
    assertEquals(List.of(progress(5)), told);
    var request =
        FindDuplicatesRequest.newBuilder()
            .setCollection("c")
            .setFilter(filter)
            .setScoreThreshold(0.5f)
            .setWithPayload(true);
    assertEquals(List.of(request.build()), requests);
  }

  @Test
  void aFailureComesAfterTheGroupsBeforeIt() {
    try (var groups = client.search().findDuplicates("torn", 0.5f)) {
      assertEquals(List.of("a", "b", "c"), ids(groups.next()));
      assertEquals(Code.DATA_LOSS, assertThrows(OcelliException.class, groups::hasNext).code());
      assertFalse(groups.hasNext());
    }
  }

  @Test
  void aSearchIsRepeatedUntilSomethingOfItHasCome() {
    try (var groups = client.search().findDuplicates("away", 0.5f)) {
      assertEquals(List.of("a", "b", "c"), ids(groups.next()));
    }
    assertEquals(3, requests.size());
  }

  @Test
  void leavingTheBlockEndsTheSearch() throws Exception {
    try (var groups = client.search().findDuplicates("endless", 0.5f)) {
      assertTrue(groups.hasNext());
    }
    assertTrue(left.await(10, TimeUnit.SECONDS));
  }
}
