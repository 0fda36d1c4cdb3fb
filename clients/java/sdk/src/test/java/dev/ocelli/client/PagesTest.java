package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ocelli.v1.Filter;
import dev.ocelli.v1.ListPointsRequest;
import dev.ocelli.v1.ListPointsResponse;
import dev.ocelli.v1.Point;
import dev.ocelli.v1.PointServiceGrpc.PointServiceImplBase;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PagesTest {
  private static final int PAGES = 4;
  private static final Filter FILTER = Filters.equalTo("label", "cat");

  private final List<ListPointsRequest> requests = new CopyOnWriteArrayList<>();

  /** Pages of two points, of which the third is empty; what asks for "damaged" ends early. */
  private final PointServiceImplBase service =
      new PointServiceImplBase() {
        @Override
        public void listPoints(
            ListPointsRequest request, StreamObserver<ListPointsResponse> answer) {
          requests.add(request);
          var token = request.getPageToken();
          int page = token.isEmpty() ? 0 : Integer.parseInt(token);
          if (page == 1 && request.getCollection().equals("damaged")) {
            answer.onError(Status.DATA_LOSS.asException());
            return;
          }
          answer.onNext(page(page));
          answer.onCompleted();
        }
      };

  private ScriptedServer server;
  private OcelliClient client;

  private static ListPointsResponse page(int number) {
    var page = ListPointsResponse.newBuilder();
    if (number != 2) {
      IntStream.of(2 * number, 2 * number + 1)
          .forEach(id -> page.addPoints(Point.newBuilder().setId("p" + id)));
    }
    if (number + 1 < PAGES) {
      page.setNextPageToken(Integer.toString(number + 1));
    }
    return page.build();
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
  void aListHasAllPages() {
    var ids = client.points().list("c", FILTER).map(Point::getId).toList();
    assertEquals(List.of("p0", "p1", "p2", "p3", "p6", "p7"), ids);
    assertEquals(List.of("", "1", "2", "3"), tokens());
    requests.forEach(request -> assertEquals(FILTER, request.getFilter()));
  }

  @Test
  void aPageIsFetchedWhenItIsNeeded() {
    var points = client.points().list("c").iterator();
    points.next();
    points.next();
    assertEquals(List.of(""), tokens());
    points.next();
    assertEquals(List.of("", "1"), tokens());
  }

  @Test
  void aListGoesOnAfterAPageOfTheCallers() {
    var request = ListPointsRequest.newBuilder().setCollection("c").setPageToken("3").build();
    assertEquals(2, client.points().list(request).count());
  }

  @Test
  void aFailureComesAfterThePointsBeforeIt() {
    var points = client.points().list("damaged").iterator();
    points.next();
    points.next();
    assertEquals(Code.DATA_LOSS, assertThrows(OcelliException.class, points::hasNext).code());
  }

  @Test
  void aFutureHasAllPages() {
    var points = client.async().points().list("c", FILTER).join();
    assertEquals(List.of("p0", "p1", "p2", "p3", "p6", "p7"), ids(points));
    var failed = client.async().points().list("damaged");
    var error = OcelliException.from(assertThrows(CompletionException.class, failed::join));
    assertEquals(Code.DATA_LOSS, error.code());
  }

  private List<String> tokens() {
    return requests.stream().map(ListPointsRequest::getPageToken).toList();
  }

  private static List<String> ids(List<Point> points) {
    return points.stream().map(Point::getId).toList();
  }
}
