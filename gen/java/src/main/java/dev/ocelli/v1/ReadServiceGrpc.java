package dev.ocelli.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Reads the text that images show, as a whole or in a region.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ReadServiceGrpc {

  private ReadServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "ocelli.v1.ReadService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.ReadRequest,
      dev.ocelli.v1.ReadResponse> getReadMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Read",
      requestType = dev.ocelli.v1.ReadRequest.class,
      responseType = dev.ocelli.v1.ReadResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.ReadRequest,
      dev.ocelli.v1.ReadResponse> getReadMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.ReadRequest, dev.ocelli.v1.ReadResponse> getReadMethod;
    if ((getReadMethod = ReadServiceGrpc.getReadMethod) == null) {
      synchronized (ReadServiceGrpc.class) {
        if ((getReadMethod = ReadServiceGrpc.getReadMethod) == null) {
          ReadServiceGrpc.getReadMethod = getReadMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.ReadRequest, dev.ocelli.v1.ReadResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Read"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ReadRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ReadResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ReadServiceMethodDescriptorSupplier("Read"))
              .build();
        }
      }
    }
    return getReadMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ReadServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ReadServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ReadServiceStub>() {
        @java.lang.Override
        public ReadServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ReadServiceStub(channel, callOptions);
        }
      };
    return ReadServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ReadServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ReadServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ReadServiceBlockingV2Stub>() {
        @java.lang.Override
        public ReadServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ReadServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return ReadServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ReadServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ReadServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ReadServiceBlockingStub>() {
        @java.lang.Override
        public ReadServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ReadServiceBlockingStub(channel, callOptions);
        }
      };
    return ReadServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ReadServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ReadServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ReadServiceFutureStub>() {
        @java.lang.Override
        public ReadServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ReadServiceFutureStub(channel, callOptions);
        }
      };
    return ReadServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Reads the text that images show, as a whole or in a region.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Reads the lines of text in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    default void read(dev.ocelli.v1.ReadRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ReadResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getReadMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ReadService.
   * <pre>
   * Reads the text that images show, as a whole or in a region.
   * </pre>
   */
  public static abstract class ReadServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ReadServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service ReadService.
   * <pre>
   * Reads the text that images show, as a whole or in a region.
   * </pre>
   */
  public static final class ReadServiceStub
      extends io.grpc.stub.AbstractAsyncStub<ReadServiceStub> {
    private ReadServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ReadServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ReadServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads the lines of text in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public void read(dev.ocelli.v1.ReadRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ReadResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getReadMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ReadService.
   * <pre>
   * Reads the text that images show, as a whole or in a region.
   * </pre>
   */
  public static final class ReadServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ReadServiceBlockingV2Stub> {
    private ReadServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ReadServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ReadServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads the lines of text in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public dev.ocelli.v1.ReadResponse read(dev.ocelli.v1.ReadRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getReadMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ReadService.
   * <pre>
   * Reads the text that images show, as a whole or in a region.
   * </pre>
   */
  public static final class ReadServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ReadServiceBlockingStub> {
    private ReadServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ReadServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ReadServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads the lines of text in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public dev.ocelli.v1.ReadResponse read(dev.ocelli.v1.ReadRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getReadMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ReadService.
   * <pre>
   * Reads the text that images show, as a whole or in a region.
   * </pre>
   */
  public static final class ReadServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<ReadServiceFutureStub> {
    private ReadServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ReadServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ReadServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads the lines of text in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.ReadResponse> read(
        dev.ocelli.v1.ReadRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getReadMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_READ = 0;

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
        case METHODID_READ:
          serviceImpl.read((dev.ocelli.v1.ReadRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.ReadResponse>) responseObserver);
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
          getReadMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.ReadRequest,
              dev.ocelli.v1.ReadResponse>(
                service, METHODID_READ)))
        .build();
  }

  private static abstract class ReadServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ReadServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.ocelli.v1.Read.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("ReadService");
    }
  }

  private static final class ReadServiceFileDescriptorSupplier
      extends ReadServiceBaseDescriptorSupplier {
    ReadServiceFileDescriptorSupplier() {}
  }

  private static final class ReadServiceMethodDescriptorSupplier
      extends ReadServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ReadServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (ReadServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ReadServiceFileDescriptorSupplier())
              .addMethod(getReadMethod())
              .build();
        }
      }
    }
    return result;
  }
}
