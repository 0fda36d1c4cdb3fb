package dev.ocelli.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Finds the nearest points of a collection.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class SearchServiceGrpc {

  private SearchServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "ocelli.v1.SearchService";

  // Static method descriptors that strictly reflect the proto.
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
              .setSafe(true)
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

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.BatchSearchRequest,
      dev.ocelli.v1.BatchSearchResponse> getBatchSearchMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "BatchSearch",
      requestType = dev.ocelli.v1.BatchSearchRequest.class,
      responseType = dev.ocelli.v1.BatchSearchResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.BatchSearchRequest,
      dev.ocelli.v1.BatchSearchResponse> getBatchSearchMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.BatchSearchRequest, dev.ocelli.v1.BatchSearchResponse> getBatchSearchMethod;
    if ((getBatchSearchMethod = SearchServiceGrpc.getBatchSearchMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getBatchSearchMethod = SearchServiceGrpc.getBatchSearchMethod) == null) {
          SearchServiceGrpc.getBatchSearchMethod = getBatchSearchMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.BatchSearchRequest, dev.ocelli.v1.BatchSearchResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "BatchSearch"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.BatchSearchRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.BatchSearchResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("BatchSearch"))
              .build();
        }
      }
    }
    return getBatchSearchMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.FindDuplicatesRequest,
      dev.ocelli.v1.FindDuplicatesResponse> getFindDuplicatesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "FindDuplicates",
      requestType = dev.ocelli.v1.FindDuplicatesRequest.class,
      responseType = dev.ocelli.v1.FindDuplicatesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.FindDuplicatesRequest,
      dev.ocelli.v1.FindDuplicatesResponse> getFindDuplicatesMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.FindDuplicatesRequest, dev.ocelli.v1.FindDuplicatesResponse> getFindDuplicatesMethod;
    if ((getFindDuplicatesMethod = SearchServiceGrpc.getFindDuplicatesMethod) == null) {
      synchronized (SearchServiceGrpc.class) {
        if ((getFindDuplicatesMethod = SearchServiceGrpc.getFindDuplicatesMethod) == null) {
          SearchServiceGrpc.getFindDuplicatesMethod = getFindDuplicatesMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.FindDuplicatesRequest, dev.ocelli.v1.FindDuplicatesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "FindDuplicates"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.FindDuplicatesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.FindDuplicatesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SearchServiceMethodDescriptorSupplier("FindDuplicates"))
              .build();
        }
      }
    }
    return getFindDuplicatesMethod;
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
   * Finds the nearest points of a collection.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Finds the points nearest to an image, a text, a vector or a stored point.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`.
     * </pre>
     */
    default void search(dev.ocelli.v1.SearchRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.SearchResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSearchMethod(), responseObserver);
    }

    /**
     * <pre>
     * Searches many times in one call. Each search succeeds or fails alone.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline, the caller's and
     * at most `max_deadline_s`, is that of all together.
     * </pre>
     */
    default void batchSearch(dev.ocelli.v1.BatchSearchRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.BatchSearchResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getBatchSearchMethod(), responseObserver);
    }

    /**
     * <pre>
     * Finds groups of points that are nearly the same: each point of a group is at least as near to
     * another one of it as the threshold says.
     * Changes nothing, so it may be repeated. What is written meanwhile may be in a group or not.
     * Progress is sent while points are looked at, the groups follow, largest first. The deadline is the
     * caller's or none: a large collection takes minutes.
     * </pre>
     */
    default void findDuplicates(dev.ocelli.v1.FindDuplicatesRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.FindDuplicatesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getFindDuplicatesMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service SearchService.
   * <pre>
   * Finds the nearest points of a collection.
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
   * Finds the nearest points of a collection.
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
     * Finds the points nearest to an image, a text, a vector or a stored point.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`.
     * </pre>
     */
    public void search(dev.ocelli.v1.SearchRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.SearchResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSearchMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Searches many times in one call. Each search succeeds or fails alone.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline, the caller's and
     * at most `max_deadline_s`, is that of all together.
     * </pre>
     */
    public void batchSearch(dev.ocelli.v1.BatchSearchRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.BatchSearchResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getBatchSearchMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Finds groups of points that are nearly the same: each point of a group is at least as near to
     * another one of it as the threshold says.
     * Changes nothing, so it may be repeated. What is written meanwhile may be in a group or not.
     * Progress is sent while points are looked at, the groups follow, largest first. The deadline is the
     * caller's or none: a large collection takes minutes.
     * </pre>
     */
    public void findDuplicates(dev.ocelli.v1.FindDuplicatesRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.FindDuplicatesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getFindDuplicatesMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service SearchService.
   * <pre>
   * Finds the nearest points of a collection.
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
     * Finds the points nearest to an image, a text, a vector or a stored point.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`.
     * </pre>
     */
    public dev.ocelli.v1.SearchResponse search(dev.ocelli.v1.SearchRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSearchMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Searches many times in one call. Each search succeeds or fails alone.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline, the caller's and
     * at most `max_deadline_s`, is that of all together.
     * </pre>
     */
    public dev.ocelli.v1.BatchSearchResponse batchSearch(dev.ocelli.v1.BatchSearchRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getBatchSearchMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Finds groups of points that are nearly the same: each point of a group is at least as near to
     * another one of it as the threshold says.
     * Changes nothing, so it may be repeated. What is written meanwhile may be in a group or not.
     * Progress is sent while points are looked at, the groups follow, largest first. The deadline is the
     * caller's or none: a large collection takes minutes.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, dev.ocelli.v1.FindDuplicatesResponse>
        findDuplicates(dev.ocelli.v1.FindDuplicatesRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getFindDuplicatesMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service SearchService.
   * <pre>
   * Finds the nearest points of a collection.
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
     * Finds the points nearest to an image, a text, a vector or a stored point.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`.
     * </pre>
     */
    public dev.ocelli.v1.SearchResponse search(dev.ocelli.v1.SearchRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSearchMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Searches many times in one call. Each search succeeds or fails alone.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline, the caller's and
     * at most `max_deadline_s`, is that of all together.
     * </pre>
     */
    public dev.ocelli.v1.BatchSearchResponse batchSearch(dev.ocelli.v1.BatchSearchRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getBatchSearchMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Finds groups of points that are nearly the same: each point of a group is at least as near to
     * another one of it as the threshold says.
     * Changes nothing, so it may be repeated. What is written meanwhile may be in a group or not.
     * Progress is sent while points are looked at, the groups follow, largest first. The deadline is the
     * caller's or none: a large collection takes minutes.
     * </pre>
     */
    public java.util.Iterator<dev.ocelli.v1.FindDuplicatesResponse> findDuplicates(
        dev.ocelli.v1.FindDuplicatesRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getFindDuplicatesMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service SearchService.
   * <pre>
   * Finds the nearest points of a collection.
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
     * Finds the points nearest to an image, a text, a vector or a stored point.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.SearchResponse> search(
        dev.ocelli.v1.SearchRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSearchMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Searches many times in one call. Each search succeeds or fails alone.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline, the caller's and
     * at most `max_deadline_s`, is that of all together.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.BatchSearchResponse> batchSearch(
        dev.ocelli.v1.BatchSearchRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getBatchSearchMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_SEARCH = 0;
  private static final int METHODID_BATCH_SEARCH = 1;
  private static final int METHODID_FIND_DUPLICATES = 2;

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
        case METHODID_SEARCH:
          serviceImpl.search((dev.ocelli.v1.SearchRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.SearchResponse>) responseObserver);
          break;
        case METHODID_BATCH_SEARCH:
          serviceImpl.batchSearch((dev.ocelli.v1.BatchSearchRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.BatchSearchResponse>) responseObserver);
          break;
        case METHODID_FIND_DUPLICATES:
          serviceImpl.findDuplicates((dev.ocelli.v1.FindDuplicatesRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.FindDuplicatesResponse>) responseObserver);
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
          getSearchMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.SearchRequest,
              dev.ocelli.v1.SearchResponse>(
                service, METHODID_SEARCH)))
        .addMethod(
          getBatchSearchMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.BatchSearchRequest,
              dev.ocelli.v1.BatchSearchResponse>(
                service, METHODID_BATCH_SEARCH)))
        .addMethod(
          getFindDuplicatesMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              dev.ocelli.v1.FindDuplicatesRequest,
              dev.ocelli.v1.FindDuplicatesResponse>(
                service, METHODID_FIND_DUPLICATES)))
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
              .addMethod(getSearchMethod())
              .addMethod(getBatchSearchMethod())
              .addMethod(getFindDuplicatesMethod())
              .build();
        }
      }
    }
    return result;
  }
}
