package dev.ocelli.client;

import dev.ocelli.v1.Filter;
import dev.ocelli.v1.GetPointsRequest;
import dev.ocelli.v1.GetPointsResponse;
import dev.ocelli.v1.ListPointsRequest;
import dev.ocelli.v1.Point;
import dev.ocelli.v1.UpsertPointsResponse;
import io.grpc.Channel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The unary calls of {@link PointCalls} as futures, which fail with {@link OcelliException}. */
public final class AsyncPointCalls {
  private final Channel channel;

  AsyncPointCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Stores points; those whose id exists are replaced. Each succeeds or fails alone.
   *
   * @param collection its name
   * @param points 1 to 1000; see {@link Points#of}
   * @return how many were stored, and which were refused and why
   */
  public CompletableFuture<UpsertPointsResponse> upsert(String collection, List<Point> points) {
    return PointRequests.upsert(collection, points).send(channel);
  }

  /**
   * Returns stored points with their payloads.
   *
   * @param collection its name
   * @param ids 1 to 1000
   * @return those that exist, in this order, and the ids of those that do not
   */
  public CompletableFuture<GetPointsResponse> get(String collection, List<String> ids) {
    return PointRequests.get(collection, ids).send(channel);
  }

  /**
   * Returns stored points, with or without vectors and payloads.
   *
   * @param collection its name
   * @param ids 1 to 1000
   * @param options sets them, such as {@code request -> request.setWithVector(true)}
   * @return those that exist, in this order, and the ids of those that do not
   */
  public CompletableFuture<GetPointsResponse> get(
      String collection, List<String> ids, Consumer<? super GetPointsRequest.Builder> options) {
    return PointRequests.get(collection, ids, options).send(channel);
  }

  /**
   * Returns stored points by a request of the contract.
   *
   * @param request collection, ids and what to return
   * @return those that exist, in the order of the request, and the ids of those that do not
   */
  public CompletableFuture<GetPointsResponse> get(GetPointsRequest request) {
    return PointRequests.get(request).send(channel);
  }

  /**
   * Lists all points with their payloads.
   *
   * @param collection its name
   * @return as for {@link #list(ListPointsRequest)}
   */
  public CompletableFuture<List<Point>> list(String collection) {
    return list(collection, options -> {});
  }

  /**
   * Lists the points that match a filter, with their payloads.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @return as for {@link #list(ListPointsRequest)}
   */
  public CompletableFuture<List<Point>> list(String collection, Filter filter) {
    return list(collection, options -> options.setFilter(filter));
  }

  /**
   * Lists points, with every option.
   *
   * @param collection its name
   * @param options sets them, such as {@code request -> request.setWithVector(true)}
   * @return as for {@link #list(ListPointsRequest)}
   */
  public CompletableFuture<List<Point>> list(
      String collection, Consumer<? super ListPointsRequest.Builder> options) {
    return list(PointRequests.listing(collection, options));
  }

  /**
   * Lists points by a request of the contract.
   *
   * @param request collection, filter, size of a page, and what to return
   * @return the points of all pages, in an order that does not change. They are all in memory:
   *     {@link PointCalls#list(ListPointsRequest)} has one page at a time
   */
  public CompletableFuture<List<Point>> list(ListPointsRequest request) {
    return Pages.collect(channel, token -> PointRequests.list(request, token));
  }

  /**
   * Counts points.
   *
   * @param collection its name
   * @return all that are stored
   */
  public CompletableFuture<Long> count(String collection) {
    return PointRequests.count(collection).send(channel);
  }

  /**
   * Counts the points that match a filter.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @return exactly
   */
  public CompletableFuture<Long> count(String collection, Filter filter) {
    return PointRequests.count(collection, filter).send(channel);
  }

  /**
   * Deletes points by id.
   *
   * @param collection its name
   * @param ids 1 to 1000; those that do not exist are passed over
   * @return how many existed
   */
  public CompletableFuture<Long> delete(String collection, List<String> ids) {
    return PointRequests.delete(collection, ids).send(channel);
  }

  /**
   * Deletes the points that match a filter.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @return how many there were
   */
  public CompletableFuture<Long> delete(String collection, Filter filter) {
    return PointRequests.delete(collection, filter).send(channel);
  }

  /**
   * Changes payloads by id. Vectors stay.
   *
   * @param collection its name
   * @param ids 1 to 1000; those that do not exist are passed over
   * @param change what becomes of each payload
   * @return how many points exist and have the payload asked for
   */
  public CompletableFuture<Long> updatePayload(
      String collection, List<String> ids, PayloadChange change) {
    return PointRequests.updatePayload(collection, ids, change).send(channel);
  }

  /**
   * Changes the payloads of points that match a filter. Vectors stay.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @param change what becomes of each payload
   * @return how many points exist and have the payload asked for
   */
  public CompletableFuture<Long> updatePayload(
      String collection, Filter filter, PayloadChange change) {
    return PointRequests.updatePayload(collection, filter, change).send(channel);
  }
}
