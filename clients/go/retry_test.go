package ocelli_test

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// unsteady turns every call away until it has had enough attempts.
type unsteady struct {
	ocelliv1.UnimplementedEmbedServiceServer
	ocelliv1.UnimplementedPointServiceServer
	ocelliv1.UnimplementedCollectionServiceServer
	ocelliv1.UnimplementedSearchServiceServer
	attempts, enough atomic.Int64
}

func (u *unsteady) attempt() error {
	if u.attempts.Add(1) >= u.enough.Load() {
		return nil
	}
	draining, err := status.New(codes.Unavailable, "the server is stopping").WithDetails(
		&errdetails.ErrorInfo{Domain: ocelliv1.ErrorDomain, Reason: "DRAINING"},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(1500 * time.Millisecond)},
	)
	if err != nil {
		return err
	}
	return draining.Err()
}

func (u *unsteady) Embed(context.Context, *ocelliv1.EmbedRequest) (*ocelliv1.EmbedResponse, error) {
	if err := u.attempt(); err != nil {
		return nil, err
	}
	return &ocelliv1.EmbedResponse{}, nil
}

func (u *unsteady) DeletePoints(context.Context, *ocelliv1.DeletePointsRequest) (*ocelliv1.DeletePointsResponse, error) {
	if err := u.attempt(); err != nil {
		return nil, err
	}
	return &ocelliv1.DeletePointsResponse{}, nil
}

func (u *unsteady) SetAlias(context.Context, *ocelliv1.SetAliasRequest) (*ocelliv1.SetAliasResponse, error) {
	return &ocelliv1.SetAliasResponse{}, u.attempt()
}

func (u *unsteady) DeleteAlias(context.Context, *ocelliv1.DeleteAliasRequest) (*ocelliv1.DeleteAliasResponse, error) {
	return &ocelliv1.DeleteAliasResponse{}, u.attempt()
}

func (u *unsteady) FindDuplicates(*ocelliv1.FindDuplicatesRequest, duplicateStream) error {
	return u.attempt()
}

func TestAttempts(t *testing.T) {
	large := ocelli.Encoded(make([]byte, 3<<20)) // larger than what gRPC keeps by itself
	embed := func(ctx context.Context, client *ocelli.Client) error {
		_, err := client.Embed(ctx, large, nil)
		return err
	}
	remove := func(ctx context.Context, client *ocelli.Client) error {
		_, err := client.DeletePoints(ctx, "c", ocelli.ByID("a"))
		return err
	}
	set := func(ctx context.Context, client *ocelli.Client) error {
		_, err := client.SetAlias(ctx, "a", "c")
		return err
	}
	takeAway := func(ctx context.Context, client *ocelli.Client) error { return client.DeleteAlias(ctx, "a") }
	duplicates := func(ctx context.Context, client *ocelli.Client) (last error) {
		for _, err := range client.FindDuplicates(ctx, "c", 0.98, nil) {
			last = err
		}
		return last
	}
	for name, one := range map[string]struct {
		call             func(context.Context, *ocelli.Client) error
		options          []ocelli.Option
		enough, attempts int64
	}{
		"third":           {embed, nil, 3, 3},
		"not a fourth":    {embed, nil, 4, 3},
		"as many as told": {embed, []ocelli.Option{ocelli.WithMaxAttempts(5)}, 5, 5},
		"none if told":    {embed, []ocelli.Option{ocelli.WithMaxAttempts(1)}, 2, 1},
		"not repeatable":  {remove, nil, 2, 1},
		"set alias":       {set, nil, 3, 3},
		"delete alias":    {takeAway, nil, 2, 1},
		"duplicates":      {duplicates, nil, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &unsteady{}
			server.enough.Store(one.enough)
			address := scripted(t, func(registrar grpc.ServiceRegistrar) {
				ocelliv1.RegisterEmbedServiceServer(registrar, server)
				ocelliv1.RegisterPointServiceServer(registrar, server)
				ocelliv1.RegisterCollectionServiceServer(registrar, server)
				ocelliv1.RegisterSearchServiceServer(registrar, server)
			})
			err := one.call(t.Context(), connect(t, address, one.options...))
			if got := server.attempts.Load(); got != one.attempts {
				t.Errorf("%d attempts", got)
			}
			if one.attempts >= one.enough {
				if err != nil {
					t.Error(err)
				}
				return
			}
			failed := failure(err)
			if failed == nil || failed.Reason != ocelli.ReasonDraining ||
				failed.Message != "the server is stopping" || failed.Hint == "" ||
				failed.RetryAfter != 1500*time.Millisecond || !failed.IsRetryable() {
				t.Errorf("%+v", err)
			}
		})
	}
}

// pushingBack refuses the first attempt and says when to try again.
type pushingBack struct {
	ocelliv1.UnimplementedModelServiceServer
	pushback time.Duration
	attempts []time.Time
}

func (p *pushingBack) GetModel(ctx context.Context, _ *ocelliv1.GetModelRequest) (*ocelliv1.GetModelResponse, error) {
	p.attempts = append(p.attempts, time.Now())
	if len(p.attempts) > 1 {
		return &ocelliv1.GetModelResponse{}, nil
	}
	pushback := strconv.FormatInt(p.pushback.Milliseconds(), 10)
	if err := grpc.SetTrailer(ctx, metadata.Pairs("grpc-retry-pushback-ms", pushback)); err != nil {
		return nil, err
	}
	return nil, status.Error(codes.Unavailable, "the server is stopping")
}

// What gRPC would wait by itself before the second attempt is at most 120 ms.
func TestASecondAttemptWaitsAsLongAsTheServerAsks(t *testing.T) {
	server := &pushingBack{pushback: 700 * time.Millisecond}
	address := scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterModelServiceServer(registrar, server)
	})
	_, err := connect(t, address).GetModel(t.Context(), "")
	if err != nil || len(server.attempts) != 2 {
		t.Fatalf("%d attempts, %v", len(server.attempts), err)
	}
	if waited := server.attempts[1].Sub(server.attempts[0]); waited < server.pushback || waited > 3*server.pushback {
		t.Errorf("it waited %v", waited)
	}
}

// One client outlives its server.
func TestAServerComesBackOnTheSameConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	client := connect(t, address)
	for range 2 {
		server := grpc.NewServer()
		ocelliv1.RegisterEmbedServiceServer(server, &unsteady{})
		go server.Serve(listener)
		end := time.Now().Add(10 * time.Second)
		for {
			_, err = client.Embed(t.Context(), ocelli.Image{}, nil)
			if err == nil || time.Now().After(end) {
				break
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		server.Stop()
		if _, err = client.Embed(t.Context(), ocelli.Image{}, nil); !errors.Is(err, ocelli.ErrUnavailable) {
			t.Errorf("without a server: %v", err)
		}
		if listener, err = net.Listen("tcp", address); err != nil {
			t.Fatal(err)
		}
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
}
