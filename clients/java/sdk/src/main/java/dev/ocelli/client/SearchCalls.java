package dev.ocelli.client;

import dev.ocelli.v1.BatchSearchAnswer;
import dev.ocelli.v1.Filter;
import dev.ocelli.v1.FindDuplicatesRequest;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.SearchResponse;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Nearest points. Every call throws {@link OcelliException} when it fails. */
public final class SearchCalls {
  private final Channel channel;

  SearchCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Finds the points nearest to an image, with their payloads.
   *
   * @param collection its name; it must have an embedding model
   * @param image an image file
   * @param limit most hits, 1 to 1000
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public SearchResponse search(String collection, Path image, int limit) {
    return SearchRequests.search(collection, Query.image(image), limit).call(channel);
  }

  /**
   * Finds the points nearest to an image, a text, a vector or a stored point, with their payloads.
   *
   * @param collection its name
   * @param query what to be near to
   * @param limit most hits, 1 to 1000
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public SearchResponse search(String collection, Query query, int limit) {
    return SearchRequests.search(collection, query, limit).call(channel);
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
  public SearchResponse search(String collection, Query query, int limit, Filter filter) {
    return SearchRequests.search(collection, query, limit, filter).call(channel);
  }

  /**
   * Finds the nearest points, with every option.
   *
   * @param collection its name
   * @param query what to be near to
   * @param options sets them, such as {@code request -> request.setWithVector(true)}
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public SearchResponse search(
      String collection, Query query, Consumer<? super SearchRequest.Builder> options) {
    return SearchRequests.search(collection, query, options).call(channel);
  }

  /**
   * Finds the nearest points by a request of the contract.
   *
   * @param request collection, query, filter and what to return
   * @return hits, nearest first, warnings of the image, and where the time went
   */
  public SearchResponse search(SearchRequest request) {
    return SearchRequests.search(request).call(channel);
  }

  /**
   * Searches many times in one call. Each search succeeds or fails alone.
   *
   * @param collection its name
   * @param requests 1 to 100; they need not name the collection
   * @return one answer per request, in order: hits, or an error for {@link OcelliException#of}
   */
  public List<BatchSearchAnswer> batchSearch(String collection, List<SearchRequest> requests) {
    return SearchRequests.batchSearch(collection, requests).call(channel);
  }

  /**
   * Finds groups of points that are nearly the same, largest first: each point of a group is at
   * least as near to another one of it as the threshold says.
   *
   * @param collection its name
   * @param scoreThreshold the lowest score for cosine and dot, the highest for Euclid
   * @return the groups as they are found; close it to leave early
   */
  public DuplicateGroups findDuplicates(String collection, float scoreThreshold) {
    return findDuplicates(collection, scoreThreshold, request -> {});
  }

  /**
   * Finds groups of points that are nearly the same, with every option.
   *
   * @param collection its name
   * @param scoreThreshold the lowest score for cosine and dot, the highest for Euclid
   * @param options sets them, such as {@code request -> request.setWithPayload(true)}
   * @return the groups as they are found; close it to leave early
   */
  public DuplicateGroups findDuplicates(
      String collection,
      float scoreThreshold,
      Consumer<? super FindDuplicatesRequest.Builder> options) {
    return findDuplicates(SearchRequests.duplicates(collection, scoreThreshold, options));
  }

  /**
   * Finds groups of points that are nearly the same by a request of the contract.
   *
   * @param request collection, filter, threshold and what to return
   * @return the groups as they are found; close it to leave early
   */
  public DuplicateGroups findDuplicates(FindDuplicatesRequest request) {
    return new DuplicateGroups(channel, request);
  }
}
