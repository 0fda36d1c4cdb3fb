package ocelli

import (
	"context"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/metadata"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Loading a model is a long call: this is the most that a server allows unless it is told otherwise.
const loadTimeout = 600 * time.Second

// calls gives every call of a connection, from whichever stub, its deadline and this package's errors.
type calls struct {
	address string
	timeout time.Duration
	retries retries
}

func (c *calls) unary(
	ctx context.Context, method string, request, reply any,
	conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	ctx, cancel := c.withDefaultTimeout(ctx, method)
	defer cancel()
	attempt := func() error {
		var header, trailer metadata.MD
		// Clipped, since gRPC may share the slice among calls.
		options := append(slices.Clip(options), grpc.Header(&header), grpc.Trailer(&trailer))
		err := invoke(ctx, method, request, reply, conn, options...)
		return c.explain(ctx, err, conn, func() bool { return hasContentType(header, trailer) })
	}
	err := attempt()
	if !c.retries.repeats(method) || !isInterrupted(err) {
		return err
	}
	// gRPC's own policy cannot see that the caller did not cancel.
	sleep(ctx, c.retries.backoff)
	return attempt()
}

func (c *calls) stream(
	ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn,
	method string, open grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	stream, err := open(ctx, desc, conn, method, options...)
	if err != nil {
		return nil, c.explain(ctx, err, conn, func() bool { return false })
	}
	return &explainedStream{stream, func(err error, answered func() bool) error {
		return c.explain(ctx, err, conn, answered)
	}}, nil
}

// explain makes this package's error of what a call with ctx on conn ended with; answered tells whether
// something there speaks gRPC.
func (c *calls) explain(ctx context.Context, err error, conn *grpc.ClientConn, answered func() bool) error {
	return explain(err, circumstances{
		address:  c.address,
		backoff:  c.retries.backoff,
		answered: answered,
		gaveUp: func() error {
			if ctx.Err() == nil && conn.GetState() == connectivity.Shutdown {
				return context.Canceled
			}
			return ctx.Err()
		},
	})
}

// withDefaultTimeout gives ctx a deadline unless it has one.
func (c *calls) withDefaultTimeout(ctx context.Context, method string) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
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
	explain func(err error, answered func() bool) error
}

func (s *explainedStream) SendMsg(message any) error {
	return s.explain(s.ClientStream.SendMsg(message), s.answered)
}

func (s *explainedStream) RecvMsg(message any) error {
	return s.explain(s.ClientStream.RecvMsg(message), s.answered)
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

// sleep waits for as long as told, or until ctx is done; it tells which.
func sleep(ctx context.Context, duration time.Duration) (awake bool) {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
