package dev.ocelli.client;

import dev.ocelli.v1.BatchSearchAnswer;
import dev.ocelli.v1.Hit;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.SearchResponse;
import dev.ocelli.v1.Vector;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.List;

/** Nearest points. Every call throws {@link OcelliException} when it fails. */
public final class SearchCalls {
  private final Channel channel;

  SearchCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Finds the points nearest to an image.
   *
   * @param collection its name; it must have an embedding model
   * @param image an image file
   * @param limit most hits, 1 to 1000
   * @return nearest first, with payloads
   */
  public List<Hit> search(String collection, Path image, int limit) {
    return SearchRequests.search(collection, image, limit).call(channel);
  }

  /**
   * Finds the points nearest to a vector.
   *
   * @param collection its name
   * @param vector of the collection's dimension, such as an embedding; see {@link Vectors#of}
   * @param limit most hits, 1 to 1000
   * @return nearest first, with payloads
   */
  public List<Hit> search(String collection, Vector vector, int limit) {
    return SearchRequests.search(collection, vector, limit).call(channel);
  }

  /**
   * Finds the points nearest to an image, a text, a vector or a stored point, with every option.
   *
   * @param request collection, query, filter and what to return
   * @return hits, nearest first, and where the time went
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
}
