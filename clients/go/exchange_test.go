package ocelli_test

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

const all, latest = ocelliv1.DropPolicy_DROP_POLICY_ALL, ocelliv1.DropPolicy_DROP_POLICY_LATEST

// numbered are so many empty frames.
func numbered(count int) iter.Seq2[ocelli.Frame, error] {
	return ocelli.All(slices.Values(func() (frames []ocelli.Frame) {
		for id := range count {
			frames = append(frames, ocelli.Frame{ID: uint64(id)})
		}
		return frames
	}()))
}

// A server that holds its answers back sees no more frames than its window has room for.
func TestTheWireHasNoMoreFramesThanTheWindow(t *testing.T) {
	for _, one := range []struct {
		policy ocelliv1.DropPolicy
		first  int
	}{{all, 4}, {latest, 1024}} {
		t.Run(one.policy.String(), func(t *testing.T) {
			const count = 1500
			address := scriptedDetector(t, func(stream detectStream) error {
				if err := stream.Send(window(4, one.policy)); err != nil {
					return err
				}
				arrived := make(chan uint64, count)
				go func() {
					defer close(arrived)
					for {
						request, err := stream.Recv()
						if err != nil {
							return
						}
						arrived <- request.GetFrame().GetFrameId()
					}
				}()
				time.Sleep(200 * time.Millisecond)
				if got := len(arrived); got != one.first {
					t.Errorf("%d frames came unanswered", got)
				}
				for id := range arrived {
					if err := stream.Send(answer(id)); err != nil {
						return err
					}
				}
				return nil
			})
			answered := 0
			for _, err := range connect(t, address).DetectStream(t.Context(), nil, numbered(count)) {
				if err != nil {
					t.Fatal(err)
				}
				answered++
			}
			if answered != count {
				t.Errorf("%d answers", answered)
			}
		})
	}
}

func TestServersThatBreakTheProtocol(t *testing.T) {
	receiveAll := func(stream detectStream) {
		for {
			if _, err := stream.Recv(); err != nil {
				return
			}
		}
	}
	for name, one := range map[string]struct {
		script func(detectStream) error
		says   string
	}{
		"no window": {func(stream detectStream) error { return stream.Send(answer(0)) }, "was not its window"},
		"nothing":   {func(detectStream) error { return nil }, "before it granted a window"},
		"too many answers": {func(stream detectStream) error {
			return errors.Join(stream.Send(window(1, all)), stream.Send(answer(0)), stream.Send(answer(1)), stream.Send(answer(2)))
		}, "answers nothing"},
		"two windows": {func(stream detectStream) error {
			return errors.Join(stream.Send(window(1, all)), stream.Send(window(1, all)))
		}, "answers nothing"},
		"early end": {func(stream detectStream) error {
			err := stream.Send(window(1, all))
			_, received := stream.Recv()
			return errors.Join(err, received)
		}, "before all was sent"},
		"answers left out": {func(stream detectStream) error {
			err := stream.Send(window(10, all))
			receiveAll(stream)
			return err
		}, "left 2 unanswered"},
	} {
		t.Run(name, func(t *testing.T) {
			var last error
			for _, err := range connect(t, scriptedDetector(t, one.script)).DetectStream(t.Context(), nil, numbered(2)) {
				last = err
			}
			if !errors.Is(last, ocelli.ErrServer) || !strings.Contains(last.Error(), one.says) {
				t.Errorf("it ended with %v", last)
			}
		})
	}
}

// What gRPC cannot send, here a string that is no UTF-8, ends the stream with the reason.
func TestWhatCannotBeSent(t *testing.T) {
	config := &ocelliv1.DetectStreamConfig{Model: "\xff"}
	address := scriptedDetector(t, func(detectStream) error { return io.ErrUnexpectedEOF })
	var last error
	for _, err := range connect(t, address).DetectStream(t.Context(), config, numbered(1)) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "UTF-8") {
		t.Errorf("it ended with %v", last)
	}
}
