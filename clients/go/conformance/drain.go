package main

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

const (
	maxRepeat   = 30 * time.Second
	repeatPause = 100 * time.Millisecond
)

// drain sends frame by frame until the server drains, then repeats a call until it succeeds.
func (c *call) drain(ctx context.Context) (*seen, error) {
	config := &ocelliv1.DetectStreamConfig{}
	if err := parse(c.Config, c.files, config); err != nil {
		return nil, err
	}
	frames := make([]ocelli.Frame, len(c.Frames))
	for at, described := range c.Frames {
		frame, _, err := c.frame(described, at)
		if err != nil {
			return nil, err
		}
		frames[at] = frame
	}
	found := &seen{}
	mayDraw := make(chan struct{}, 1)
	mayDraw <- struct{}{}
	var ended error
	for one, err := range c.client.DetectStream(ctx, detectConfig(config), oneByOne(ctx, frames, mayDraw)) {
		if err != nil {
			ended = err
			break
		}
		found.answers = append(found.answers, detectAnswer(one))
		if len(found.answers) == c.DrainAfter {
			fmt.Println("drain")
		}
		mayDraw <- struct{}{}
	}
	if err := c.repeat(ctx, frames[0].Image); err != nil {
		return nil, fmt.Errorf("after the drain: %w", err)
	}
	return found, ended
}

func oneByOne(ctx context.Context, frames []ocelli.Frame, mayDraw <-chan struct{}) iter.Seq2[ocelli.Frame, error] {
	return func(yield func(ocelli.Frame, error) bool) {
		for at := 0; ; at++ {
			select {
			case <-mayDraw:
			case <-ctx.Done():
				return
			}
			if !yield(frames[at%len(frames)], nil) {
				return
			}
		}
	}
}

// repeat detects on the same connection until it works.
func (c *call) repeat(ctx context.Context, image ocelli.Image) error {
	end := time.Now().Add(maxRepeat)
	for {
		_, err := c.client.Detect(ctx, image, nil)
		if err == nil || time.Now().After(end) {
			return err
		}
		time.Sleep(repeatPause)
	}
}
