package dev.ocelli.client;

import dev.ocelli.v1.CountPointsRequest;
import dev.ocelli.v1.CountPointsResponse;
import dev.ocelli.v1.DeletePointsRequest;
import dev.ocelli.v1.DeletePointsResponse;
import dev.ocelli.v1.Filter;
import dev.ocelli.v1.GetPointsRequest;
import dev.ocelli.v1.GetPointsResponse;
import dev.ocelli.v1.ListPointsRequest;
import dev.ocelli.v1.Point;
import dev.ocelli.v1.PointServiceGrpc;
import dev.ocelli.v1.UpdatePayloadRequest;
import dev.ocelli.v1.UpdatePayloadResponse;
import dev.ocelli.v1.UpsertPointsRequest;
import dev.ocelli.v1.UpsertPointsResponse;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Requests of {@code PointService}. */
final class PointRequests {
  private PointRequests() {}

  static UnaryRequest<?, ?, UpsertPointsResponse> upsert(String collection, List<Point> points) {
    return new UnaryRequest<>(
        PointServiceGrpc.getUpsertPointsMethod(),
        UpsertPointsRequest.newBuilder().setCollection(collection).addAllPoints(points).build(),
        Function.identity());
  }

  static UnaryRequest<?, ?, GetPointsResponse> get(String collection, List<String> ids) {
    return get(collection, ids, options -> {});
  }

  static UnaryRequest<?, ?, GetPointsResponse> get(
      String collection, List<String> ids, Consumer<? super GetPointsRequest.Builder> options) {
    var request = GetPointsRequest.newBuilder().setCollection(collection).addAllIds(ids);
    options.accept(request);
    return get(request.build());
  }

  static UnaryRequest<?, ?, GetPointsResponse> get(GetPointsRequest request) {
    return new UnaryRequest<>(PointServiceGrpc.getGetPointsMethod(), request, Function.identity());
  }

  /** All points of a collection, or those that the options leave. */
  static ListPointsRequest listing(
      String collection, Consumer<? super ListPointsRequest.Builder> options) {
    var request = ListPointsRequest.newBuilder().setCollection(collection);
    options.accept(request);
    return request.build();
  }

  /** A page of a list; an empty token leaves the one of the request. */
  static UnaryRequest<?, ?, Page<Point>> list(ListPointsRequest request, String pageToken) {
    return new UnaryRequest<>(
        PointServiceGrpc.getListPointsMethod(),
        pageToken.isEmpty() ? request : request.toBuilder().setPageToken(pageToken).build(),
        page -> new Page<>(page.getPointsList(), page.getNextPageToken()));
  }

  static UnaryRequest<?, ?, Long> count(String collection) {
    return count(CountPointsRequest.newBuilder().setCollection(collection).build());
  }

  static UnaryRequest<?, ?, Long> count(String collection, Filter filter) {
    return count(
        CountPointsRequest.newBuilder().setCollection(collection).setFilter(filter).build());
  }

  static UnaryRequest<?, ?, Long> delete(String collection, List<String> ids) {
    return delete(
        DeletePointsRequest.newBuilder().setCollection(collection).addAllIds(ids).build());
  }

  static UnaryRequest<?, ?, Long> delete(String collection, Filter filter) {
    return delete(
        DeletePointsRequest.newBuilder().setCollection(collection).setFilter(filter).build());
  }

  static UnaryRequest<?, ?, Long> updatePayload(
      String collection, List<String> ids, PayloadChange change) {
    return updatePayload(change.request().setCollection(collection).addAllIds(ids).build());
  }

  static UnaryRequest<?, ?, Long> updatePayload(
      String collection, Filter filter, PayloadChange change) {
    return updatePayload(change.request().setCollection(collection).setFilter(filter).build());
  }

  private static UnaryRequest<?, ?, Long> count(CountPointsRequest request) {
    return new UnaryRequest<>(
        PointServiceGrpc.getCountPointsMethod(), request, CountPointsResponse::getCount);
  }

  private static UnaryRequest<?, ?, Long> delete(DeletePointsRequest request) {
    return new UnaryRequest<>(
        PointServiceGrpc.getDeletePointsMethod(), request, DeletePointsResponse::getDeleted);
  }

  private static UnaryRequest<?, ?, Long> updatePayload(UpdatePayloadRequest request) {
    return new UnaryRequest<>(
        PointServiceGrpc.getUpdatePayloadMethod(), request, UpdatePayloadResponse::getUpdated);
  }
}
