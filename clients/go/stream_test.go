package ocelli_test

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
)

// cats are so many frames; drawn counts them.
func cats(count int, drawn *atomic.Int64) iter.Seq2[ocelli.Frame, error] {
	return func(yield func(ocelli.Frame, error) bool) {
		for id := range count {
			drawn.Add(1)
			if !yield(ocelli.Frame{ID: uint64(id), Image: ocelli.File(media("cat.png"))}, nil) {
				return
			}
		}
	}
}

func TestFramesAreDrawnAsTheWindowAllows(t *testing.T) {
	const window, count = 3, 20
	var drawn atomic.Int64
	var granted ocelli.Window
	config := &ocelli.DetectStreamConfig{Stream: ocelli.StreamConfig{MaxInFlight: window}}
	answered := 0
	for answer, err := range edge(t).DetectStream(t.Context(), config, cats(count, &drawn),
		ocelli.OnWindow(func(w ocelli.Window) { granted = w })) {
		if err != nil {
			t.Fatal(err)
		}
		if answer.FrameID != uint64(answered) || answer.Result.Detections[0].Label != "cat" {
			t.Errorf("answer %d: %v", answered, answer)
		}
		answered++
		time.Sleep(5 * time.Millisecond) // the sender would run ahead, if it could
		if ahead := drawn.Load() - int64(answered); ahead > window {
			t.Errorf("%d frames are in flight", ahead)
		}
	}
	if answered != count || granted.MaxInFlight != window || granted.Model == "" {
		t.Errorf("%d answers, window %+v", answered, granted)
	}
}

func TestLeavingTheLoopEndsTheStream(t *testing.T) {
	client := edge(t)
	if _, err := client.Health(t.Context(), ""); err != nil { // connected, with all its goroutines
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	var drawn atomic.Int64
	for _, err := range client.DetectStream(t.Context(), nil, cats(1000, &drawn)) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	if drawn.Load() == 1000 {
		t.Error("all frames were drawn")
	}
}

func TestCancellingEndsAStreamThatWaitsForFrames(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	frames := func(yield func(ocelli.Frame, error) bool) {
		if yield(ocelli.Frame{Image: ocelli.File(media("cat.png"))}, nil) {
			<-t.Context().Done() // a camera that hangs
		}
	}
	var last error
	for _, err := range edge(t).DetectStream(ctx, nil, frames) {
		last = err
		cancel()
	}
	if !errors.Is(last, ocelli.ErrCanceled) || !errors.Is(last, context.Canceled) {
		t.Errorf("it ended with %v", last)
	}
}

func TestAStreamKeepsTheDeadlineOfItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	frames := func(func(ocelli.Frame, error) bool) { <-t.Context().Done() }
	for _, err := range edge(t).DetectStream(ctx, nil, frames) {
		if !errors.Is(err, ocelli.ErrDeadlineExceeded) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ended with %v", err)
		}
	}
	if ctx.Err() == nil {
		t.Error("it ended before its deadline")
	}
}

func TestAFailureOfTheFramesComesAfterTheAnswers(t *testing.T) {
	broken := errors.New("the camera broke")
	var drawn atomic.Int64
	frames := func(yield func(ocelli.Frame, error) bool) {
		for frame := range cats(2, &drawn) {
			if !yield(frame, nil) {
				return
			}
		}
		yield(ocelli.Frame{}, broken)
	}
	var errs []error
	for _, err := range edge(t).DetectStream(t.Context(), nil, frames) {
		errs = append(errs, err)
	}
	if !slices.Equal(errs, []error{nil, nil, broken}) {
		t.Errorf("errors %v", errs)
	}
}

func TestFramesFailAlone(t *testing.T) {
	frames := []ocelli.Frame{
		{ID: 7, CaptureTimeUS: 70, Image: ocelli.File("nosuch.jpg")},
		{ID: 8, Image: ocelli.Encoded([]byte("text"))},
		{ID: 9, Image: ocelli.Encoded(make([]byte, 500_001))},
		{ID: 10, Image: ocelli.File(media("cat.png"))},
		{ID: 11},
	}
	small := edge(t, ocelli.WithMaxMessageBytes(500_000))
	kinds := []error{ocelli.ErrInvalidRequest, ocelli.ErrImage, ocelli.ErrMessageTooLarge, nil, ocelli.ErrInvalidRequest}
	at := 0
	for answer, err := range small.EmbedStream(t.Context(), nil, ocelli.All(slices.Values(frames))) {
		if err != nil {
			t.Fatal(err)
		}
		if answer.FrameID != frames[at].ID || answer.CaptureTimeUS != frames[at].CaptureTimeUS {
			t.Errorf("answer %d is to frame %d", at, answer.FrameID)
		}
		if !errors.Is(answer.Err, kinds[at]) || (answer.Err == nil) != (answer.Result != nil) {
			t.Errorf("answer %d: %v", at, answer.Err)
		}
		at++
	}
	if at != len(frames) {
		t.Errorf("%d answers", at)
	}
}
