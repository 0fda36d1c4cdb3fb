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

// numbered are so many empty frames.
func numbered(count int) iter.Seq2[ocelli.Frame, error] {
	return ocelli.All(slices.Values(func() (frames []ocelli.Frame) {
		for id := range count {
			frames = append(frames, ocelli.Frame{ID: uint64(id)})
		}
		return frames
	}()))
}

// arrivals are the ids of the frames that come on a stream, until it ends.
func arrivals(stream detectStream) <-chan uint64 {
	arrived := make(chan uint64, 10_000)
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
	return arrived
}

// expectUnanswered checks that so many frames come while nothing is answered, and no more.
func expectUnanswered(t *testing.T, arrived <-chan uint64, count int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); len(arrived) < count && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	if got := len(arrived); got != count {
		t.Errorf("%d frames are unanswered, not %d", got, count)
	}
}

// answerSome answers the next frames that arrived.
func answerSome(stream detectStream, arrived <-chan uint64, count int) error {
	for range count {
		if err := stream.Send(answer(<-arrived)); err != nil {
			return err
		}
	}
	return nil
}

// answerAll answers every frame.
func answerAll(stream detectStream, arrived <-chan uint64) error {
	for id := range arrived {
		if err := stream.Send(answer(id)); err != nil {
			return err
		}
	}
	return nil
}

// A server that holds its answers back sees no more frames than its latest window has room for.
func TestTheWireHasNoMoreFramesThanTheWindow(t *testing.T) {
	const count = 1500
	for name, windows := range map[string][]int{
		"one": {4}, "large": {1200}, "grows": {2, 7}, "shrinks": {9, 3}, "shrinks to one": {5, 1}, "both": {4, 2, 300, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := scriptedDetector(t, func(stream detectStream) error {
				arrived := arrivals(stream)
				before := 0
				for _, size := range windows {
					if err := stream.Send(window(uint32(size))); err != nil {
						return err
					}
					if before > size { // the sender waits until it has fewer unanswered
						time.Sleep(100 * time.Millisecond)
						if err := answerSome(stream, arrived, before-size); err != nil {
							return err
						}
					}
					expectUnanswered(t, arrived, size)
					before = size
				}
				return answerAll(stream, arrived)
			})
			var told []int
			answered := 0
			for one, err := range connect(t, address).DetectStream(t.Context(), nil, numbered(count),
				ocelli.OnWindow(func(w ocelli.Window) { told = append(told, w.MaxUnanswered) })) {
				if err != nil || one.FrameID != uint64(answered) {
					t.Fatalf("answer %d is to frame %d, %v", answered, one.FrameID, err)
				}
				answered++
			}
			if answered != count || !slices.Equal(told, windows) {
				t.Errorf("%d answers, windows %v", answered, told)
			}
		})
	}
}

// A frame that takes its time, such as a camera's, is not sent under a window that closed meanwhile.
func TestAWindowThatShrinksWhileAFrameIsDrawn(t *testing.T) {
	shrunk := make(chan struct{})
	address := scriptedDetector(t, func(stream detectStream) error {
		arrived := arrivals(stream)
		if err := stream.Send(window(2)); err != nil {
			return err
		}
		expectUnanswered(t, arrived, 1)
		if err := stream.Send(window(1)); err != nil {
			return err
		}
		expectUnanswered(t, arrived, 1)
		return answerAll(stream, arrived)
	})
	frames := func(yield func(ocelli.Frame, error) bool) {
		if yield(ocelli.Frame{ID: 0}, nil) {
			<-shrunk
			yield(ocelli.Frame{ID: 1}, nil)
		}
	}
	answered := 0
	for _, err := range connect(t, address).DetectStream(t.Context(), nil, frames, ocelli.OnWindow(func(w ocelli.Window) {
		if w.MaxUnanswered == 1 {
			close(shrunk)
		}
	})) {
		must(t, err)
		answered++
	}
	if answered != 2 {
		t.Errorf("%d answers", answered)
	}
}

// The limit of a message is that of the latest window.
func TestAWindowMayChangeTheLimitOfMessages(t *testing.T) {
	small := window(1)
	small.GetWindow().MaxMessageBytes = 100
	address := scriptedDetector(t, func(stream detectStream) error {
		arrived := arrivals(stream)
		err := errors.Join(stream.Send(window(1)), answerSome(stream, arrived, 1), stream.Send(small))
		return errors.Join(err, answerAll(stream, arrived))
	})
	changed := make(chan struct{})
	frames := func(yield func(ocelli.Frame, error) bool) {
		large := ocelli.Encoded(make([]byte, 1000))
		if yield(ocelli.Frame{Image: large}, nil) {
			<-changed
			yield(ocelli.Frame{Image: large}, nil)
		}
	}
	var failures []error
	for one, err := range connect(t, address).DetectStream(t.Context(), nil, frames, ocelli.OnWindow(func(w ocelli.Window) {
		if w.MaxMessageBytes == 100 {
			close(changed)
		}
	})) {
		must(t, err)
		failures = append(failures, one.Err)
	}
	if len(failures) != 2 || failures[0] != nil || !errors.Is(failures[1], ocelli.ErrMessageTooLarge) ||
		!strings.Contains(failures[1].Error(), "of the server, 100") {
		t.Errorf("%v", failures)
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
			return errors.Join(stream.Send(window(1)), stream.Send(answer(0)), stream.Send(answer(1)), stream.Send(answer(2)))
		}, "answers nothing"},
		"an empty message": {func(stream detectStream) error {
			return errors.Join(stream.Send(window(1)), stream.Send(&ocelliv1.DetectStreamResponse{}))
		}, "answers nothing"},
		"early end": {func(stream detectStream) error {
			err := stream.Send(window(1))
			_, received := stream.Recv()
			return errors.Join(err, received)
		}, "before all was sent"},
		"answers left out": {func(stream detectStream) error {
			err := stream.Send(window(10))
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
	config := &ocelli.DetectStreamConfig{Detect: ocelli.DetectOptions{Model: "\xff"}}
	address := scriptedDetector(t, func(detectStream) error { return io.ErrUnexpectedEOF })
	var last error
	for _, err := range connect(t, address).DetectStream(t.Context(), config, numbered(1)) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "UTF-8") {
		t.Errorf("it ended with %v", last)
	}
}
