package dev.ocelli.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Says what images and video frames show, as a whole or in a region.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ClassifyServiceGrpc {

  private ClassifyServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "ocelli.v1.ClassifyService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.ClassifyRequest,
      dev.ocelli.v1.ClassifyResponse> getClassifyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Classify",
      requestType = dev.ocelli.v1.ClassifyRequest.class,
      responseType = dev.ocelli.v1.ClassifyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.ClassifyRequest,
      dev.ocelli.v1.ClassifyResponse> getClassifyMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.ClassifyRequest, dev.ocelli.v1.ClassifyResponse> getClassifyMethod;
    if ((getClassifyMethod = ClassifyServiceGrpc.getClassifyMethod) == null) {
      synchronized (ClassifyServiceGrpc.class) {
        if ((getClassifyMethod = ClassifyServiceGrpc.getClassifyMethod) == null) {
          ClassifyServiceGrpc.getClassifyMethod = getClassifyMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.ClassifyRequest, dev.ocelli.v1.ClassifyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Classify"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ClassifyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ClassifyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClassifyServiceMethodDescriptorSupplier("Classify"))
              .build();
        }
      }
    }
    return getClassifyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.ClassifyStreamRequest,
      dev.ocelli.v1.ClassifyStreamResponse> getClassifyStreamMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ClassifyStream",
      requestType = dev.ocelli.v1.ClassifyStreamRequest.class,
      responseType = dev.ocelli.v1.ClassifyStreamResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.ClassifyStreamRequest,
      dev.ocelli.v1.ClassifyStreamResponse> getClassifyStreamMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.ClassifyStreamRequest, dev.ocelli.v1.ClassifyStreamResponse> getClassifyStreamMethod;
    if ((getClassifyStreamMethod = ClassifyServiceGrpc.getClassifyStreamMethod) == null) {
      synchronized (ClassifyServiceGrpc.class) {
        if ((getClassifyStreamMethod = ClassifyServiceGrpc.getClassifyStreamMethod) == null) {
          ClassifyServiceGrpc.getClassifyStreamMethod = getClassifyStreamMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.ClassifyStreamRequest, dev.ocelli.v1.ClassifyStreamResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ClassifyStream"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ClassifyStreamRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.ClassifyStreamResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClassifyServiceMethodDescriptorSupplier("ClassifyStream"))
              .build();
        }
      }
    }
    return getClassifyStreamMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ClassifyServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClassifyServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClassifyServiceStub>() {
        @java.lang.Override
        public ClassifyServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClassifyServiceStub(channel, callOptions);
        }
      };
    return ClassifyServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ClassifyServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClassifyServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClassifyServiceBlockingV2Stub>() {
        @java.lang.Override
        public ClassifyServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClassifyServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return ClassifyServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ClassifyServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClassifyServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClassifyServiceBlockingStub>() {
        @java.lang.Override
        public ClassifyServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClassifyServiceBlockingStub(channel, callOptions);
        }
      };
    return ClassifyServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ClassifyServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClassifyServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClassifyServiceFutureStub>() {
        @java.lang.Override
        public ClassifyServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClassifyServiceFutureStub(channel, callOptions);
        }
      };
    return ClassifyServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Says what images and video frames show, as a whole or in a region.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Says what one image shows.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    default void classify(dev.ocelli.v1.ClassifyRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ClassifyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getClassifyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Says what the frames of a video show. The first message from the client is the configuration, the
     * first from the server its window. After that every frame gets exactly one answer, in the order of
     * sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<dev.ocelli.v1.ClassifyStreamRequest> classifyStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ClassifyStreamResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getClassifyStreamMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ClassifyService.
   * <pre>
   * Says what images and video frames show, as a whole or in a region.
   * </pre>
   */
  public static abstract class ClassifyServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ClassifyServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service ClassifyService.
   * <pre>
   * Says what images and video frames show, as a whole or in a region.
   * </pre>
   */
  public static final class ClassifyServiceStub
      extends io.grpc.stub.AbstractAsyncStub<ClassifyServiceStub> {
    private ClassifyServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClassifyServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClassifyServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Says what one image shows.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public void classify(dev.ocelli.v1.ClassifyRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ClassifyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getClassifyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Says what the frames of a video show. The first message from the client is the configuration, the
     * first from the server its window. After that every frame gets exactly one answer, in the order of
     * sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<dev.ocelli.v1.ClassifyStreamRequest> classifyStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.ClassifyStreamResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getClassifyStreamMethod(), getCallOptions()), responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ClassifyService.
   * <pre>
   * Says what images and video frames show, as a whole or in a region.
   * </pre>
   */
  public static final class ClassifyServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ClassifyServiceBlockingV2Stub> {
    private ClassifyServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClassifyServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClassifyServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Says what one image shows.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public dev.ocelli.v1.ClassifyResponse classify(dev.ocelli.v1.ClassifyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getClassifyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says what the frames of a video show. The first message from the client is the configuration, the
     * first from the server its window. After that every frame gets exactly one answer, in the order of
     * sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<dev.ocelli.v1.ClassifyStreamRequest, dev.ocelli.v1.ClassifyStreamResponse>
        classifyStream() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getClassifyStreamMethod(), getCallOptions());
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ClassifyService.
   * <pre>
   * Says what images and video frames show, as a whole or in a region.
   * </pre>
   */
  public static final class ClassifyServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ClassifyServiceBlockingStub> {
    private ClassifyServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClassifyServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClassifyServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Says what one image shows.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public dev.ocelli.v1.ClassifyResponse classify(dev.ocelli.v1.ClassifyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getClassifyMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ClassifyService.
   * <pre>
   * Says what images and video frames show, as a whole or in a region.
   * </pre>
   */
  public static final class ClassifyServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<ClassifyServiceFutureStub> {
    private ClassifyServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClassifyServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClassifyServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Says what one image shows.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.ClassifyResponse> classify(
        dev.ocelli.v1.ClassifyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getClassifyMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CLASSIFY = 0;
  private static final int METHODID_CLASSIFY_STREAM = 1;

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
        case METHODID_CLASSIFY:
          serviceImpl.classify((dev.ocelli.v1.ClassifyRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.ClassifyResponse>) responseObserver);
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
        case METHODID_CLASSIFY_STREAM:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.classifyStream(
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.ClassifyStreamResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getClassifyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.ClassifyRequest,
              dev.ocelli.v1.ClassifyResponse>(
                service, METHODID_CLASSIFY)))
        .addMethod(
          getClassifyStreamMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              dev.ocelli.v1.ClassifyStreamRequest,
              dev.ocelli.v1.ClassifyStreamResponse>(
                service, METHODID_CLASSIFY_STREAM)))
        .build();
  }

  private static abstract class ClassifyServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ClassifyServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.ocelli.v1.Classify.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("ClassifyService");
    }
  }

  private static final class ClassifyServiceFileDescriptorSupplier
      extends ClassifyServiceBaseDescriptorSupplier {
    ClassifyServiceFileDescriptorSupplier() {}
  }

  private static final class ClassifyServiceMethodDescriptorSupplier
      extends ClassifyServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ClassifyServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (ClassifyServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ClassifyServiceFileDescriptorSupplier())
              .addMethod(getClassifyMethod())
              .addMethod(getClassifyStreamMethod())
              .build();
        }
      }
    }
    return result;
  }
}
