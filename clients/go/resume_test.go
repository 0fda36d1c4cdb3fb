package ocelli_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// resumed streams a backlog again and again.
func resumed(
	ctx context.Context, client *ocelli.Client, backlog *ocelli.Backlog[ocelli.Frame], patience time.Duration,
) iter.Seq2[ocelli.DetectAnswer, error] {
	return ocelli.Resume(ctx, backlog, patience, func(frames iter.Seq2[ocelli.Frame, error]) iter.Seq2[ocelli.DetectAnswer, error] {
		return client.DetectStream(ctx, nil, frames)
	})
}

func draining(t *testing.T) error {
	return described(t, codes.Unavailable, &errdetails.ErrorInfo{Domain: ocelliv1.ErrorDomain, Reason: "DRAINING"},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(50 * time.Millisecond)}).Err()
}

// Each call answers some of the frames it has got and ends; all frames are answered once, in order.
func TestResumedStreams(t *testing.T) {
	const count = 40
	for name, end := range map[string]error{
		"drains": draining(t), "is canceled": status.Error(codes.Canceled, ""), "breaks": status.Error(codes.Unavailable, "broken"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			address := scriptedDetector(t, func(stream detectStream) error {
				calls.Add(1)
				arrived := arrivals(stream)
				if err := stream.Send(window(5)); err != nil {
					return err
				}
				for range 7 {
					id, more := <-arrived
					if !more {
						return nil
					}
					if err := stream.Send(answer(id)); err != nil {
						return err
					}
				}
				<-arrived // goes unanswered
				return end
			})
			backlog := ocelli.NewBacklog(numbered(count))
			defer backlog.Close()
			var ids []uint64
			for one, err := range resumed(t.Context(), connect(t, address), backlog, time.Minute) {
				must(t, err)
				ids = append(ids, one.FrameID)
			}
			want := make([]uint64, count)
			for at := range want {
				want[at] = uint64(at)
			}
			if !slices.Equal(ids, want) || calls.Load() != 6 || len(backlog.Unanswered()) != 0 {
				t.Errorf("answered %v in %d calls, %v are left", ids, calls.Load(), backlog.Unanswered())
			}
		})
	}
}

// What is left is known when it gives up.
func TestStreamsThatAreNotResumed(t *testing.T) {
	fatal := described(t, codes.NotFound, &errdetails.ErrorInfo{Domain: ocelliv1.ErrorDomain, Reason: "MODEL_NOT_FOUND"}).Err()
	for name, one := range map[string]struct {
		end  error
		kind error
		many bool
	}{"fatal": {fatal, ocelli.ErrNotFound, false}, "patience": {draining(t), ocelli.ErrUnavailable, true}} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int64
			address := scriptedDetector(t, func(stream detectStream) error {
				first := calls.Add(1) == 1
				arrived := arrivals(stream)
				if err := stream.Send(window(2)); err != nil {
					return err
				}
				id := <-arrived
				if first {
					if err := stream.Send(answer(id)); err != nil {
						return err
					}
					<-arrived
				}
				return one.end
			})
			backlog := ocelli.NewBacklog(numbered(10))
			defer backlog.Close()
			var last error
			answered := 0
			for _, err := range resumed(t.Context(), connect(t, address), backlog, 500*time.Millisecond) {
				if last = err; err == nil {
					answered++
				}
			}
			left := backlog.Unanswered()
			if !errors.Is(last, one.kind) || answered != 1 || len(left) == 0 || left[0].ID != 1 || (calls.Load() > 1) != one.many {
				t.Errorf("%d answers in %d calls, left %v, %v", answered, calls.Load(), left, last)
			}
		})
	}
}

func TestABacklogsSourceThatFails(t *testing.T) {
	broken := errors.New("the camera broke")
	backlog := ocelli.NewBacklog(func(yield func(ocelli.Frame, error) bool) {
		if yield(ocelli.Frame{ID: 1}, nil) {
			yield(ocelli.Frame{}, broken)
		}
	})
	defer backlog.Close()
	for range 2 {
		seen := ""
		for frame, err := range backlog.Items() {
			seen += fmt.Sprint(frame.ID, err, " ")
		}
		if seen != fmt.Sprint(1, nil, " ", 0, broken, " ") {
			t.Errorf("seen %s", seen)
		}
	}
}

// The frame that a stream waited for when it ended goes to the next one.
func TestABacklogLosesNoFrame(t *testing.T) {
	camera := make(chan uint64)
	ended := make(chan struct{})
	closed := make(chan struct{})
	backlog := ocelli.NewBacklog(func(yield func(ocelli.Frame, error) bool) {
		defer close(ended)
		for id := range camera {
			if !yield(ocelli.Frame{ID: id}, nil) {
				return
			}
		}
	})
	var calls atomic.Int64
	address := scriptedDetector(t, func(stream detectStream) error {
		if calls.Add(1) == 1 {
			return errors.Join(stream.Send(window(1)), io.ErrUnexpectedEOF)
		}
		arrived := arrivals(stream)
		if err := stream.Send(window(1)); err != nil {
			return err
		}
		return answerAll(stream, arrived)
	})
	client := connect(t, address)
	for _, err := range client.DetectStream(t.Context(), nil, backlog.Items()) {
		if err == nil {
			t.Error("the first stream has an answer")
		}
	}
	go func() {
		camera <- 7
		camera <- 8
		close(closed)
	}()
	var ids []uint64
	for one, err := range client.DetectStream(t.Context(), nil, backlog.Items()) {
		must(t, err)
		backlog.Answered()
		if ids = append(ids, one.FrameID); len(ids) == 2 {
			break
		}
	}
	<-closed
	if !slices.Equal(ids, []uint64{7, 8}) {
		t.Errorf("answered %v", ids)
	}
	backlog.Close() // while the second stream's sender waits for the camera
	select {
	case camera <- 9:
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("the source was not asked again and not ended")
	}
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("the source is not ended")
	}
}
