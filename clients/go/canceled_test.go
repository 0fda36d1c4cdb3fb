package ocelli_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// canceling ends so many calls as canceled, with nothing said, and holds those of the model "held".
type canceling struct {
	ocelliv1.UnimplementedModelServiceServer
	attempts, canceled atomic.Int64
	holds              chan struct{}
}

func (c *canceling) attempt() error {
	if c.attempts.Add(1) <= c.canceled.Load() {
		return status.Error(codes.Canceled, "")
	}
	return nil
}

func (c *canceling) GetModel(ctx context.Context, q *ocelliv1.GetModelRequest) (*ocelliv1.GetModelResponse, error) {
	if q.GetName() == "held" {
		c.attempts.Add(1)
		close(c.holds)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &ocelliv1.GetModelResponse{}, c.attempt()
}

func (c *canceling) UnloadModel(context.Context, *ocelliv1.UnloadModelRequest) (*ocelliv1.UnloadModelResponse, error) {
	return &ocelliv1.UnloadModelResponse{}, c.attempt()
}

func (c *canceling) serve(t *testing.T) string {
	t.Helper()
	c.holds = make(chan struct{})
	return scripted(t, func(registrar grpc.ServiceRegistrar) { ocelliv1.RegisterModelServiceServer(registrar, c) })
}

func expectInterrupted(t *testing.T, err error, address string) {
	t.Helper()
	failed := failure(err)
	if failed == nil || failed.Code != codes.Unavailable || !errors.Is(err, ocelli.ErrUnavailable) || errors.Is(err, context.Canceled) ||
		!failed.IsRetryable() || failed.RetryAfter <= 0 || failed.Hint == "" || status.Code(err) != codes.Unavailable ||
		!strings.Contains(failed.Message, "ended the call to "+address) {
		t.Errorf("%+v", err)
	}
}

func TestACallThatTheCallerDidNotCancel(t *testing.T) {
	get := func(ctx context.Context, client *ocelli.Client) error {
		_, err := client.GetModel(ctx, "")
		return err
	}
	stub := func(ctx context.Context, client *ocelli.Client) error {
		_, err := ocelliv1.NewModelServiceClient(client.Conn()).GetModel(ctx, &ocelliv1.GetModelRequest{})
		return err
	}
	unload := func(ctx context.Context, client *ocelli.Client) error { return client.UnloadModel(ctx, "") }
	for name, one := range map[string]struct {
		call               func(context.Context, *ocelli.Client) error
		options            []ocelli.Option
		canceled, attempts int64
	}{
		"once":           {get, nil, 1, 2},
		"stub":           {stub, nil, 1, 2},
		"twice":          {get, nil, 2, 2},
		"not repeatable": {unload, nil, 1, 1},
		"one attempt":    {get, []ocelli.Option{ocelli.WithMaxAttempts(1)}, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			server := &canceling{}
			server.canceled.Store(one.canceled)
			address := server.serve(t)
			began := time.Now()
			err := one.call(t.Context(), connect(t, address, one.options...))
			if took := time.Since(began); one.attempts == 2 && took < 100*time.Millisecond {
				t.Errorf("the second attempt came after %v", took)
			}
			if got := server.attempts.Load(); got != one.attempts {
				t.Errorf("%d attempts", got)
			}
			if one.attempts > one.canceled {
				must(t, err)
			} else {
				expectInterrupted(t, err, address)
			}
		})
	}
}

func TestACallThatTheCallerDidCancel(t *testing.T) {
	for name, giveUp := range map[string]func(*testing.T, *ocelli.Client, context.CancelFunc){
		"context": func(_ *testing.T, _ *ocelli.Client, cancel context.CancelFunc) { cancel() },
		"client":  func(t *testing.T, client *ocelli.Client, _ context.CancelFunc) { must(t, client.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			server := &canceling{}
			client, err := ocelli.Connect(server.serve(t))
			must(t, err)
			defer client.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				<-server.holds
				giveUp(t, client, cancel)
			}()
			_, err = client.GetModel(ctx, "held")
			if !errors.Is(err, ocelli.ErrCanceled) || failure(err).IsRetryable() || server.attempts.Load() != 1 {
				t.Errorf("%d attempts, %v", server.attempts.Load(), err)
			}
		})
	}
}

func TestAStreamThatTheCallerDidNotCancel(t *testing.T) {
	canceled := status.Error(codes.Canceled, "")
	for name, script := range map[string]func(detectStream) error{
		"at once": func(detectStream) error { return canceled },
		"later": func(stream detectStream) error {
			if err := stream.Send(window(1)); err != nil {
				return err
			}
			return canceled
		},
	} {
		t.Run(name, func(t *testing.T) {
			address := scriptedDetector(t, script)
			var last error
			for _, err := range connect(t, address).DetectStream(t.Context(), nil, numbered(1)) {
				last = err
			}
			expectInterrupted(t, last, address)
		})
	}
}
