// Command load is the load of the comparison of languages: one DetectStream over the SDK, its window
// kept full.
//
// It prints "measuring" once it is warm and, at the end of its window, one line of JSON: frames
// answered, seconds, latencies, and its own CPU.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
)

const inFlight = 16

type plan struct {
	target, model, images string
	warmUp, duration      time.Duration
}

func main() {
	var asked plan
	var warmUpS, durationS float64
	flag.StringVar(&asked.target, "target", "", "address of the server")
	flag.StringVar(&asked.model, "model", "", "detector")
	flag.StringVar(&asked.images, "images", "", "folder of JPEGs")
	flag.Float64Var(&warmUpS, "warm-up-s", 1, "seconds before measuring")
	flag.Float64Var(&durationS, "duration-s", 5, "seconds of measuring")
	flag.Parse()
	asked.warmUp = time.Duration(warmUpS * float64(time.Second))
	asked.duration = time.Duration(durationS * float64(time.Second))
	found, err := load(asked)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func load(asked plan) (*measured, error) {
	images, err := readAll(asked.images)
	if err != nil {
		return nil, err
	}
	client, err := ocelli.Connect(asked.target)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	config := &ocelli.DetectStreamConfig{
		Detect: ocelli.DetectOptions{Model: asked.model}, Stream: ocelli.StreamConfig{MaxInFlight: inFlight},
	}
	sent := make(chan time.Time, 2*inFlight)
	meter := newMeter(asked.warmUp, asked.duration)
	for answer, err := range client.DetectStream(context.Background(), config, inTurn(images, sent)) {
		if err != nil {
			return nil, err
		}
		if answer.Result == nil || len(answer.Result.Detections) == 0 {
			return nil, fmt.Errorf("frame %d came without detections: %v", answer.FrameID, answer.Err)
		}
		if meter.answered(time.Since(<-sent)) {
			break
		}
	}
	return meter.measured(), nil
}

// inTurn yields the images over and over, and sends the time of each.
func inTurn(images [][]byte, sent chan<- time.Time) func(func(ocelli.Frame, error) bool) {
	return func(yield func(ocelli.Frame, error) bool) {
		for at := 0; ; at++ {
			sent <- time.Now()
			image := ocelli.Encoded(images[at%len(images)])
			if !yield(ocelli.Frame{ID: uint64(at), Image: image}, nil) {
				return
			}
		}
	}
}

func readAll(folder string) ([][]byte, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("%s has no .jpg files", folder)
	}
	images := make([][]byte, len(paths))
	for at, path := range paths {
		if images[at], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return images, nil
}
