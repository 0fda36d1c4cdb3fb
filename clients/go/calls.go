package ocelli

import (
	"context"
	"time"

	"google.golang.org/grpc"
)

// calls gives every call of a connection, from whichever stub, its deadline and this package's errors.
type calls struct {
	address string
	timeout time.Duration
}

func (c *calls) unary(
	ctx context.Context, method string, request, reply any,
	conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	ctx, cancel := withDefaultTimeout(ctx, c.timeout)
	defer cancel()
	return explain(invoke(ctx, method, request, reply, conn, options...), c.address)
}

func (c *calls) stream(
	ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn,
	method string, open grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	stream, err := open(ctx, desc, conn, method, options...)
	if err != nil {
		return nil, explain(err, c.address)
	}
	return &explainedStream{stream, c.address}, nil
}

// withDefaultTimeout gives ctx a deadline unless it has one; a timeout of 0 is none.
func withDefaultTimeout(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has || timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, timeout)
}

// explainedStream is a stream whose errors are this package's.
type explainedStream struct {
	grpc.ClientStream
	address string
}

func (s *explainedStream) SendMsg(message any) error {
	return explain(s.ClientStream.SendMsg(message), s.address)
}

func (s *explainedStream) RecvMsg(message any) error {
	return explain(s.ClientStream.RecvMsg(message), s.address)
}
