package dev.ocelli.client;

import dev.ocelli.v1.BatchSearchAnswer;
import dev.ocelli.v1.BatchSearchRequest;
import dev.ocelli.v1.BatchSearchResponse;
import dev.ocelli.v1.Filter;
import dev.ocelli.v1.FindDuplicatesRequest;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.SearchResponse;
import dev.ocelli.v1.SearchServiceGrpc;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Requests of {@code SearchService}. */
final class SearchRequests {
  private SearchRequests() {}

  static UnaryRequest<?, ?, SearchResponse> search(String collection, Query query, int limit) {
    return search(collection, query, request -> request.setLimit(limit));
  }

  static UnaryRequest<?, ?, SearchResponse> search(
      String collection, Query query, int limit, Filter filter) {
    return search(collection, query, request -> request.setLimit(limit).setFilter(filter));
  }

  static UnaryRequest<?, ?, SearchResponse> search(
      String collection, Query query, Consumer<? super SearchRequest.Builder> options) {
    var request = query.request(collection);
    options.accept(request);
    return search(request.build());
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

  static FindDuplicatesRequest duplicates(
      String collection,
      float scoreThreshold,
      Consumer<? super FindDuplicatesRequest.Builder> options) {
    var request =
        FindDuplicatesRequest.newBuilder()
            .setCollection(collection)
            .setScoreThreshold(scoreThreshold);
    options.accept(request);
    return request.build();
  }
}
