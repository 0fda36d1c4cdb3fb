// Command callers is the load of `make restarts` and `make rolling`: goroutines that share a few clients.
// Some call Detect at a common rate, others stream frames, each at a rate of its own.
//
// It prints "calling" once a call was answered and, once its standard input is closed and all have
// ended, one line of JSON: calls, how many of them failed, how calls and streams failed, and what
// became of the frames.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
)

type plan struct {
	target, model, image string
	callers, clients     int
	streams              int
	callsPerS            float64
	framesPerS           float64
	timeout              time.Duration
}

func main() {
	var asked plan
	var timeoutS float64
	flag.StringVar(&asked.target, "target", "", "address of the server")
	flag.StringVar(&asked.model, "model", "", "detector")
	flag.StringVar(&asked.image, "image", "", "a JPEG")
	flag.IntVar(&asked.callers, "callers", 48, "goroutines that call")
	flag.Float64Var(&asked.callsPerS, "rate", 200, "calls a second, of all together")
	flag.IntVar(&asked.clients, "clients", 4, "clients that callers and streams share")
	flag.IntVar(&asked.streams, "streams", 0, "streams of frames")
	flag.Float64Var(&asked.framesPerS, "frames-per-s", 5, "frames a second, of each stream")
	flag.Float64Var(&timeoutS, "timeout-s", 20, "seconds that a call may take")
	flag.Parse()
	asked.timeout = time.Duration(timeoutS * float64(time.Second))
	found, err := call(asked)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func call(asked plan) (*report, error) {
	image, err := os.ReadFile(asked.image)
	if err != nil {
		return nil, err
	}
	target := registered(asked.target)
	clients := make([]*ocelli.Client, asked.clients)
	for at := range clients {
		if clients[at], err = ocelli.Connect(target, ocelli.WithTimeout(asked.timeout)); err != nil {
			return nil, err
		}
		defer clients[at].Close()
	}
	over := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(over)
	}()
	calls := newPace(asked.callsPerS, over)
	var found outcomes
	var callers sync.WaitGroup
	for at := range asked.callers {
		client := clients[at%len(clients)]
		callers.Go(func() {
			for _, due := calls.next(); due; _, due = calls.next() {
				found.note(detect(client, image, asked.model))
			}
		})
	}
	for at := range asked.streams {
		client := clients[at%len(clients)]
		callers.Go(func() {
			found.noteFrames(stream(client, image, asked.model, newPace(asked.framesPerS, over)))
		})
	}
	callers.Wait()
	return found.report(), nil
}

func detect(client *ocelli.Client, image []byte, model string) error {
	result, err := client.Detect(context.Background(), ocelli.Encoded(image), &ocelli.DetectOptions{Model: model})
	if err == nil && len(result.Detections) == 0 {
		return errors.New("nothing found")
	}
	return err
}
