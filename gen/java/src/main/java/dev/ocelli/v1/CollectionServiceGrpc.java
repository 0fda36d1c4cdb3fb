package dev.ocelli.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Keeps collections: named sets of points of one dimension.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class CollectionServiceGrpc {

  private CollectionServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "ocelli.v1.CollectionService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.CreateCollectionRequest,
      dev.ocelli.v1.CreateCollectionResponse> getCreateCollectionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateCollection",
      requestType = dev.ocelli.v1.CreateCollectionRequest.class,
      responseType = dev.ocelli.v1.CreateCollectionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.CreateCollectionRequest,
      dev.ocelli.v1.CreateCollectionResponse> getCreateCollectionMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.CreateCollectionRequest, dev.ocelli.v1.CreateCollectionResponse> getCreateCollectionMethod;
    if ((getCreateCollectionMethod = CollectionServiceGrpc.getCreateCollectionMethod) == null) {
      synchronized (CollectionServiceGrpc.class) {
        if ((getCreateCollectionMethod = CollectionServiceGrpc.getCreateCollectionMethod) == null) {
          CollectionServiceGrpc.getCreateCollectionMethod = getCreateCollectionMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.CreateCollectionRequest, dev.ocelli.v1.CreateCollectionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateCollection"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.CreateCollectionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.CreateCollectionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new CollectionServiceMethodDescriptorSupplier("CreateCollection"))
              .build();
        }
      }
    }
    return getCreateCollectionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.GetCollectionRequest,
      dev.ocelli.v1.GetCollectionResponse> getGetCollectionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetCollection",
      requestType = dev.ocelli.v1.GetCollectionRequest.class,
      responseType = dev.ocelli.v1.GetCollectionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.GetCollectionRequest,
      dev.ocelli.v1.GetCollectionResponse> getGetCollectionMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.GetCollectionRequest, dev.ocelli.v1.GetCollectionResponse> getGetCollectionMethod;
    if ((getGetCollectionMethod = CollectionServiceGrpc.getGetCollectionMethod) == null) {
      synchronized (CollectionServiceGrpc.class) {
        if ((getGetCollectionMethod = CollectionServiceGrpc.getGetCollectionMethod) == null) {
          CollectionServiceGrpc.getGetCollectionMethod = getGetCollectionMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.GetCollectionRequest, dev.ocelli.v1.GetCollectionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetCollection"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.GetCollectionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.GetCollectionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new CollectionServiceMethodDescriptorSupplier("GetCollection"))
              .build();
        }
      }
    }
    return getGetCollectionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.ListCollectionsRequest,
      dev.ocelli.v1.ListCollectionsResponse> getListCollectionsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListCollections",
      requestType = dev.ocelli.v1.ListCollectionsRequest.class,
      responseType = dev.ocelli.v1.ListCollectionsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.ListCollectionsRequest,
      dev.ocelli.v1.ListCollectionsResponse> getListCollectionsMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.ListCollectionsRequest, dev.ocelli.v1.ListCollectionsResponse> getListCollectionsMethod;
    if ((getListCollectionsMethod = CollectionServiceGrpc.getListCollectionsMethod) == null) {
      synchronized (CollectionServiceGrpc.class) {
        if ((getListCollectionsMethod = CollectionServiceGrpc.getListCollectionsMethod) == null) {
          CollectionServiceGrpc.getListCollectionsMethod = getListCollectionsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.ListCollectionsRequest, dev.ocelli.v1.ListCollectionsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListCollections"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ListCollectionsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ListCollectionsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new CollectionServiceMethodDescriptorSupplier("ListCollections"))
              .build();
        }
      }
    }
    return getListCollectionsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.UpdateCollectionRequest,
      dev.ocelli.v1.UpdateCollectionResponse> getUpdateCollectionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateCollection",
      requestType = dev.ocelli.v1.UpdateCollectionRequest.class,
      responseType = dev.ocelli.v1.UpdateCollectionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.UpdateCollectionRequest,
      dev.ocelli.v1.UpdateCollectionResponse> getUpdateCollectionMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.UpdateCollectionRequest, dev.ocelli.v1.UpdateCollectionResponse> getUpdateCollectionMethod;
    if ((getUpdateCollectionMethod = CollectionServiceGrpc.getUpdateCollectionMethod) == null) {
      synchronized (CollectionServiceGrpc.class) {
        if ((getUpdateCollectionMethod = CollectionServiceGrpc.getUpdateCollectionMethod) == null) {
          CollectionServiceGrpc.getUpdateCollectionMethod = getUpdateCollectionMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.UpdateCollectionRequest, dev.ocelli.v1.UpdateCollectionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateCollection"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.UpdateCollectionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.UpdateCollectionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new CollectionServiceMethodDescriptorSupplier("UpdateCollection"))
              .build();
        }
      }
    }
    return getUpdateCollectionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.SetAliasRequest,
      dev.ocelli.v1.SetAliasResponse> getSetAliasMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SetAlias",
      requestType = dev.ocelli.v1.SetAliasRequest.class,
      responseType = dev.ocelli.v1.SetAliasResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.SetAliasRequest,
      dev.ocelli.v1.SetAliasResponse> getSetAliasMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.SetAliasRequest, dev.ocelli.v1.SetAliasResponse> getSetAliasMethod;
    if ((getSetAliasMethod = CollectionServiceGrpc.getSetAliasMethod) == null) {
      synchronized (CollectionServiceGrpc.class) {
        if ((getSetAliasMethod = CollectionServiceGrpc.getSetAliasMethod) == null) {
          CollectionServiceGrpc.getSetAliasMethod = getSetAliasMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.SetAliasRequest, dev.ocelli.v1.SetAliasResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SetAlias"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.SetAliasRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.SetAliasResponse.getDefaultInstance()))
              .setSchemaDescriptor(new CollectionServiceMethodDescriptorSupplier("SetAlias"))
              .build();
        }
      }
    }
    return getSetAliasMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.DeleteAliasRequest,
      dev.ocelli.v1.DeleteAliasResponse> getDeleteAliasMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteAlias",
      requestType = dev.ocelli.v1.DeleteAliasRequest.class,
      responseType = dev.ocelli.v1.DeleteAliasResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.DeleteAliasRequest,
      dev.ocelli.v1.DeleteAliasResponse> getDeleteAliasMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.DeleteAliasRequest, dev.ocelli.v1.DeleteAliasResponse> getDeleteAliasMethod;
    if ((getDeleteAliasMethod = CollectionServiceGrpc.getDeleteAliasMethod) == null) {
      synchronized (CollectionServiceGrpc.class) {
        if ((getDeleteAliasMethod = CollectionServiceGrpc.getDeleteAliasMethod) == null) {
          CollectionServiceGrpc.getDeleteAliasMethod = getDeleteAliasMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.DeleteAliasRequest, dev.ocelli.v1.DeleteAliasResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteAlias"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeleteAliasRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeleteAliasResponse.getDefaultInstance()))
              .setSchemaDescriptor(new CollectionServiceMethodDescriptorSupplier("DeleteAlias"))
              .build();
        }
      }
    }
    return getDeleteAliasMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.ListAliasesRequest,
      dev.ocelli.v1.ListAliasesResponse> getListAliasesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListAliases",
      requestType = dev.ocelli.v1.ListAliasesRequest.class,
      responseType = dev.ocelli.v1.ListAliasesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.ListAliasesRequest,
      dev.ocelli.v1.ListAliasesResponse> getListAliasesMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.ListAliasesRequest, dev.ocelli.v1.ListAliasesResponse> getListAliasesMethod;
    if ((getListAliasesMethod = CollectionServiceGrpc.getListAliasesMethod) == null) {
      synchronized (CollectionServiceGrpc.class) {
        if ((getListAliasesMethod = CollectionServiceGrpc.getListAliasesMethod) == null) {
          CollectionServiceGrpc.getListAliasesMethod = getListAliasesMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.ListAliasesRequest, dev.ocelli.v1.ListAliasesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListAliases"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ListAliasesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ListAliasesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new CollectionServiceMethodDescriptorSupplier("ListAliases"))
              .build();
        }
      }
    }
    return getListAliasesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.DeleteCollectionRequest,
      dev.ocelli.v1.DeleteCollectionResponse> getDeleteCollectionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteCollection",
      requestType = dev.ocelli.v1.DeleteCollectionRequest.class,
      responseType = dev.ocelli.v1.DeleteCollectionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.DeleteCollectionRequest,
      dev.ocelli.v1.DeleteCollectionResponse> getDeleteCollectionMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.DeleteCollectionRequest, dev.ocelli.v1.DeleteCollectionResponse> getDeleteCollectionMethod;
    if ((getDeleteCollectionMethod = CollectionServiceGrpc.getDeleteCollectionMethod) == null) {
      synchronized (CollectionServiceGrpc.class) {
        if ((getDeleteCollectionMethod = CollectionServiceGrpc.getDeleteCollectionMethod) == null) {
          CollectionServiceGrpc.getDeleteCollectionMethod = getDeleteCollectionMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.DeleteCollectionRequest, dev.ocelli.v1.DeleteCollectionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteCollection"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeleteCollectionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeleteCollectionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new CollectionServiceMethodDescriptorSupplier("DeleteCollection"))
              .build();
        }
      }
    }
    return getDeleteCollectionMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static CollectionServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<CollectionServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<CollectionServiceStub>() {
        @java.lang.Override
        public CollectionServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new CollectionServiceStub(channel, callOptions);
        }
      };
    return CollectionServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static CollectionServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<CollectionServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<CollectionServiceBlockingV2Stub>() {
        @java.lang.Override
        public CollectionServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new CollectionServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return CollectionServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static CollectionServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<CollectionServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<CollectionServiceBlockingStub>() {
        @java.lang.Override
        public CollectionServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new CollectionServiceBlockingStub(channel, callOptions);
        }
      };
    return CollectionServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static CollectionServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<CollectionServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<CollectionServiceFutureStub>() {
        @java.lang.Override
        public CollectionServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new CollectionServiceFutureStub(channel, callOptions);
        }
      };
    return CollectionServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Keeps collections: named sets of points of one dimension.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Creates a collection. COLLECTION_EXISTS if there is one of that name.
     * Not to be repeated blindly: after UNAVAILABLE or DEADLINE_EXCEEDED the collection may exist or
     * not. Of several clients that create one name at once, one succeeds. It can be used, by every
     * client, when this call has answered.
     * </pre>
     */
    default void createCollection(dev.ocelli.v1.CreateCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.CreateCollectionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateCollectionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Describes one collection.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    default void getCollection(dev.ocelli.v1.GetCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.GetCollectionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetCollectionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Describes all collections, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. A collection that exists
     * throughout the walk is listed once; one that is created or deleted meanwhile may be or not.
     * </pre>
     */
    default void listCollections(dev.ocelli.v1.ListCollectionsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ListCollectionsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListCollectionsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Changes a collection's embedding model, or adds filterable fields.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. When it
     * has answered, filters may name the new fields and find points that were stored before. It takes
     * time in proportion to the points, during which others are served.
     * </pre>
     */
    default void updateCollection(dev.ocelli.v1.UpdateCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.UpdateCollectionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateCollectionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Points an alias to a collection, or away from another one, in one step: searches see the one or
     * the other. An alias may be used wherever the contract names an existing collection, except to delete
     * one. COLLECTION_EXISTS if a collection has that name.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    default void setAlias(dev.ocelli.v1.SetAliasRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.SetAliasResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSetAliasMethod(), responseObserver);
    }

    /**
     * <pre>
     * Takes an alias away; the collection stays. COLLECTION_NOT_FOUND if there is no such alias.
     * Not to be repeated blindly: after UNAVAILABLE it may be gone.
     * </pre>
     */
    default void deleteAlias(dev.ocelli.v1.DeleteAliasRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteAliasResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteAliasMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns all aliases, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    default void listAliases(dev.ocelli.v1.ListAliasesRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ListAliasesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListAliasesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Deletes a collection and all its points, and the aliases of it. COLLECTION_NOT_FOUND if there is
     * none.
     * Not to be repeated blindly: after UNAVAILABLE the collection may be gone, and another client may
     * have created one of the same name.
     * </pre>
     */
    default void deleteCollection(dev.ocelli.v1.DeleteCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteCollectionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteCollectionMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service CollectionService.
   * <pre>
   * Keeps collections: named sets of points of one dimension.
   * </pre>
   */
  public static abstract class CollectionServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return CollectionServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service CollectionService.
   * <pre>
   * Keeps collections: named sets of points of one dimension.
   * </pre>
   */
  public static final class CollectionServiceStub
      extends io.grpc.stub.AbstractAsyncStub<CollectionServiceStub> {
    private CollectionServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected CollectionServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new CollectionServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a collection. COLLECTION_EXISTS if there is one of that name.
     * Not to be repeated blindly: after UNAVAILABLE or DEADLINE_EXCEEDED the collection may exist or
     * not. Of several clients that create one name at once, one succeeds. It can be used, by every
     * client, when this call has answered.
     * </pre>
     */
    public void createCollection(dev.ocelli.v1.CreateCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.CreateCollectionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateCollectionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Describes one collection.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public void getCollection(dev.ocelli.v1.GetCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.GetCollectionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetCollectionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Describes all collections, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. A collection that exists
     * throughout the walk is listed once; one that is created or deleted meanwhile may be or not.
     * </pre>
     */
    public void listCollections(dev.ocelli.v1.ListCollectionsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ListCollectionsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListCollectionsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Changes a collection's embedding model, or adds filterable fields.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. When it
     * has answered, filters may name the new fields and find points that were stored before. It takes
     * time in proportion to the points, during which others are served.
     * </pre>
     */
    public void updateCollection(dev.ocelli.v1.UpdateCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.UpdateCollectionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateCollectionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Points an alias to a collection, or away from another one, in one step: searches see the one or
     * the other. An alias may be used wherever the contract names an existing collection, except to delete
     * one. COLLECTION_EXISTS if a collection has that name.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public void setAlias(dev.ocelli.v1.SetAliasRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.SetAliasResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSetAliasMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Takes an alias away; the collection stays. COLLECTION_NOT_FOUND if there is no such alias.
     * Not to be repeated blindly: after UNAVAILABLE it may be gone.
     * </pre>
     */
    public void deleteAlias(dev.ocelli.v1.DeleteAliasRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteAliasResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteAliasMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns all aliases, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public void listAliases(dev.ocelli.v1.ListAliasesRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ListAliasesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListAliasesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Deletes a collection and all its points, and the aliases of it. COLLECTION_NOT_FOUND if there is
     * none.
     * Not to be repeated blindly: after UNAVAILABLE the collection may be gone, and another client may
     * have created one of the same name.
     * </pre>
     */
    public void deleteCollection(dev.ocelli.v1.DeleteCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteCollectionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteCollectionMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service CollectionService.
   * <pre>
   * Keeps collections: named sets of points of one dimension.
   * </pre>
   */
  public static final class CollectionServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<CollectionServiceBlockingV2Stub> {
    private CollectionServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected CollectionServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new CollectionServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a collection. COLLECTION_EXISTS if there is one of that name.
     * Not to be repeated blindly: after UNAVAILABLE or DEADLINE_EXCEEDED the collection may exist or
     * not. Of several clients that create one name at once, one succeeds. It can be used, by every
     * client, when this call has answered.
     * </pre>
     */
    public dev.ocelli.v1.CreateCollectionResponse createCollection(dev.ocelli.v1.CreateCollectionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Describes one collection.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.GetCollectionResponse getCollection(dev.ocelli.v1.GetCollectionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Describes all collections, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. A collection that exists
     * throughout the walk is listed once; one that is created or deleted meanwhile may be or not.
     * </pre>
     */
    public dev.ocelli.v1.ListCollectionsResponse listCollections(dev.ocelli.v1.ListCollectionsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListCollectionsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes a collection's embedding model, or adds filterable fields.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. When it
     * has answered, filters may name the new fields and find points that were stored before. It takes
     * time in proportion to the points, during which others are served.
     * </pre>
     */
    public dev.ocelli.v1.UpdateCollectionResponse updateCollection(dev.ocelli.v1.UpdateCollectionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Points an alias to a collection, or away from another one, in one step: searches see the one or
     * the other. An alias may be used wherever the contract names an existing collection, except to delete
     * one. COLLECTION_EXISTS if a collection has that name.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.SetAliasResponse setAlias(dev.ocelli.v1.SetAliasRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSetAliasMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Takes an alias away; the collection stays. COLLECTION_NOT_FOUND if there is no such alias.
     * Not to be repeated blindly: after UNAVAILABLE it may be gone.
     * </pre>
     */
    public dev.ocelli.v1.DeleteAliasResponse deleteAlias(dev.ocelli.v1.DeleteAliasRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteAliasMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns all aliases, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.ListAliasesResponse listAliases(dev.ocelli.v1.ListAliasesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListAliasesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a collection and all its points, and the aliases of it. COLLECTION_NOT_FOUND if there is
     * none.
     * Not to be repeated blindly: after UNAVAILABLE the collection may be gone, and another client may
     * have created one of the same name.
     * </pre>
     */
    public dev.ocelli.v1.DeleteCollectionResponse deleteCollection(dev.ocelli.v1.DeleteCollectionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteCollectionMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service CollectionService.
   * <pre>
   * Keeps collections: named sets of points of one dimension.
   * </pre>
   */
  public static final class CollectionServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<CollectionServiceBlockingStub> {
    private CollectionServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected CollectionServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new CollectionServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a collection. COLLECTION_EXISTS if there is one of that name.
     * Not to be repeated blindly: after UNAVAILABLE or DEADLINE_EXCEEDED the collection may exist or
     * not. Of several clients that create one name at once, one succeeds. It can be used, by every
     * client, when this call has answered.
     * </pre>
     */
    public dev.ocelli.v1.CreateCollectionResponse createCollection(dev.ocelli.v1.CreateCollectionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Describes one collection.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.GetCollectionResponse getCollection(dev.ocelli.v1.GetCollectionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Describes all collections, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. A collection that exists
     * throughout the walk is listed once; one that is created or deleted meanwhile may be or not.
     * </pre>
     */
    public dev.ocelli.v1.ListCollectionsResponse listCollections(dev.ocelli.v1.ListCollectionsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListCollectionsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes a collection's embedding model, or adds filterable fields.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. When it
     * has answered, filters may name the new fields and find points that were stored before. It takes
     * time in proportion to the points, during which others are served.
     * </pre>
     */
    public dev.ocelli.v1.UpdateCollectionResponse updateCollection(dev.ocelli.v1.UpdateCollectionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Points an alias to a collection, or away from another one, in one step: searches see the one or
     * the other. An alias may be used wherever the contract names an existing collection, except to delete
     * one. COLLECTION_EXISTS if a collection has that name.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.SetAliasResponse setAlias(dev.ocelli.v1.SetAliasRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSetAliasMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Takes an alias away; the collection stays. COLLECTION_NOT_FOUND if there is no such alias.
     * Not to be repeated blindly: after UNAVAILABLE it may be gone.
     * </pre>
     */
    public dev.ocelli.v1.DeleteAliasResponse deleteAlias(dev.ocelli.v1.DeleteAliasRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteAliasMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns all aliases, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.ListAliasesResponse listAliases(dev.ocelli.v1.ListAliasesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListAliasesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a collection and all its points, and the aliases of it. COLLECTION_NOT_FOUND if there is
     * none.
     * Not to be repeated blindly: after UNAVAILABLE the collection may be gone, and another client may
     * have created one of the same name.
     * </pre>
     */
    public dev.ocelli.v1.DeleteCollectionResponse deleteCollection(dev.ocelli.v1.DeleteCollectionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteCollectionMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service CollectionService.
   * <pre>
   * Keeps collections: named sets of points of one dimension.
   * </pre>
   */
  public static final class CollectionServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<CollectionServiceFutureStub> {
    private CollectionServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected CollectionServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new CollectionServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a collection. COLLECTION_EXISTS if there is one of that name.
     * Not to be repeated blindly: after UNAVAILABLE or DEADLINE_EXCEEDED the collection may exist or
     * not. Of several clients that create one name at once, one succeeds. It can be used, by every
     * client, when this call has answered.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.CreateCollectionResponse> createCollection(
        dev.ocelli.v1.CreateCollectionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateCollectionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Describes one collection.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.GetCollectionResponse> getCollection(
        dev.ocelli.v1.GetCollectionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetCollectionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Describes all collections, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. A collection that exists
     * throughout the walk is listed once; one that is created or deleted meanwhile may be or not.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.ListCollectionsResponse> listCollections(
        dev.ocelli.v1.ListCollectionsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListCollectionsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Changes a collection's embedding model, or adds filterable fields.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. When it
     * has answered, filters may name the new fields and find points that were stored before. It takes
     * time in proportion to the points, during which others are served.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.UpdateCollectionResponse> updateCollection(
        dev.ocelli.v1.UpdateCollectionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateCollectionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Points an alias to a collection, or away from another one, in one step: searches see the one or
     * the other. An alias may be used wherever the contract names an existing collection, except to delete
     * one. COLLECTION_EXISTS if a collection has that name.
     * Setting the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.SetAliasResponse> setAlias(
        dev.ocelli.v1.SetAliasRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSetAliasMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Takes an alias away; the collection stays. COLLECTION_NOT_FOUND if there is no such alias.
     * Not to be repeated blindly: after UNAVAILABLE it may be gone.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.DeleteAliasResponse> deleteAlias(
        dev.ocelli.v1.DeleteAliasRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteAliasMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns all aliases, a page at a time, by name, ascending.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.ListAliasesResponse> listAliases(
        dev.ocelli.v1.ListAliasesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListAliasesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Deletes a collection and all its points, and the aliases of it. COLLECTION_NOT_FOUND if there is
     * none.
     * Not to be repeated blindly: after UNAVAILABLE the collection may be gone, and another client may
     * have created one of the same name.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.DeleteCollectionResponse> deleteCollection(
        dev.ocelli.v1.DeleteCollectionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteCollectionMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_COLLECTION = 0;
  private static final int METHODID_GET_COLLECTION = 1;
  private static final int METHODID_LIST_COLLECTIONS = 2;
  private static final int METHODID_UPDATE_COLLECTION = 3;
  private static final int METHODID_SET_ALIAS = 4;
  private static final int METHODID_DELETE_ALIAS = 5;
  private static final int METHODID_LIST_ALIASES = 6;
  private static final int METHODID_DELETE_COLLECTION = 7;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_CREATE_COLLECTION:
          serviceImpl.createCollection((dev.ocelli.v1.CreateCollectionRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.CreateCollectionResponse>) responseObserver);
          break;
        case METHODID_GET_COLLECTION:
          serviceImpl.getCollection((dev.ocelli.v1.GetCollectionRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.GetCollectionResponse>) responseObserver);
          break;
        case METHODID_LIST_COLLECTIONS:
          serviceImpl.listCollections((dev.ocelli.v1.ListCollectionsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.ListCollectionsResponse>) responseObserver);
          break;
        case METHODID_UPDATE_COLLECTION:
          serviceImpl.updateCollection((dev.ocelli.v1.UpdateCollectionRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.UpdateCollectionResponse>) responseObserver);
          break;
        case METHODID_SET_ALIAS:
          serviceImpl.setAlias((dev.ocelli.v1.SetAliasRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.SetAliasResponse>) responseObserver);
          break;
        case METHODID_DELETE_ALIAS:
          serviceImpl.deleteAlias((dev.ocelli.v1.DeleteAliasRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteAliasResponse>) responseObserver);
          break;
        case METHODID_LIST_ALIASES:
          serviceImpl.listAliases((dev.ocelli.v1.ListAliasesRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.ListAliasesResponse>) responseObserver);
          break;
        case METHODID_DELETE_COLLECTION:
          serviceImpl.deleteCollection((dev.ocelli.v1.DeleteCollectionRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteCollectionResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getCreateCollectionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.CreateCollectionRequest,
              dev.ocelli.v1.CreateCollectionResponse>(
                service, METHODID_CREATE_COLLECTION)))
        .addMethod(
          getGetCollectionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.GetCollectionRequest,
              dev.ocelli.v1.GetCollectionResponse>(
                service, METHODID_GET_COLLECTION)))
        .addMethod(
          getListCollectionsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.ListCollectionsRequest,
              dev.ocelli.v1.ListCollectionsResponse>(
                service, METHODID_LIST_COLLECTIONS)))
        .addMethod(
          getUpdateCollectionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.UpdateCollectionRequest,
              dev.ocelli.v1.UpdateCollectionResponse>(
                service, METHODID_UPDATE_COLLECTION)))
        .addMethod(
          getSetAliasMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.SetAliasRequest,
              dev.ocelli.v1.SetAliasResponse>(
                service, METHODID_SET_ALIAS)))
        .addMethod(
          getDeleteAliasMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.DeleteAliasRequest,
              dev.ocelli.v1.DeleteAliasResponse>(
                service, METHODID_DELETE_ALIAS)))
        .addMethod(
          getListAliasesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.ListAliasesRequest,
              dev.ocelli.v1.ListAliasesResponse>(
                service, METHODID_LIST_ALIASES)))
        .addMethod(
          getDeleteCollectionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.DeleteCollectionRequest,
              dev.ocelli.v1.DeleteCollectionResponse>(
                service, METHODID_DELETE_COLLECTION)))
        .build();
  }

  private static abstract class CollectionServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    CollectionServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.ocelli.v1.CollectionOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("CollectionService");
    }
  }

  private static final class CollectionServiceFileDescriptorSupplier
      extends CollectionServiceBaseDescriptorSupplier {
    CollectionServiceFileDescriptorSupplier() {}
  }

  private static final class CollectionServiceMethodDescriptorSupplier
      extends CollectionServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    CollectionServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (CollectionServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new CollectionServiceFileDescriptorSupplier())
              .addMethod(getCreateCollectionMethod())
              .addMethod(getGetCollectionMethod())
              .addMethod(getListCollectionsMethod())
              .addMethod(getUpdateCollectionMethod())
              .addMethod(getSetAliasMethod())
              .addMethod(getDeleteAliasMethod())
              .addMethod(getListAliasesMethod())
              .addMethod(getDeleteCollectionMethod())
              .build();
        }
      }
    }
    return result;
  }
}
