package dev.ocelli.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Keeps vectors with payloads in collections and finds the nearest.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class SearchServiceGrpc {

  private SearchServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "ocelli.v1.SearchService";

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
    if ((getCreateCollectionMethod = SearchServiceGrpc.getCreateCollectionMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getCreateCollectionMethod = SearchServiceGrpc.getCreateCollectionMethod) == null) {
          SearchServiceGrpc.getCreateCollectionMethod = getCreateCollectionMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.CreateCollectionRequest, dev.ocelli.v1.CreateCollectionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateCollection"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.CreateCollectionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.CreateCollectionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("CreateCollection"))
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
    if ((getGetCollectionMethod = SearchServiceGrpc.getGetCollectionMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getGetCollectionMethod = SearchServiceGrpc.getGetCollectionMethod) == null) {
          SearchServiceGrpc.getGetCollectionMethod = getGetCollectionMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.GetCollectionRequest, dev.ocelli.v1.GetCollectionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetCollection"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.GetCollectionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.GetCollectionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("GetCollection"))
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
    if ((getListCollectionsMethod = SearchServiceGrpc.getListCollectionsMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getListCollectionsMethod = SearchServiceGrpc.getListCollectionsMethod) == null) {
          SearchServiceGrpc.getListCollectionsMethod = getListCollectionsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.ListCollectionsRequest, dev.ocelli.v1.ListCollectionsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListCollections"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ListCollectionsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ListCollectionsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("ListCollections"))
              .build();
        }
      }
    }
    return getListCollectionsMethod;
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
    if ((getDeleteCollectionMethod = SearchServiceGrpc.getDeleteCollectionMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getDeleteCollectionMethod = SearchServiceGrpc.getDeleteCollectionMethod) == null) {
          SearchServiceGrpc.getDeleteCollectionMethod = getDeleteCollectionMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.DeleteCollectionRequest, dev.ocelli.v1.DeleteCollectionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteCollection"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeleteCollectionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeleteCollectionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("DeleteCollection"))
              .build();
        }
      }
    }
    return getDeleteCollectionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.UpsertPointsRequest,
      dev.ocelli.v1.UpsertPointsResponse> getUpsertPointsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpsertPoints",
      requestType = dev.ocelli.v1.UpsertPointsRequest.class,
      responseType = dev.ocelli.v1.UpsertPointsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.UpsertPointsRequest,
      dev.ocelli.v1.UpsertPointsResponse> getUpsertPointsMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.UpsertPointsRequest, dev.ocelli.v1.UpsertPointsResponse> getUpsertPointsMethod;
    if ((getUpsertPointsMethod = SearchServiceGrpc.getUpsertPointsMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getUpsertPointsMethod = SearchServiceGrpc.getUpsertPointsMethod) == null) {
          SearchServiceGrpc.getUpsertPointsMethod = getUpsertPointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.UpsertPointsRequest, dev.ocelli.v1.UpsertPointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpsertPoints"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.UpsertPointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.UpsertPointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("UpsertPoints"))
              .build();
        }
      }
    }
    return getUpsertPointsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.GetPointsRequest,
      dev.ocelli.v1.GetPointsResponse> getGetPointsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetPoints",
      requestType = dev.ocelli.v1.GetPointsRequest.class,
      responseType = dev.ocelli.v1.GetPointsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.GetPointsRequest,
      dev.ocelli.v1.GetPointsResponse> getGetPointsMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.GetPointsRequest, dev.ocelli.v1.GetPointsResponse> getGetPointsMethod;
    if ((getGetPointsMethod = SearchServiceGrpc.getGetPointsMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getGetPointsMethod = SearchServiceGrpc.getGetPointsMethod) == null) {
          SearchServiceGrpc.getGetPointsMethod = getGetPointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.GetPointsRequest, dev.ocelli.v1.GetPointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetPoints"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.GetPointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.GetPointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("GetPoints"))
              .build();
        }
      }
    }
    return getGetPointsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.DeletePointsRequest,
      dev.ocelli.v1.DeletePointsResponse> getDeletePointsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeletePoints",
      requestType = dev.ocelli.v1.DeletePointsRequest.class,
      responseType = dev.ocelli.v1.DeletePointsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.DeletePointsRequest,
      dev.ocelli.v1.DeletePointsResponse> getDeletePointsMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.DeletePointsRequest, dev.ocelli.v1.DeletePointsResponse> getDeletePointsMethod;
    if ((getDeletePointsMethod = SearchServiceGrpc.getDeletePointsMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getDeletePointsMethod = SearchServiceGrpc.getDeletePointsMethod) == null) {
          SearchServiceGrpc.getDeletePointsMethod = getDeletePointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.DeletePointsRequest, dev.ocelli.v1.DeletePointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeletePoints"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeletePointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeletePointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("DeletePoints"))
              .build();
        }
      }
    }
    return getDeletePointsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.CountPointsRequest,
      dev.ocelli.v1.CountPointsResponse> getCountPointsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CountPoints",
      requestType = dev.ocelli.v1.CountPointsRequest.class,
      responseType = dev.ocelli.v1.CountPointsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.CountPointsRequest,
      dev.ocelli.v1.CountPointsResponse> getCountPointsMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.CountPointsRequest, dev.ocelli.v1.CountPointsResponse> getCountPointsMethod;
    if ((getCountPointsMethod = SearchServiceGrpc.getCountPointsMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getCountPointsMethod = SearchServiceGrpc.getCountPointsMethod) == null) {
          SearchServiceGrpc.getCountPointsMethod = getCountPointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.CountPointsRequest, dev.ocelli.v1.CountPointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CountPoints"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.CountPointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.CountPointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("CountPoints"))
              .build();
        }
      }
    }
    return getCountPointsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.SearchRequest,
      dev.ocelli.v1.SearchResponse> getSearchMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Search",
      requestType = dev.ocelli.v1.SearchRequest.class,
      responseType = dev.ocelli.v1.SearchResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.SearchRequest,
      dev.ocelli.v1.SearchResponse> getSearchMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.SearchRequest, dev.ocelli.v1.SearchResponse> getSearchMethod;
    if ((getSearchMethod = SearchServiceGrpc.getSearchMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getSearchMethod = SearchServiceGrpc.getSearchMethod) == null) {
          SearchServiceGrpc.getSearchMethod = getSearchMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.SearchRequest, dev.ocelli.v1.SearchResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Search"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.SearchRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.SearchResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("Search"))
              .build();
        }
      }
    }
    return getSearchMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.IndexStreamRequest,
      dev.ocelli.v1.IndexStreamResponse> getIndexStreamMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "IndexStream",
      requestType = dev.ocelli.v1.IndexStreamRequest.class,
      responseType = dev.ocelli.v1.IndexStreamResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.IndexStreamRequest,
      dev.ocelli.v1.IndexStreamResponse> getIndexStreamMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.IndexStreamRequest, dev.ocelli.v1.IndexStreamResponse> getIndexStreamMethod;
    if ((getIndexStreamMethod = SearchServiceGrpc.getIndexStreamMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getIndexStreamMethod = SearchServiceGrpc.getIndexStreamMethod) == null) {
          SearchServiceGrpc.getIndexStreamMethod = getIndexStreamMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.IndexStreamRequest, dev.ocelli.v1.IndexStreamResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "IndexStream"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.IndexStreamRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.IndexStreamResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("IndexStream"))
              .build();
        }
      }
    }
    return getIndexStreamMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static SearchServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SearchServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SearchServiceStub>() {
        @java.lang.Override
        public SearchServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SearchServiceStub(channel, callOptions);
        }
      };
    return SearchServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static SearchServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SearchServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SearchServiceBlockingV2Stub>() {
        @java.lang.Override
        public SearchServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SearchServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return SearchServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static SearchServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SearchServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SearchServiceBlockingStub>() {
        @java.lang.Override
        public SearchServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SearchServiceBlockingStub(channel, callOptions);
        }
      };
    return SearchServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static SearchServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SearchServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SearchServiceFutureStub>() {
        @java.lang.Override
        public SearchServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SearchServiceFutureStub(channel, callOptions);
        }
      };
    return SearchServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Keeps vectors with payloads in collections and finds the nearest.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Creates a collection.
     * </pre>
     */
    default void createCollection(dev.ocelli.v1.CreateCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.CreateCollectionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateCollectionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Describes one collection.
     * </pre>
     */
    default void getCollection(dev.ocelli.v1.GetCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.GetCollectionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetCollectionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Describes all collections.
     * </pre>
     */
    default void listCollections(dev.ocelli.v1.ListCollectionsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ListCollectionsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListCollectionsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Deletes a collection and all its points.
     * </pre>
     */
    default void deleteCollection(dev.ocelli.v1.DeleteCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteCollectionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteCollectionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * </pre>
     */
    default void upsertPoints(dev.ocelli.v1.UpsertPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.UpsertPointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpsertPointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns stored points by id.
     * </pre>
     */
    default void getPoints(dev.ocelli.v1.GetPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.GetPointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetPointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Deletes stored points by id.
     * </pre>
     */
    default void deletePoints(dev.ocelli.v1.DeletePointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeletePointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeletePointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * </pre>
     */
    default void countPoints(dev.ocelli.v1.CountPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.CountPointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCountPointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Finds the points nearest to a picture, a vector or a stored point.
     * </pre>
     */
    default void search(dev.ocelli.v1.SearchRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.SearchResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSearchMethod(), responseObserver);
    }

    /**
     * <pre>
     * Embeds and stores pictures in bulk. The first message from the client is the configuration, the
     * first from the server its window. After that every picture gets exactly one answer, in the order
     * of sending; it is sent when the point is stored.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamRequest> indexStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getIndexStreamMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service SearchService.
   * <pre>
   * Keeps vectors with payloads in collections and finds the nearest.
   * </pre>
   */
  public static abstract class SearchServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return SearchServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service SearchService.
   * <pre>
   * Keeps vectors with payloads in collections and finds the nearest.
   * </pre>
   */
  public static final class SearchServiceStub
      extends io.grpc.stub.AbstractAsyncStub<SearchServiceStub> {
    private SearchServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SearchServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SearchServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a collection.
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
     * </pre>
     */
    public void getCollection(dev.ocelli.v1.GetCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.GetCollectionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetCollectionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Describes all collections.
     * </pre>
     */
    public void listCollections(dev.ocelli.v1.ListCollectionsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ListCollectionsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListCollectionsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Deletes a collection and all its points.
     * </pre>
     */
    public void deleteCollection(dev.ocelli.v1.DeleteCollectionRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteCollectionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteCollectionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * </pre>
     */
    public void upsertPoints(dev.ocelli.v1.UpsertPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.UpsertPointsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpsertPointsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns stored points by id.
     * </pre>
     */
    public void getPoints(dev.ocelli.v1.GetPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.GetPointsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetPointsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Deletes stored points by id.
     * </pre>
     */
    public void deletePoints(dev.ocelli.v1.DeletePointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeletePointsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeletePointsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * </pre>
     */
    public void countPoints(dev.ocelli.v1.CountPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.CountPointsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCountPointsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Finds the points nearest to a picture, a vector or a stored point.
     * </pre>
     */
    public void search(dev.ocelli.v1.SearchRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.SearchResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSearchMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Embeds and stores pictures in bulk. The first message from the client is the configuration, the
     * first from the server its window. After that every picture gets exactly one answer, in the order
     * of sending; it is sent when the point is stored.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamRequest> indexStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getIndexStreamMethod(), getCallOptions()), responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service SearchService.
   * <pre>
   * Keeps vectors with payloads in collections and finds the nearest.
   * </pre>
   */
  public static final class SearchServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<SearchServiceBlockingV2Stub> {
    private SearchServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SearchServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SearchServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a collection.
     * </pre>
     */
    public dev.ocelli.v1.CreateCollectionResponse createCollection(dev.ocelli.v1.CreateCollectionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Describes one collection.
     * </pre>
     */
    public dev.ocelli.v1.GetCollectionResponse getCollection(dev.ocelli.v1.GetCollectionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Describes all collections.
     * </pre>
     */
    public dev.ocelli.v1.ListCollectionsResponse listCollections(dev.ocelli.v1.ListCollectionsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListCollectionsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a collection and all its points.
     * </pre>
     */
    public dev.ocelli.v1.DeleteCollectionResponse deleteCollection(dev.ocelli.v1.DeleteCollectionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * </pre>
     */
    public dev.ocelli.v1.UpsertPointsResponse upsertPoints(dev.ocelli.v1.UpsertPointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpsertPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns stored points by id.
     * </pre>
     */
    public dev.ocelli.v1.GetPointsResponse getPoints(dev.ocelli.v1.GetPointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes stored points by id.
     * </pre>
     */
    public dev.ocelli.v1.DeletePointsResponse deletePoints(dev.ocelli.v1.DeletePointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeletePointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * </pre>
     */
    public dev.ocelli.v1.CountPointsResponse countPoints(dev.ocelli.v1.CountPointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCountPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Finds the points nearest to a picture, a vector or a stored point.
     * </pre>
     */
    public dev.ocelli.v1.SearchResponse search(dev.ocelli.v1.SearchRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSearchMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Embeds and stores pictures in bulk. The first message from the client is the configuration, the
     * first from the server its window. After that every picture gets exactly one answer, in the order
     * of sending; it is sent when the point is stored.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<dev.ocelli.v1.IndexStreamRequest, dev.ocelli.v1.IndexStreamResponse>
        indexStream() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getIndexStreamMethod(), getCallOptions());
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service SearchService.
   * <pre>
   * Keeps vectors with payloads in collections and finds the nearest.
   * </pre>
   */
  public static final class SearchServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<SearchServiceBlockingStub> {
    private SearchServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SearchServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SearchServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a collection.
     * </pre>
     */
    public dev.ocelli.v1.CreateCollectionResponse createCollection(dev.ocelli.v1.CreateCollectionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Describes one collection.
     * </pre>
     */
    public dev.ocelli.v1.GetCollectionResponse getCollection(dev.ocelli.v1.GetCollectionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Describes all collections.
     * </pre>
     */
    public dev.ocelli.v1.ListCollectionsResponse listCollections(dev.ocelli.v1.ListCollectionsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListCollectionsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a collection and all its points.
     * </pre>
     */
    public dev.ocelli.v1.DeleteCollectionResponse deleteCollection(dev.ocelli.v1.DeleteCollectionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteCollectionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * </pre>
     */
    public dev.ocelli.v1.UpsertPointsResponse upsertPoints(dev.ocelli.v1.UpsertPointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpsertPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns stored points by id.
     * </pre>
     */
    public dev.ocelli.v1.GetPointsResponse getPoints(dev.ocelli.v1.GetPointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes stored points by id.
     * </pre>
     */
    public dev.ocelli.v1.DeletePointsResponse deletePoints(dev.ocelli.v1.DeletePointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeletePointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * </pre>
     */
    public dev.ocelli.v1.CountPointsResponse countPoints(dev.ocelli.v1.CountPointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCountPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Finds the points nearest to a picture, a vector or a stored point.
     * </pre>
     */
    public dev.ocelli.v1.SearchResponse search(dev.ocelli.v1.SearchRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSearchMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service SearchService.
   * <pre>
   * Keeps vectors with payloads in collections and finds the nearest.
   * </pre>
   */
  public static final class SearchServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<SearchServiceFutureStub> {
    private SearchServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SearchServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SearchServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a collection.
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
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.GetCollectionResponse> getCollection(
        dev.ocelli.v1.GetCollectionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetCollectionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Describes all collections.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.ListCollectionsResponse> listCollections(
        dev.ocelli.v1.ListCollectionsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListCollectionsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Deletes a collection and all its points.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.DeleteCollectionResponse> deleteCollection(
        dev.ocelli.v1.DeleteCollectionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteCollectionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.UpsertPointsResponse> upsertPoints(
        dev.ocelli.v1.UpsertPointsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpsertPointsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns stored points by id.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.GetPointsResponse> getPoints(
        dev.ocelli.v1.GetPointsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetPointsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Deletes stored points by id.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.DeletePointsResponse> deletePoints(
        dev.ocelli.v1.DeletePointsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeletePointsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.CountPointsResponse> countPoints(
        dev.ocelli.v1.CountPointsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCountPointsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Finds the points nearest to a picture, a vector or a stored point.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.SearchResponse> search(
        dev.ocelli.v1.SearchRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSearchMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_COLLECTION = 0;
  private static final int METHODID_GET_COLLECTION = 1;
  private static final int METHODID_LIST_COLLECTIONS = 2;
  private static final int METHODID_DELETE_COLLECTION = 3;
  private static final int METHODID_UPSERT_POINTS = 4;
  private static final int METHODID_GET_POINTS = 5;
  private static final int METHODID_DELETE_POINTS = 6;
  private static final int METHODID_COUNT_POINTS = 7;
  private static final int METHODID_SEARCH = 8;
  private static final int METHODID_INDEX_STREAM = 9;

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
        case METHODID_DELETE_COLLECTION:
          serviceImpl.deleteCollection((dev.ocelli.v1.DeleteCollectionRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.DeleteCollectionResponse>) responseObserver);
          break;
        case METHODID_UPSERT_POINTS:
          serviceImpl.upsertPoints((dev.ocelli.v1.UpsertPointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.UpsertPointsResponse>) responseObserver);
          break;
        case METHODID_GET_POINTS:
          serviceImpl.getPoints((dev.ocelli.v1.GetPointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.GetPointsResponse>) responseObserver);
          break;
        case METHODID_DELETE_POINTS:
          serviceImpl.deletePoints((dev.ocelli.v1.DeletePointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.DeletePointsResponse>) responseObserver);
          break;
        case METHODID_COUNT_POINTS:
          serviceImpl.countPoints((dev.ocelli.v1.CountPointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.CountPointsResponse>) responseObserver);
          break;
        case METHODID_SEARCH:
          serviceImpl.search((dev.ocelli.v1.SearchRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.SearchResponse>) responseObserver);
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
        case METHODID_INDEX_STREAM:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.indexStream(
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamResponse>) responseObserver);
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
          getDeleteCollectionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.DeleteCollectionRequest,
              dev.ocelli.v1.DeleteCollectionResponse>(
                service, METHODID_DELETE_COLLECTION)))
        .addMethod(
          getUpsertPointsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.UpsertPointsRequest,
              dev.ocelli.v1.UpsertPointsResponse>(
                service, METHODID_UPSERT_POINTS)))
        .addMethod(
          getGetPointsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.GetPointsRequest,
              dev.ocelli.v1.GetPointsResponse>(
                service, METHODID_GET_POINTS)))
        .addMethod(
          getDeletePointsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.DeletePointsRequest,
              dev.ocelli.v1.DeletePointsResponse>(
                service, METHODID_DELETE_POINTS)))
        .addMethod(
          getCountPointsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.CountPointsRequest,
              dev.ocelli.v1.CountPointsResponse>(
                service, METHODID_COUNT_POINTS)))
        .addMethod(
          getSearchMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.SearchRequest,
              dev.ocelli.v1.SearchResponse>(
                service, METHODID_SEARCH)))
        .addMethod(
          getIndexStreamMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              dev.ocelli.v1.IndexStreamRequest,
              dev.ocelli.v1.IndexStreamResponse>(
                service, METHODID_INDEX_STREAM)))
        .build();
  }

  private static abstract class SearchServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    SearchServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.ocelli.v1.Search.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("SearchService");
    }
  }

  private static final class SearchServiceFileDescriptorSupplier
      extends SearchServiceBaseDescriptorSupplier {
    SearchServiceFileDescriptorSupplier() {}
  }

  private static final class SearchServiceMethodDescriptorSupplier
      extends SearchServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    SearchServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (SearchServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new SearchServiceFileDescriptorSupplier())
              .addMethod(getCreateCollectionMethod())
              .addMethod(getGetCollectionMethod())
              .addMethod(getListCollectionsMethod())
              .addMethod(getDeleteCollectionMethod())
              .addMethod(getUpsertPointsMethod())
              .addMethod(getGetPointsMethod())
              .addMethod(getDeletePointsMethod())
              .addMethod(getCountPointsMethod())
              .addMethod(getSearchMethod())
              .addMethod(getIndexStreamMethod())
              .build();
        }
      }
    }
    return result;
  }
}
