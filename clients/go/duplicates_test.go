package ocelli_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

type duplicateStream = grpc.ServerStreamingServer[ocelliv1.FindDuplicatesResponse]

// twins finds duplicates as a test says.
type twins struct {
	ocelliv1.UnimplementedSearchServiceServer
	script func(*ocelliv1.FindDuplicatesRequest, duplicateStream) error
}

func (s *twins) FindDuplicates(q *ocelliv1.FindDuplicatesRequest, stream duplicateStream) error {
	return s.script(q, stream)
}

func twinsClient(t *testing.T, script func(*ocelliv1.FindDuplicatesRequest, duplicateStream) error) *ocelli.Client {
	t.Helper()
	return connect(t, scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterSearchServiceServer(registrar, &twins{script: script})
	}))
}

func progressed(done, total uint64) *ocelliv1.FindDuplicatesResponse {
	return &ocelliv1.FindDuplicatesResponse{Message: &ocelliv1.FindDuplicatesResponse_Progress{
		Progress: &ocelliv1.FindDuplicatesProgress{PointsDone: done, PointsTotal: total},
	}}
}

func grouped(ids ...string) *ocelliv1.FindDuplicatesResponse {
	group := &ocelliv1.DuplicateGroup{Size: uint64(len(ids))}
	for _, id := range ids {
		group.Points = append(group.Points, &ocelliv1.Hit{Id: id, Score: 0.99})
	}
	return &ocelliv1.FindDuplicatesResponse{Message: &ocelliv1.FindDuplicatesResponse_Group{Group: group}}
}

func sendAll(stream duplicateStream, responses ...*ocelliv1.FindDuplicatesResponse) error {
	for _, response := range responses {
		if err := stream.Send(response); err != nil {
			return err
		}
	}
	return nil
}

func TestDuplicatesComeInGroups(t *testing.T) {
	var sent []*ocelliv1.FindDuplicatesRequest
	client := twinsClient(t, func(q *ocelliv1.FindDuplicatesRequest, stream duplicateStream) error {
		sent = append(sent, q)
		return sendAll(stream, progressed(5, 10), progressed(10, 10), grouped("a", "b", "c"), grouped("x", "y"))
	})
	var progress []ocelli.DuplicateProgress
	for _, options := range []*ocelli.DuplicateOptions{nil, {
		Filter: ocelli.Equals("pet", true), WithPayload: true,
		OnProgress: func(p ocelli.DuplicateProgress) { progress = append(progress, p) },
	}} {
		var ids [][]string
		for group, err := range client.FindDuplicates(t.Context(), "c", 0.98, options) {
			must(t, err)
			if group.Size != uint64(len(group.Points)) || group.Points[0].Score != 0.99 {
				t.Errorf("%+v", group)
			}
			ids = append(ids, idsOf(&ocelli.SearchResult{Hits: group.Points}))
		}
		if !slices.EqualFunc(ids, [][]string{{"a", "b", "c"}, {"x", "y"}}, slices.Equal) {
			t.Errorf("found %v", ids)
		}
	}
	if !slices.Equal(progress, []ocelli.DuplicateProgress{{Done: 5, Total: 10}, {Done: 10, Total: 10}}) {
		t.Errorf("told %v", progress)
	}
	threshold := proto.Float32(0.98)
	for at, want := range []*ocelliv1.FindDuplicatesRequest{
		{Collection: "c", ScoreThreshold: threshold},
		{Collection: "c", ScoreThreshold: threshold, WithPayload: proto.Bool(true), Filter: &ocelliv1.Filter{
			Condition: &ocelliv1.Filter_Equals{
				Equals: &ocelliv1.FilterEquals{Field: "pet", Value: structpb.NewBoolValue(true)},
			},
		}},
	} {
		if !proto.Equal(sent[at], want) {
			t.Errorf("sent %v", sent[at])
		}
	}
}

func TestDuplicatesFailLast(t *testing.T) {
	client := twinsClient(t, func(_ *ocelliv1.FindDuplicatesRequest, stream duplicateStream) error {
		if err := sendAll(stream, grouped("a", "b")); err != nil {
			return err
		}
		return status.Error(codes.DataLoss, "the index is torn")
	})
	var groups int
	var last error
	for _, err := range client.FindDuplicates(t.Context(), "c", 0.98, nil) {
		if last = err; err == nil {
			groups++
		}
	}
	if groups != 1 || !errors.Is(last, ocelli.ErrServer) {
		t.Errorf("%d groups, %v", groups, last)
	}
}

// Neither leaving the loop nor the end of the context leaves a call behind.
func TestDuplicatesAreNoLongerLookedFor(t *testing.T) {
	for name, one := range map[string]struct {
		leave func(context.CancelFunc) bool
		want  error
	}{
		"loop":    {func(context.CancelFunc) bool { return true }, nil},
		"context": {func(cancel context.CancelFunc) bool { cancel(); return false }, ocelli.ErrCanceled},
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{})
			client := twinsClient(t, func(_ *ocelliv1.FindDuplicatesRequest, stream duplicateStream) error {
				defer close(ended)
				if err := sendAll(stream, grouped("a", "b")); err != nil {
					return err
				}
				<-stream.Context().Done()
				return stream.Context().Err()
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var last error
			for _, err := range client.FindDuplicates(ctx, "c", 0.98, nil) {
				if last = err; err != nil || one.leave(cancel) {
					break
				}
			}
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				t.Error("the server still looks")
			}
			if !errors.Is(last, one.want) {
				t.Errorf("%v", last)
			}
		})
	}
}
