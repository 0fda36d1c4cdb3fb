package dev.ocelli.client;

import dev.ocelli.v1.BatchSearchAnswer;
import dev.ocelli.v1.Filter;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.SearchResponse;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** {@link SearchCalls} as futures, which fail with {@link OcelliException}. */
public final class AsyncSearchCalls {
  private final Channel channel;

  AsyncSearchCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Finds the points nearest to an image, with their payloads.
   *
   * @param collection its name; it must have an embedding model
   * @param image an image file, read before this returns
   * @param limit most hits, 1 to 1000
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public CompletableFuture<SearchResponse> search(String collection, Path image, int limit) {
    return UnaryRequest.send(
        channel, () -> SearchRequests.search(collection, Query.image(image), limit));
  }

  /**
   * Finds the points nearest to an image, a text, a vector or a stored point, with their payloads.
   *
   * @param collection its name
   * @param query what to be near to
   * @param limit most hits, 1 to 1000
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public CompletableFuture<SearchResponse> search(String collection, Query query, int limit) {
    return UnaryRequest.send(channel, () -> SearchRequests.search(collection, query, limit));
  }

  /**
   * Finds the nearest of the points that match a filter, with their payloads.
   *
   * @param collection its name
   * @param query what to be near to
   * @param limit most hits, 1 to 1000
   * @param filter as {@link Filters} makes it
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public CompletableFuture<SearchResponse> search(
      String collection, Query query, int limit, Filter filter) {
    return UnaryRequest.send(
        channel, () -> SearchRequests.search(collection, query, limit, filter));
  }

  /**
   * Finds the nearest points, with every option.
   *
   * @param collection its name
   * @param query what to be near to
   * @param options sets them, such as {@code request -> request.setWithVector(true)}
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public CompletableFuture<SearchResponse> search(
      String collection, Query query, Consumer<? super SearchRequest.Builder> options) {
    return UnaryRequest.send(channel, () -> SearchRequests.search(collection, query, options));
  }

  /**
   * Finds the nearest points by a request of the contract.
   *
   * @param request collection, query, filter and what to return
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public CompletableFuture<SearchResponse> search(SearchRequest request) {
    return SearchRequests.search(request).send(channel);
  }

  /**
   * Searches many times in one call. Each search succeeds or fails alone.
   *
   * @param collection its name
   * @param requests 1 to 100; they need not name the collection
   * @return one answer per request, in order: hits, or an error for {@link OcelliException#of}
   */
  public CompletableFuture<List<BatchSearchAnswer>> batchSearch(
      String collection, List<SearchRequest> requests) {
    return SearchRequests.batchSearch(collection, requests).send(channel);
  }
}
