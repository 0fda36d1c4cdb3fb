package dev.ocelli.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Keeps points, vectors with payloads, in collections. A write is seen by every read that begins after
 * it was acknowledged.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class PointServiceGrpc {

  private PointServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "ocelli.v1.PointService";

  // Static method descriptors that strictly reflect the proto.
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
    if ((getUpsertPointsMethod = PointServiceGrpc.getUpsertPointsMethod) == null) {
      synchronized (PointServiceGrpc.class) {
        if ((getUpsertPointsMethod = PointServiceGrpc.getUpsertPointsMethod) == null) {
          PointServiceGrpc.getUpsertPointsMethod = getUpsertPointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.UpsertPointsRequest, dev.ocelli.v1.UpsertPointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpsertPoints"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.UpsertPointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.UpsertPointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PointServiceMethodDescriptorSupplier("UpsertPoints"))
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
    if ((getGetPointsMethod = PointServiceGrpc.getGetPointsMethod) == null) {
      synchronized (PointServiceGrpc.class) {
        if ((getGetPointsMethod = PointServiceGrpc.getGetPointsMethod) == null) {
          PointServiceGrpc.getGetPointsMethod = getGetPointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.GetPointsRequest, dev.ocelli.v1.GetPointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetPoints"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.GetPointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.GetPointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PointServiceMethodDescriptorSupplier("GetPoints"))
              .build();
        }
      }
    }
    return getGetPointsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.ListPointsRequest,
      dev.ocelli.v1.ListPointsResponse> getListPointsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListPoints",
      requestType = dev.ocelli.v1.ListPointsRequest.class,
      responseType = dev.ocelli.v1.ListPointsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.ListPointsRequest,
      dev.ocelli.v1.ListPointsResponse> getListPointsMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.ListPointsRequest, dev.ocelli.v1.ListPointsResponse> getListPointsMethod;
    if ((getListPointsMethod = PointServiceGrpc.getListPointsMethod) == null) {
      synchronized (PointServiceGrpc.class) {
        if ((getListPointsMethod = PointServiceGrpc.getListPointsMethod) == null) {
          PointServiceGrpc.getListPointsMethod = getListPointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.ListPointsRequest, dev.ocelli.v1.ListPointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListPoints"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ListPointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ListPointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PointServiceMethodDescriptorSupplier("ListPoints"))
              .build();
        }
      }
    }
    return getListPointsMethod;
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
    if ((getCountPointsMethod = PointServiceGrpc.getCountPointsMethod) == null) {
      synchronized (PointServiceGrpc.class) {
        if ((getCountPointsMethod = PointServiceGrpc.getCountPointsMethod) == null) {
          PointServiceGrpc.getCountPointsMethod = getCountPointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.CountPointsRequest, dev.ocelli.v1.CountPointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CountPoints"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.CountPointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.CountPointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PointServiceMethodDescriptorSupplier("CountPoints"))
              .build();
        }
      }
    }
    return getCountPointsMethod;
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
    if ((getDeletePointsMethod = PointServiceGrpc.getDeletePointsMethod) == null) {
      synchronized (PointServiceGrpc.class) {
        if ((getDeletePointsMethod = PointServiceGrpc.getDeletePointsMethod) == null) {
          PointServiceGrpc.getDeletePointsMethod = getDeletePointsMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.DeletePointsRequest, dev.ocelli.v1.DeletePointsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeletePoints"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeletePointsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DeletePointsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PointServiceMethodDescriptorSupplier("DeletePoints"))
              .build();
        }
      }
    }
    return getDeletePointsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.UpdatePayloadRequest,
      dev.ocelli.v1.UpdatePayloadResponse> getUpdatePayloadMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdatePayload",
      requestType = dev.ocelli.v1.UpdatePayloadRequest.class,
      responseType = dev.ocelli.v1.UpdatePayloadResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.UpdatePayloadRequest,
      dev.ocelli.v1.UpdatePayloadResponse> getUpdatePayloadMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.UpdatePayloadRequest, dev.ocelli.v1.UpdatePayloadResponse> getUpdatePayloadMethod;
    if ((getUpdatePayloadMethod = PointServiceGrpc.getUpdatePayloadMethod) == null) {
      synchronized (PointServiceGrpc.class) {
        if ((getUpdatePayloadMethod = PointServiceGrpc.getUpdatePayloadMethod) == null) {
          PointServiceGrpc.getUpdatePayloadMethod = getUpdatePayloadMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.UpdatePayloadRequest, dev.ocelli.v1.UpdatePayloadResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdatePayload"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.UpdatePayloadRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.UpdatePayloadResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PointServiceMethodDescriptorSupplier("UpdatePayload"))
              .build();
        }
      }
    }
    return getUpdatePayloadMethod;
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
    if ((getIndexStreamMethod = PointServiceGrpc.getIndexStreamMethod) == null) {
      synchronized (PointServiceGrpc.class) {
        if ((getIndexStreamMethod = PointServiceGrpc.getIndexStreamMethod) == null) {
          PointServiceGrpc.getIndexStreamMethod = getIndexStreamMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.IndexStreamRequest, dev.ocelli.v1.IndexStreamResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "IndexStream"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.IndexStreamRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.IndexStreamResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PointServiceMethodDescriptorSupplier("IndexStream"))
              .build();
        }
      }
    }
    return getIndexStreamMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static PointServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PointServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PointServiceStub>() {
        @java.lang.Override
        public PointServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PointServiceStub(channel, callOptions);
        }
      };
    return PointServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static PointServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PointServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PointServiceBlockingV2Stub>() {
        @java.lang.Override
        public PointServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PointServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return PointServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static PointServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PointServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PointServiceBlockingStub>() {
        @java.lang.Override
        public PointServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PointServiceBlockingStub(channel, callOptions);
        }
      };
    return PointServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static PointServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PointServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PointServiceFutureStub>() {
        @java.lang.Override
        public PointServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PointServiceFutureStub(channel, callOptions);
        }
      };
    return PointServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Keeps points, vectors with payloads, in collections. A write is seen by every read that begins after
   * it was acknowledged.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * Storing the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. Of calls
     * at once that store one id, either may be the last.
     * </pre>
     */
    default void upsertPoints(dev.ocelli.v1.UpsertPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.UpsertPointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpsertPointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns stored points by id.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    default void getPoints(dev.ocelli.v1.GetPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.GetPointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetPointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns stored points, all or those that match a filter, a page at a time.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The order is the engine's and
     * does not change. A point that is stored, and matches, throughout the walk is returned exactly once;
     * one that is written or deleted meanwhile may be or not, and at most once.
     * </pre>
     */
    default void listPoints(dev.ocelli.v1.ListPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ListPointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListPointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    default void countPoints(dev.ocelli.v1.CountPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.CountPointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCountPointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Deletes stored points, by id or by filter.
     * Deleting again deletes nothing more, but `deleted` then counts less; clients do not retry by
     * themselves. By filter it is done in steps, between which others are served: a point that is written
     * meanwhile may be deleted or not. A call that fails may have deleted some.
     * </pre>
     */
    default void deletePoints(dev.ocelli.v1.DeletePointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeletePointsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeletePointsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Changes the payloads of stored points, by id or by filter; their vectors stay.
     * Making the same change again changes nothing more, so it may be repeated; clients retry
     * UNAVAILABLE. By filter it is done in steps, between which others are served: a point that is
     * written meanwhile may be changed or not. A call that fails may have changed some.
     * </pre>
     */
    default void updatePayload(dev.ocelli.v1.UpdatePayloadRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.UpdatePayloadResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdatePayloadMethod(), responseObserver);
    }

    /**
     * <pre>
     * Embeds and stores images in bulk. The first message from the client is the configuration, the
     * first from the server its window. After that every image gets exactly one answer, in the order
     * of sending; it is sent when the point is stored.
     * Storing the same again changes nothing, so a client whose stream ends may open another and send
     * what was not answered. Each image has a deadline of its own, `max_deadline_s`; the stream has the
     * caller's or none. At most `stream_window` images are in flight.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamRequest> indexStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getIndexStreamMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service PointService.
   * <pre>
   * Keeps points, vectors with payloads, in collections. A write is seen by every read that begins after
   * it was acknowledged.
   * </pre>
   */
  public static abstract class PointServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return PointServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service PointService.
   * <pre>
   * Keeps points, vectors with payloads, in collections. A write is seen by every read that begins after
   * it was acknowledged.
   * </pre>
   */
  public static final class PointServiceStub
      extends io.grpc.stub.AbstractAsyncStub<PointServiceStub> {
    private PointServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PointServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PointServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * Storing the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. Of calls
     * at once that store one id, either may be the last.
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
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public void getPoints(dev.ocelli.v1.GetPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.GetPointsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetPointsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns stored points, all or those that match a filter, a page at a time.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The order is the engine's and
     * does not change. A point that is stored, and matches, throughout the walk is returned exactly once;
     * one that is written or deleted meanwhile may be or not, and at most once.
     * </pre>
     */
    public void listPoints(dev.ocelli.v1.ListPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ListPointsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListPointsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public void countPoints(dev.ocelli.v1.CountPointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.CountPointsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCountPointsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Deletes stored points, by id or by filter.
     * Deleting again deletes nothing more, but `deleted` then counts less; clients do not retry by
     * themselves. By filter it is done in steps, between which others are served: a point that is written
     * meanwhile may be deleted or not. A call that fails may have deleted some.
     * </pre>
     */
    public void deletePoints(dev.ocelli.v1.DeletePointsRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DeletePointsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeletePointsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Changes the payloads of stored points, by id or by filter; their vectors stay.
     * Making the same change again changes nothing more, so it may be repeated; clients retry
     * UNAVAILABLE. By filter it is done in steps, between which others are served: a point that is
     * written meanwhile may be changed or not. A call that fails may have changed some.
     * </pre>
     */
    public void updatePayload(dev.ocelli.v1.UpdatePayloadRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.UpdatePayloadResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdatePayloadMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Embeds and stores images in bulk. The first message from the client is the configuration, the
     * first from the server its window. After that every image gets exactly one answer, in the order
     * of sending; it is sent when the point is stored.
     * Storing the same again changes nothing, so a client whose stream ends may open another and send
     * what was not answered. Each image has a deadline of its own, `max_deadline_s`; the stream has the
     * caller's or none. At most `stream_window` images are in flight.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamRequest> indexStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.IndexStreamResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getIndexStreamMethod(), getCallOptions()), responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service PointService.
   * <pre>
   * Keeps points, vectors with payloads, in collections. A write is seen by every read that begins after
   * it was acknowledged.
   * </pre>
   */
  public static final class PointServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<PointServiceBlockingV2Stub> {
    private PointServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PointServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PointServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * Storing the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. Of calls
     * at once that store one id, either may be the last.
     * </pre>
     */
    public dev.ocelli.v1.UpsertPointsResponse upsertPoints(dev.ocelli.v1.UpsertPointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpsertPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns stored points by id.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.GetPointsResponse getPoints(dev.ocelli.v1.GetPointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns stored points, all or those that match a filter, a page at a time.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The order is the engine's and
     * does not change. A point that is stored, and matches, throughout the walk is returned exactly once;
     * one that is written or deleted meanwhile may be or not, and at most once.
     * </pre>
     */
    public dev.ocelli.v1.ListPointsResponse listPoints(dev.ocelli.v1.ListPointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.CountPointsResponse countPoints(dev.ocelli.v1.CountPointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCountPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes stored points, by id or by filter.
     * Deleting again deletes nothing more, but `deleted` then counts less; clients do not retry by
     * themselves. By filter it is done in steps, between which others are served: a point that is written
     * meanwhile may be deleted or not. A call that fails may have deleted some.
     * </pre>
     */
    public dev.ocelli.v1.DeletePointsResponse deletePoints(dev.ocelli.v1.DeletePointsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeletePointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the payloads of stored points, by id or by filter; their vectors stay.
     * Making the same change again changes nothing more, so it may be repeated; clients retry
     * UNAVAILABLE. By filter it is done in steps, between which others are served: a point that is
     * written meanwhile may be changed or not. A call that fails may have changed some.
     * </pre>
     */
    public dev.ocelli.v1.UpdatePayloadResponse updatePayload(dev.ocelli.v1.UpdatePayloadRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdatePayloadMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Embeds and stores images in bulk. The first message from the client is the configuration, the
     * first from the server its window. After that every image gets exactly one answer, in the order
     * of sending; it is sent when the point is stored.
     * Storing the same again changes nothing, so a client whose stream ends may open another and send
     * what was not answered. Each image has a deadline of its own, `max_deadline_s`; the stream has the
     * caller's or none. At most `stream_window` images are in flight.
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
   * A stub to allow clients to do limited synchronous rpc calls to service PointService.
   * <pre>
   * Keeps points, vectors with payloads, in collections. A write is seen by every read that begins after
   * it was acknowledged.
   * </pre>
   */
  public static final class PointServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<PointServiceBlockingStub> {
    private PointServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PointServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PointServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * Storing the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. Of calls
     * at once that store one id, either may be the last.
     * </pre>
     */
    public dev.ocelli.v1.UpsertPointsResponse upsertPoints(dev.ocelli.v1.UpsertPointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpsertPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns stored points by id.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.GetPointsResponse getPoints(dev.ocelli.v1.GetPointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns stored points, all or those that match a filter, a page at a time.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The order is the engine's and
     * does not change. A point that is stored, and matches, throughout the walk is returned exactly once;
     * one that is written or deleted meanwhile may be or not, and at most once.
     * </pre>
     */
    public dev.ocelli.v1.ListPointsResponse listPoints(dev.ocelli.v1.ListPointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public dev.ocelli.v1.CountPointsResponse countPoints(dev.ocelli.v1.CountPointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCountPointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes stored points, by id or by filter.
     * Deleting again deletes nothing more, but `deleted` then counts less; clients do not retry by
     * themselves. By filter it is done in steps, between which others are served: a point that is written
     * meanwhile may be deleted or not. A call that fails may have deleted some.
     * </pre>
     */
    public dev.ocelli.v1.DeletePointsResponse deletePoints(dev.ocelli.v1.DeletePointsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeletePointsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the payloads of stored points, by id or by filter; their vectors stay.
     * Making the same change again changes nothing more, so it may be repeated; clients retry
     * UNAVAILABLE. By filter it is done in steps, between which others are served: a point that is
     * written meanwhile may be changed or not. A call that fails may have changed some.
     * </pre>
     */
    public dev.ocelli.v1.UpdatePayloadResponse updatePayload(dev.ocelli.v1.UpdatePayloadRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdatePayloadMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service PointService.
   * <pre>
   * Keeps points, vectors with payloads, in collections. A write is seen by every read that begins after
   * it was acknowledged.
   * </pre>
   */
  public static final class PointServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<PointServiceFutureStub> {
    private PointServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PointServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PointServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Stores points; those whose id exists are replaced. Each point succeeds or fails alone.
     * Storing the same again changes nothing, so it may be repeated; clients retry UNAVAILABLE. Of calls
     * at once that store one id, either may be the last.
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
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.GetPointsResponse> getPoints(
        dev.ocelli.v1.GetPointsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetPointsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns stored points, all or those that match a filter, a page at a time.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The order is the engine's and
     * does not change. A point that is stored, and matches, throughout the walk is returned exactly once;
     * one that is written or deleted meanwhile may be or not, and at most once.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.ListPointsResponse> listPoints(
        dev.ocelli.v1.ListPointsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListPointsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Counts the points that match a filter.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.CountPointsResponse> countPoints(
        dev.ocelli.v1.CountPointsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCountPointsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Deletes stored points, by id or by filter.
     * Deleting again deletes nothing more, but `deleted` then counts less; clients do not retry by
     * themselves. By filter it is done in steps, between which others are served: a point that is written
     * meanwhile may be deleted or not. A call that fails may have deleted some.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.DeletePointsResponse> deletePoints(
        dev.ocelli.v1.DeletePointsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeletePointsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Changes the payloads of stored points, by id or by filter; their vectors stay.
     * Making the same change again changes nothing more, so it may be repeated; clients retry
     * UNAVAILABLE. By filter it is done in steps, between which others are served: a point that is
     * written meanwhile may be changed or not. A call that fails may have changed some.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.UpdatePayloadResponse> updatePayload(
        dev.ocelli.v1.UpdatePayloadRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdatePayloadMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_UPSERT_POINTS = 0;
  private static final int METHODID_GET_POINTS = 1;
  private static final int METHODID_LIST_POINTS = 2;
  private static final int METHODID_COUNT_POINTS = 3;
  private static final int METHODID_DELETE_POINTS = 4;
  private static final int METHODID_UPDATE_PAYLOAD = 5;
  private static final int METHODID_INDEX_STREAM = 6;

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
        case METHODID_UPSERT_POINTS:
          serviceImpl.upsertPoints((dev.ocelli.v1.UpsertPointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.UpsertPointsResponse>) responseObserver);
          break;
        case METHODID_GET_POINTS:
          serviceImpl.getPoints((dev.ocelli.v1.GetPointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.GetPointsResponse>) responseObserver);
          break;
        case METHODID_LIST_POINTS:
          serviceImpl.listPoints((dev.ocelli.v1.ListPointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.ListPointsResponse>) responseObserver);
          break;
        case METHODID_COUNT_POINTS:
          serviceImpl.countPoints((dev.ocelli.v1.CountPointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.CountPointsResponse>) responseObserver);
          break;
        case METHODID_DELETE_POINTS:
          serviceImpl.deletePoints((dev.ocelli.v1.DeletePointsRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.DeletePointsResponse>) responseObserver);
          break;
        case METHODID_UPDATE_PAYLOAD:
          serviceImpl.updatePayload((dev.ocelli.v1.UpdatePayloadRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.UpdatePayloadResponse>) responseObserver);
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
          getListPointsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.ListPointsRequest,
              dev.ocelli.v1.ListPointsResponse>(
                service, METHODID_LIST_POINTS)))
        .addMethod(
          getCountPointsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.CountPointsRequest,
              dev.ocelli.v1.CountPointsResponse>(
                service, METHODID_COUNT_POINTS)))
        .addMethod(
          getDeletePointsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.DeletePointsRequest,
              dev.ocelli.v1.DeletePointsResponse>(
                service, METHODID_DELETE_POINTS)))
        .addMethod(
          getUpdatePayloadMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.UpdatePayloadRequest,
              dev.ocelli.v1.UpdatePayloadResponse>(
                service, METHODID_UPDATE_PAYLOAD)))
        .addMethod(
          getIndexStreamMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              dev.ocelli.v1.IndexStreamRequest,
              dev.ocelli.v1.IndexStreamResponse>(
                service, METHODID_INDEX_STREAM)))
        .build();
  }

  private static abstract class PointServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    PointServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.ocelli.v1.PointOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("PointService");
    }
  }

  private static final class PointServiceFileDescriptorSupplier
      extends PointServiceBaseDescriptorSupplier {
    PointServiceFileDescriptorSupplier() {}
  }

  private static final class PointServiceMethodDescriptorSupplier
      extends PointServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    PointServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (PointServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new PointServiceFileDescriptorSupplier())
              .addMethod(getUpsertPointsMethod())
              .addMethod(getGetPointsMethod())
              .addMethod(getListPointsMethod())
              .addMethod(getCountPointsMethod())
              .addMethod(getDeletePointsMethod())
              .addMethod(getUpdatePayloadMethod())
              .addMethod(getIndexStreamMethod())
              .build();
        }
      }
    }
    return result;
  }
}
