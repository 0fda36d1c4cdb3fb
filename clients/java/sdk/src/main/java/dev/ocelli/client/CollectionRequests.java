package dev.ocelli.client;

import com.google.protobuf.FieldMask;
import dev.ocelli.v1.Alias;
import dev.ocelli.v1.Collection;
import dev.ocelli.v1.CollectionServiceGrpc;
import dev.ocelli.v1.CreateCollectionRequest;
import dev.ocelli.v1.CreateCollectionResponse;
import dev.ocelli.v1.DeleteAliasRequest;
import dev.ocelli.v1.DeleteCollectionRequest;
import dev.ocelli.v1.GetCollectionRequest;
import dev.ocelli.v1.GetCollectionResponse;
import dev.ocelli.v1.ListAliasesRequest;
import dev.ocelli.v1.ListCollectionsRequest;
import dev.ocelli.v1.SetAliasRequest;
import dev.ocelli.v1.UpdateCollectionRequest;
import dev.ocelli.v1.UpdateCollectionResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Requests of {@code CollectionService}. */
final class CollectionRequests {
  private CollectionRequests() {}

  static UnaryRequest<?, ?, Collection> create(
      String name, Consumer<? super Collection.Builder> settings) {
    var collection = Collection.newBuilder().setName(name);
    settings.accept(collection);
    return create(collection.build());
  }

  static UnaryRequest<?, ?, Collection> create(Collection collection) {
    return new UnaryRequest<>(
        CollectionServiceGrpc.getCreateCollectionMethod(),
        CreateCollectionRequest.newBuilder().setCollection(collection).build(),
        CreateCollectionResponse::getCollection);
  }

  static UnaryRequest<?, ?, GetCollectionResponse> get(String name) {
    return new UnaryRequest<>(
        CollectionServiceGrpc.getGetCollectionMethod(),
        GetCollectionRequest.newBuilder().setName(name).build(),
        Function.identity());
  }

  static UnaryRequest<?, ?, Page<Collection>> list(String pageToken) {
    return new UnaryRequest<>(
        CollectionServiceGrpc.getListCollectionsMethod(),
        ListCollectionsRequest.newBuilder().setPageToken(pageToken).build(),
        page -> new Page<>(page.getCollectionsList(), page.getNextPageToken()));
  }

  static UnaryRequest<?, ?, Collection> update(Collection collection, List<String> fields) {
    return new UnaryRequest<>(
        CollectionServiceGrpc.getUpdateCollectionMethod(),
        UpdateCollectionRequest.newBuilder()
            .setCollection(collection)
            .setUpdateMask(FieldMask.newBuilder().addAllPaths(fields))
            .build(),
        UpdateCollectionResponse::getCollection);
  }

  static UnaryRequest<?, ?, Void> delete(String name) {
    return new UnaryRequest<>(
        CollectionServiceGrpc.getDeleteCollectionMethod(),
        DeleteCollectionRequest.newBuilder().setName(name).build(),
        gone -> null);
  }

  static UnaryRequest<?, ?, Optional<String>> setAlias(String alias, String collection) {
    return new UnaryRequest<>(
        CollectionServiceGrpc.getSetAliasMethod(),
        SetAliasRequest.newBuilder().setAlias(alias).setCollection(collection).build(),
        set -> Optional.of(set.getPreviousCollection()).filter(name -> !name.isEmpty()));
  }

  static UnaryRequest<?, ?, Void> deleteAlias(String alias) {
    return new UnaryRequest<>(
        CollectionServiceGrpc.getDeleteAliasMethod(),
        DeleteAliasRequest.newBuilder().setAlias(alias).build(),
        gone -> null);
  }

  static UnaryRequest<?, ?, Page<Alias>> listAliases(String pageToken) {
    return new UnaryRequest<>(
        CollectionServiceGrpc.getListAliasesMethod(),
        ListAliasesRequest.newBuilder().setPageToken(pageToken).build(),
        page -> new Page<>(page.getAliasesList(), page.getNextPageToken()));
  }
}
