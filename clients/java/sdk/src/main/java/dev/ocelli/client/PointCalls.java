package dev.ocelli.client;

import dev.ocelli.v1.Filter;
import dev.ocelli.v1.GetPointsRequest;
import dev.ocelli.v1.GetPointsResponse;
import dev.ocelli.v1.IndexAnswer;
import dev.ocelli.v1.ListPointsRequest;
import dev.ocelli.v1.Point;
import dev.ocelli.v1.UpsertPointsResponse;
import io.grpc.Channel;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Vectors with payloads, in collections. Every call throws {@link OcelliException} when it fails.
 */
public final class PointCalls {
  private final Channel channel;
  private final StreamOpener streams;

  PointCalls(Channel channel, StreamOpener streams) {
    this.channel = channel;
    this.streams = streams;
  }

  /**
   * Stores points; those whose id exists are replaced. Each succeeds or fails alone.
   *
   * @param collection its name
   * @param points 1 to 1000; see {@link Points#of}
   * @return how many were stored, and which were refused and why
   */
  public UpsertPointsResponse upsert(String collection, List<Point> points) {
    return PointRequests.upsert(collection, points).call(channel);
  }

  /**
   * Returns stored points with their payloads.
   *
   * @param collection its name
   * @param ids 1 to 1000
   * @return those that exist, in this order, and the ids of those that do not
   */
  public GetPointsResponse get(String collection, List<String> ids) {
    return PointRequests.get(collection, ids).call(channel);
  }

  /**
   * Returns stored points, with or without vectors and payloads.
   *
   * @param collection its name
   * @param ids 1 to 1000
   * @param options sets them, such as {@code request -> request.setWithVector(true)}
   * @return those that exist, in this order, and the ids of those that do not
   */
  public GetPointsResponse get(
      String collection, List<String> ids, Consumer<? super GetPointsRequest.Builder> options) {
    return PointRequests.get(collection, ids, options).call(channel);
  }

  /**
   * Returns stored points by a request of the contract.
   *
   * @param request collection, ids and what to return
   * @return those that exist, in the order of the request, and the ids of those that do not
   */
  public GetPointsResponse get(GetPointsRequest request) {
    return PointRequests.get(request).call(channel);
  }

  /**
   * Lists all points with their payloads.
   *
   * @param collection its name
   * @return as for {@link #list(ListPointsRequest)}
   */
  public Stream<Point> list(String collection) {
    return list(collection, options -> {});
  }

  /**
   * Lists the points that match a filter, with their payloads.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @return as for {@link #list(ListPointsRequest)}
   */
  public Stream<Point> list(String collection, Filter filter) {
    return list(collection, options -> options.setFilter(filter));
  }

  /**
   * Lists points, with every option.
   *
   * @param collection its name
   * @param options sets them, such as {@code request -> request.setWithVector(true)}
   * @return as for {@link #list(ListPointsRequest)}
   */
  public Stream<Point> list(
      String collection, Consumer<? super ListPointsRequest.Builder> options) {
    return list(PointRequests.listing(collection, options));
  }

  /**
   * Lists points by a request of the contract.
   *
   * @param request collection, filter, size of a page, and what to return
   * @return in an order that does not change. A page is fetched when the points before it are used
   *     up, each under a deadline of its own; a page that fails throws {@link OcelliException} from
   *     the stream
   */
  public Stream<Point> list(ListPointsRequest request) {
    return Pages.stream(channel, token -> PointRequests.list(request, token));
  }

  /**
   * Counts points.
   *
   * @param collection its name
   * @return all that are stored
   */
  public long count(String collection) {
    return PointRequests.count(collection).call(channel);
  }

  /**
   * Counts the points that match a filter.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @return exactly
   */
  public long count(String collection, Filter filter) {
    return PointRequests.count(collection, filter).call(channel);
  }

  /**
   * Deletes points by id.
   *
   * @param collection its name
   * @param ids 1 to 1000; those that do not exist are passed over
   * @return how many existed
   */
  public long delete(String collection, List<String> ids) {
    return PointRequests.delete(collection, ids).call(channel);
  }

  /**
   * Deletes the points that match a filter.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @return how many there were
   */
  public long delete(String collection, Filter filter) {
    return PointRequests.delete(collection, filter).call(channel);
  }

  /**
   * Changes payloads by id. Vectors stay.
   *
   * @param collection its name
   * @param ids 1 to 1000; those that do not exist are passed over
   * @param change what becomes of each payload
   * @return how many points exist and have the payload asked for
   */
  public long updatePayload(String collection, List<String> ids, PayloadChange change) {
    return PointRequests.updatePayload(collection, ids, change).call(channel);
  }

  /**
   * Changes the payloads of points that match a filter. Vectors stay.
   *
   * @param collection its name
   * @param filter as {@link Filters} makes it
   * @param change what becomes of each payload
   * @return how many points exist and have the payload asked for
   */
  public long updatePayload(String collection, Filter filter, PayloadChange change) {
    return PointRequests.updatePayload(collection, filter, change).call(channel);
  }

  /**
   * Embeds and stores images in bulk. Entries are drawn by another thread, each when the server has
   * room for it. An entry that fails does not end the stream: its answer carries the error. Storing
   * the same again changes nothing, so {@link OcelliClient#withResume} is safe here.
   *
   * @param collection name of a collection that has a model
   * @param entries ids, images and payloads
   * @return one answer per entry, in order, when it is stored; close it to leave early
   */
  public AnswerStream<IndexAnswer> indexStream(
      String collection, Iterator<? extends IndexEntry> entries) {
    return streams.open(new IndexStreamCodec(collection), entries);
  }
}
