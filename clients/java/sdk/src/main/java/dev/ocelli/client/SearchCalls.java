package dev.ocelli.client;

import dev.ocelli.v1.Collection;
import dev.ocelli.v1.CountPointsRequest;
import dev.ocelli.v1.CreateCollectionRequest;
import dev.ocelli.v1.DeleteCollectionRequest;
import dev.ocelli.v1.DeletePointsRequest;
import dev.ocelli.v1.Filter;
import dev.ocelli.v1.GetCollectionRequest;
import dev.ocelli.v1.GetCollectionResponse;
import dev.ocelli.v1.GetPointsRequest;
import dev.ocelli.v1.GetPointsResponse;
import dev.ocelli.v1.Hit;
import dev.ocelli.v1.IndexAnswer;
import dev.ocelli.v1.IndexWindow;
import dev.ocelli.v1.ListCollectionsRequest;
import dev.ocelli.v1.Point;
import dev.ocelli.v1.QueryVector;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.SearchResponse;
import dev.ocelli.v1.SearchServiceGrpc;
import dev.ocelli.v1.SearchServiceGrpc.SearchServiceBlockingStub;
import dev.ocelli.v1.UpsertPointsRequest;
import dev.ocelli.v1.UpsertPointsResponse;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * Collections, the points in them, and searches. Every call throws {@link OcelliException} when it
 * fails.
 */
public final class SearchCalls {
  private final Channel channel;
  private final int maxMessageBytes;
  private final SearchServiceBlockingStub stub;

  SearchCalls(Channel channel, int maxMessageBytes) {
    this.channel = channel;
    this.maxMessageBytes = maxMessageBytes;
    stub = SearchServiceGrpc.newBlockingStub(channel);
  }

  /**
   * Creates a collection.
   *
   * @param wanted its name, and what is not to have its default
   * @return as created, with defaults filled in
   */
  public Collection createCollection(Collection wanted) {
    var request = CreateCollectionRequest.newBuilder().setCollection(wanted).build();
    return Connection.invoke(() -> stub.createCollection(request)).getCollection();
  }

  /**
   * Describes a collection and counts its points.
   *
   * @param name its name
   * @return the collection and its number of points
   */
  public GetCollectionResponse getCollection(String name) {
    var request = GetCollectionRequest.newBuilder().setName(name).build();
    return Connection.invoke(() -> stub.getCollection(request));
  }

  /**
   * Describes all collections.
   *
   * @return by name, ascending
   */
  public List<Collection> listCollections() {
    var request = ListCollectionsRequest.getDefaultInstance();
    return Connection.invoke(() -> stub.listCollections(request)).getCollectionsList();
  }

  /**
   * Deletes a collection and all its points.
   *
   * @param name its name
   */
  public void deleteCollection(String name) {
    var request = DeleteCollectionRequest.newBuilder().setName(name).build();
    Connection.invoke(() -> stub.deleteCollection(request));
  }

  /**
   * Stores points; those whose id exists are replaced. Each succeeds or fails alone.
   *
   * @param collection its name
   * @param points 1 to 1000
   * @return how many were stored, and which were refused and why
   */
  public UpsertPointsResponse upsertPoints(String collection, List<Point> points) {
    var request =
        UpsertPointsRequest.newBuilder().setCollection(collection).addAllPoints(points).build();
    return Connection.invoke(() -> stub.upsertPoints(request));
  }

  /**
   * Returns stored points, with their vectors.
   *
   * @param collection its name
   * @param ids 1 to 1000
   * @return those that exist, in this order, and the ids of those that do not
   */
  public GetPointsResponse getPoints(String collection, List<String> ids) {
    var request =
        GetPointsRequest.newBuilder()
            .setCollection(collection)
            .addAllIds(ids)
            .setWithVectors(true)
            .build();
    return Connection.invoke(() -> stub.getPoints(request));
  }

  /**
   * Deletes stored points.
   *
   * @param collection its name
   * @param ids 1 to 1000; those that do not exist are passed over
   * @return how many existed
   */
  public int deletePoints(String collection, List<String> ids) {
    var request = DeletePointsRequest.newBuilder().setCollection(collection).addAllIds(ids).build();
    return Connection.invoke(() -> stub.deletePoints(request)).getDeleted();
  }

  /**
   * Counts points.
   *
   * @param collection its name
   * @return all that are stored
   */
  public long countPoints(String collection) {
    return count(CountPointsRequest.newBuilder().setCollection(collection));
  }

  /**
   * Counts the points that match a filter.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @return exactly
   */
  public long countPoints(String collection, Filter filter) {
    return count(CountPointsRequest.newBuilder().setCollection(collection).setFilter(filter));
  }

  /**
   * Finds the points nearest to an image.
   *
   * @param collection its name; it must have an embedding model
   * @param image an image file
   * @param limit most hits, 1 to 1000
   * @return nearest first
   */
  public List<Hit> search(String collection, Path image, int limit) {
    var request =
        SearchRequest.newBuilder()
            .setCollection(collection)
            .setImage(Images.file(image))
            .setLimit(limit);
    return search(request.build()).getHitsList();
  }

  /**
   * Finds the points nearest to a vector.
   *
   * @param collection its name
   * @param vector as many finite values as the collection's dimension
   * @param limit most hits, 1 to 1000
   * @return nearest first
   */
  public List<Hit> search(String collection, List<Float> vector, int limit) {
    var request =
        SearchRequest.newBuilder()
            .setCollection(collection)
            .setVector(QueryVector.newBuilder().addAllValues(vector))
            .setLimit(limit);
    return search(request.build()).getHitsList();
  }

  /**
   * Finds the points nearest to an image, a vector or a stored point, with every option.
   *
   * @param request collection, query, filter and what to return
   * @return hits, nearest first, and where the time went
   */
  public SearchResponse search(SearchRequest request) {
    return Connection.invoke(() -> stub.search(request));
  }

  /**
   * Embeds and stores images in bulk. Entries are drawn by another thread, each when the server
   * has room for it. An image that fails does not end the stream: its answer carries the error.
   *
   * @param collection name of a collection that has a model
   * @param entries ids, images and payloads
   * @return one answer per image, in order, when it is stored; close it to leave early
   */
  public AnswerStream<IndexWindow, IndexAnswer> indexStream(
      String collection, Iterator<? extends IndexEntry> entries) {
    return new Exchange<>(new IndexStreamKind(collection), entries, channel, maxMessageBytes);
  }

  private long count(CountPointsRequest.Builder request) {
    var built = request.build();
    return Connection.invoke(() -> stub.countPoints(built)).getCount();
  }
}
