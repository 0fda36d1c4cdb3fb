package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ocelli.v1.Alias;
import dev.ocelli.v1.CollectionServiceGrpc.CollectionServiceImplBase;
import dev.ocelli.v1.DeleteAliasRequest;
import dev.ocelli.v1.DeleteAliasResponse;
import dev.ocelli.v1.ListAliasesRequest;
import dev.ocelli.v1.ListAliasesResponse;
import dev.ocelli.v1.SetAliasRequest;
import dev.ocelli.v1.SetAliasResponse;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AliasesTest {
  private final TreeMap<String, String> aliases = new TreeMap<>();

  /** Calls that the service turns away before it answers one. */
  private final AtomicInteger away = new AtomicInteger();

  /** Keeps aliases, of which a page has one. */
  private final CollectionServiceImplBase service =
      new CollectionServiceImplBase() {
        @Override
        public void setAlias(SetAliasRequest request, StreamObserver<SetAliasResponse> answer) {
          if (turnedAway(answer)) {
            return;
          }
          var before = aliases.put(request.getAlias(), request.getCollection());
          var response = SetAliasResponse.newBuilder();
          if (before != null) {
            response.setPreviousCollection(before);
          }
          answer.onNext(response.build());
          answer.onCompleted();
        }

        @Override
        public void deleteAlias(
            DeleteAliasRequest request, StreamObserver<DeleteAliasResponse> answer) {
          if (turnedAway(answer)) {
            return;
          }
          aliases.remove(request.getAlias());
          answer.onNext(DeleteAliasResponse.getDefaultInstance());
          answer.onCompleted();
        }

        @Override
        public void listAliases(
            ListAliasesRequest request, StreamObserver<ListAliasesResponse> answer) {
          if (turnedAway(answer)) {
            return;
          }
          var response = ListAliasesResponse.newBuilder();
          var found = aliases.higherEntry(request.getPageToken());
          if (found != null) {
            response.addAliases(alias(found)).setNextPageToken(found.getKey());
          }
          answer.onNext(response.build());
          answer.onCompleted();
        }
      };

  private ScriptedServer server;
  private OcelliClient client;

  private boolean turnedAway(StreamObserver<?> answer) {
    if (away.getAndDecrement() <= 0) {
      return false;
    }
    answer.onError(Status.UNAVAILABLE.asException());
    return true;
  }

  private static Alias alias(Map.Entry<String, String> found) {
    return Alias.newBuilder().setAlias(found.getKey()).setCollection(found.getValue()).build();
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
  void anAliasTellsWhereItPointedBefore() {
    assertEquals(Optional.empty(), client.collections().setAlias("photos", "photos-1"));
    assertEquals(Optional.of("photos-1"), client.collections().setAlias("photos", "photos-2"));
    assertEquals(
        Optional.empty(), client.async().collections().setAlias("faces", "faces-1").join());
    var all = List.of(alias(Map.entry("faces", "faces-1")), alias(Map.entry("photos", "photos-2")));
    assertEquals(all, client.collections().listAliases());
    assertEquals(all, client.async().collections().listAliases().join());
    client.collections().deleteAlias("photos");
    client.async().collections().deleteAlias("faces").join();
    assertEquals(List.of(), client.collections().listAliases());
  }

  @Test
  void settingAndListingMayBeRepeatedAndDeletingMayNot() {
    away.set(2);
    client.collections().setAlias("photos", "photos-1");
    away.set(2);
    assertEquals(1, client.collections().listAliases().size());
    away.set(1);
    var error =
        assertThrows(OcelliException.class, () -> client.collections().deleteAlias("photos"));
    assertEquals(Code.UNAVAILABLE, error.code());
    assertEquals(1, aliases.size());
  }
}
