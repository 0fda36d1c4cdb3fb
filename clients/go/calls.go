package ocelli

import (
	"context"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Loading a model is a long call: this is the most that a server allows unless it is told otherwise.
const loadTimeout = 600 * time.Second

// calls gives every call of a connection, from whichever stub, its deadline and this package's errors.
type calls struct {
	address string
	timeout time.Duration
}

func (c *calls) unary(
	ctx context.Context, method string, request, reply any,
	conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	ctx, cancel := c.withDefaultTimeout(ctx, method)
	defer cancel()
	var header, trailer metadata.MD
	// Clipped, since gRPC may share the slice among calls.
	options = append(slices.Clip(options), grpc.Header(&header), grpc.Trailer(&trailer))
	err := invoke(ctx, method, request, reply, conn, options...)
	return explain(err, c.address, func() bool { return hasContentType(header, trailer) })
}

func (c *calls) stream(
	ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn,
	method string, open grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	stream, err := open(ctx, desc, conn, method, options...)
	if err != nil {
		return nil, explain(err, c.address, func() bool { return false })
	}
	return &explainedStream{stream, c.address}, nil
}

// withDefaultTimeout gives ctx a deadline unless it has one.
func (c *calls) withDefaultTimeout(ctx context.Context, method string) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has || c.timeout == 0 {
		return ctx, func() {}
	}
	if method == ocelliv1.ModelService_LoadModel_FullMethodName {
		return context.WithTimeout(ctx, max(c.timeout, loadTimeout))
	}
	return context.WithTimeout(ctx, c.timeout)
}

// explainedStream is a stream whose errors are this package's.
type explainedStream struct {
	grpc.ClientStream
	address string
}

func (s *explainedStream) SendMsg(message any) error {
	return explain(s.ClientStream.SendMsg(message), s.address, s.answered)
}

func (s *explainedStream) RecvMsg(message any) error {
	return explain(s.ClientStream.RecvMsg(message), s.address, s.answered)
}

func (s *explainedStream) answered() bool {
	header, err := s.Header()
	return err == nil && hasContentType(header, s.Trailer())
}

// hasContentType tells whether gRPC accepted the content type of an answer, which is in its header or,
// where that is left out, in its trailer: whatever else answers in HTTP/2 leaves neither.
func hasContentType(header, trailer metadata.MD) bool {
	return len(header.Get("content-type"))+len(trailer.Get("content-type")) > 0
}
