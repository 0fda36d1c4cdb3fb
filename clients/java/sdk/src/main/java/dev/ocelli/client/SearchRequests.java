package dev.ocelli.client;

import dev.ocelli.v1.BatchSearchAnswer;
import dev.ocelli.v1.BatchSearchRequest;
import dev.ocelli.v1.BatchSearchResponse;
import dev.ocelli.v1.Hit;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.SearchResponse;
import dev.ocelli.v1.SearchServiceGrpc;
import dev.ocelli.v1.Vector;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Requests of {@code SearchService}. */
final class SearchRequests {
  private SearchRequests() {}

  static UnaryRequest<?, ?, List<Hit>> search(String collection, Path image, int limit) {
    return hits(collection, SearchRequest.newBuilder().setImage(Images.file(image)), limit);
  }

  static UnaryRequest<?, ?, List<Hit>> search(String collection, Vector vector, int limit) {
    return hits(collection, SearchRequest.newBuilder().setVector(vector), limit);
  }

  static UnaryRequest<?, ?, SearchResponse> search(SearchRequest request) {
    return new UnaryRequest<>(SearchServiceGrpc.getSearchMethod(), request, Function.identity());
  }

  static UnaryRequest<?, ?, List<BatchSearchAnswer>> batchSearch(
      String collection, List<SearchRequest> requests) {
    return new UnaryRequest<>(
        SearchServiceGrpc.getBatchSearchMethod(),
        BatchSearchRequest.newBuilder().setCollection(collection).addAllRequests(requests).build(),
        BatchSearchResponse::getAnswersList);
  }

  private static UnaryRequest<?, ?, List<Hit>> hits(
      String collection, SearchRequest.Builder query, int limit) {
    return new UnaryRequest<>(
        SearchServiceGrpc.getSearchMethod(),
        query.setCollection(collection).setLimit(limit).build(),
        SearchResponse::getHitsList);
  }
}
