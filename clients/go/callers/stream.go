package main

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
)

const patience = time.Minute

// streamed is what became of the frames of streams.
type streamed struct {
	// Sent are those that were drawn from their source.
	Sent int64 `json:"sent"`
	// Answered are those with a result.
	Answered int64 `json:"answered"`
	// Failed are those with an error, or dropped.
	Failed int64 `json:"failed"`
	// Twice are answers to frames that had been answered before.
	Twice int64 `json:"twice"`
	// Lost are those that have no answer.
	Lost int64 `json:"lost"`
}

func (s *streamed) add(other streamed) {
	s.Sent += other.Sent
	s.Answered += other.Answered
	s.Failed += other.Failed
	s.Twice += other.Twice
	s.Lost += other.Lost
}

// stream sends an image again and again, by as many streams as it takes, until the pace is over.
func stream(client *ocelli.Client, image []byte, model string, due *pace) (found streamed, err error) {
	var sent atomic.Int64 // the frames are drawn by another goroutine
	frames := func(yield func(ocelli.Frame) bool) {
		for number, more := due.next(); more; number, more = due.next() {
			sent.Add(1)
			if !yield(ocelli.Frame{ID: uint64(number), Image: ocelli.Encoded(image)}) {
				return
			}
		}
	}
	backlog := ocelli.NewBacklog(ocelli.All(frames))
	defer backlog.Close()
	ctx := context.Background()
	config := &ocelli.DetectStreamConfig{Detect: ocelli.DetectOptions{Model: model}}
	answers := ocelli.Resume(ctx, backlog, patience,
		func(frames iter.Seq2[ocelli.Frame, error]) iter.Seq2[ocelli.DetectAnswer, error] {
			return client.DetectStream(ctx, config, frames)
		})
	var expected int64
	for answer, failed := range answers {
		if failed != nil {
			err = failed
			break
		}
		id := int64(answer.FrameID)
		if id < expected {
			found.Twice++
			continue
		}
		found.Lost += id - expected
		expected = id + 1
		if answer.Result != nil && len(answer.Result.Detections) > 0 {
			found.Answered++
		} else {
			found.Failed++
		}
	}
	found.Sent = sent.Load()
	found.Lost += found.Sent - expected
	return found, err
}
